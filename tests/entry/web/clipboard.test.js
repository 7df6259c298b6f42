// Blocks of cells from the clipboard.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fitLabels, splitAtBlanks, tabbed } from "../../../toolkit/entry/web/clipboard.js";

test("tab-separated text with quotes and line breaks in cells", () => {
  assert.deepEqual(tabbed('1\t"a\nb"\t"say ""x"""\r\n2\t\t3\n'), [
    ["1", "a b", 'say "x"'],
    ["2", "", "3"],
  ]);
  assert.deepEqual(tabbed(""), []);
  assert.deepEqual(tabbed('"12\n34"\t"56\n"'), [["12；34", "56"]], "two figures in one cell are neither one nor two cells");
});

test("empty lines around and between rows empty no cell", () => {
  assert.deepEqual(tabbed("\r\n1\t2\r\n3\t4\r\n\r\n \r\n"), [
    ["1", "2"],
    ["3", "4"],
  ]);
  assert.deepEqual(tabbed("1\t2\n\n3\t4\n"), [["1", "2"], [], ["3", "4"]]);
  assert.deepEqual(
    tabbed("1\t2\n\t\n"),
    [
      ["1", "2"],
      ["", ""],
    ],
    "a row of blank cells is one",
  );
  assert.deepEqual(tabbed("1\n\n"), [["1"], [""]], "two cells of a column");
});

const ROWS = [
  { pasted: ["12 1 0 0 0 0"], room: 7, block: [["12", "1", "0", "0", "0", "0"]], why: "a row from a PDF fits" },
  { pasted: ["12 1"], room: 7, block: [["12", "1"]], why: "two figures fit" },
  { pasted: ["12 1 0"], room: 2, block: [["12 1 0"]], why: "more figures than cells are left as they are" },
  { pasted: ["1 234"], room: 7, block: [["1 234"]], why: "a figure with a separator of thousands" },
  { pasted: ["12 ① 3"], room: 7, block: [["12 ① 3"]], why: "one part is no figure" },
  {
    pasted: ["1 2 3", "4 5 6"],
    room: 3,
    block: [
      ["1", "2", "3"],
      ["4", "5", "6"],
    ],
    why: "several rows",
  },
  { pasted: ["不予公开 1 2 3"], room: 3, block: [["不予公开", "1", "2", "3"]], why: "the name of the row in front" },
  { pasted: ["无此项"], room: 3, block: [["无此项"]], why: "words" },
];

for (const { pasted, room, block, why } of ROWS) {
  test(why, () => {
    const lines = pasted.map((text) => [text]);
    assert.deepEqual(splitAtBlanks(lines, room), block);
  });
}

test("names of rows and columns are left out when the block is too wide", () => {
  const block = [
    ["", "自然人", "商业企业"],
    ["新收", "1", "2"],
  ];
  assert.deepEqual(fitLabels(block, 2), { fitted: [["1", "2"]], dropped: true });
  const names = new Set(["不予公开", "属于国家秘密", "其他"]);
  /** @param {string} text */
  const isName = (text) => names.has(text);
  const rows = [
    ["不予公开", "属于国家秘密", "1", "2"],
    ["", "其他", "3", "4"],
  ];
  const figures = [
    ["1", "2"],
    ["3", "4"],
  ];
  assert.deepEqual(fitLabels(rows, 6, isName), { fitted: figures, dropped: true }, "names of the table, without its totals");
  assert.deepEqual(fitLabels([["无", "1"]], 6, isName), { fitted: [["无", "1"]], dropped: false }, "words for a figure stay");
});
