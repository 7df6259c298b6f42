// What a paste does to the cells of a table, and what it says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { dropCells, pasteCells } from "../../../toolkit/entry/web/grid_clipboard.js";

/**
 * A table of two rows and three columns, the last one their totals.
 * @param {Record<string, string>} values by address
 * @param {string[]} chosen addresses of the selected cells
 */
function table(values, chosen) {
  const lines = ["a", "b"].map((row, down) =>
    ["1", "2", "total"].map((column, across) => ({
      address: row + column,
      down,
      across,
      sums: column === "total" ? [[`${row}1`, `${row}2`]] : null,
    })),
  );
  const cells = lines.flat().filter(({ address }) => chosen.includes(address));
  const said = { text: "", doubtful: false };
  const grid = {
    lines,
    paper: { cells: [{ role: "stub", text: "（三）不予公开" }] },
    editing: false,
    locked: false,
    wire: { values, change: (/** @type {Record<string, string>} */ changes) => Object.assign(values, changes) },
    chosen: () => cells,
    corner: () => cells[0],
    fillInput: () => undefined,
    text: (/** @type {{ address: string }} */ { address }) => values[address] ?? "",
    say: (/** @type {string} */ text, /** @type {boolean} */ doubtful) => Object.assign(said, { text, doubtful }),
  };
  return { grid: /** @type {any} */ (grid), said, values };
}

/** @param {string} text */
function clipboard(text) {
  const clipboardData = { getData: (/** @type {string} */ kind) => (kind === "text/plain" ? text : "") };
  return /** @type {any} */ ({ clipboardData, preventDefault: () => undefined });
}

test("blank cells of a pasted block empty filled ones, and that is said", () => {
  const { grid, said, values } = table({ a1: "5", a2: "6", b1: "7" }, ["a1"]);
  pasteCells(grid, clipboard("1\t\n\t2\n"));
  assert.deepEqual(values, { a1: "1", a2: "", b1: "", b2: "2" });
  assert.match(said.text, /已粘贴 4 格；其中 2 格原来有数，现在空了/);
  assert.equal(said.doubtful, true);
});

test("a block without blanks says no more than its size", () => {
  const { grid, said } = table({ a1: "5" }, ["a1"]);
  pasteCells(grid, clipboard("1\t2\n3\t4\n"));
  assert.deepEqual(said, { text: "已粘贴 4 格", doubtful: false });
});

test("one figure fills all that is selected but the totals", () => {
  const { grid, said, values } = table({ a1: "5" }, ["a1", "a2", "atotal", "b1", "b2", "btotal"]);
  pasteCells(grid, clipboard("８件"));
  assert.deepEqual(values, { a1: "8", a2: "8", b1: "8", b2: "8" });
  assert.equal(said.text, "已粘贴 4 格");
});

test("a figure below the name of its column is a block and fills one cell", () => {
  const { grid, values } = table({}, ["a2", "b2"]);
  pasteCells(grid, clipboard("新收\n8"));
  assert.deepEqual(values, { a2: "8" });
});

test("one figure on totals alone says that they are computed", () => {
  const { grid, said, values } = table({}, ["atotal", "btotal"]);
  pasteCells(grid, clipboard("8"));
  assert.deepEqual(values, {});
  assert.match(said.text, /2 个总计与粘贴来的不同，以表内算得的为准/);
  assert.equal(said.doubtful, true);
});

/**
 * A grid that takes what is dropped on one of its cells.
 * @param {Record<string, string>} values by address
 * @param {string} address
 */
function dropTarget(values, address) {
  const made = table(values, [address]);
  const [cell] = made.grid.chosen();
  made.grid.under = () => cell;
  made.grid.place = () => Object.assign(made.grid, { active: cell });
  return { ...made, cell };
}

/**
 * @param {string} text
 * @param {string} [type]
 * @param {string[]} [types]
 */
function dragged(text, type = "drop", types = ["text/plain"]) {
  const event = {
    type,
    prevented: false,
    dataTransfer: { types, dropEffect: "move", getData: (/** @type {string} */ kind) => (kind === "text/plain" ? text : "") },
    preventDefault: () => Object.assign(event, { prevented: true }),
  };
  return /** @type {any} */ (event);
}

test("a figure dropped on a cell replaces the one that is there", () => {
  const { grid, values, said } = dropTarget({ a1: "0" }, "a1");
  dropCells(grid, dragged("", "dragover"));
  assert.deepEqual(values, { a1: "0" }, "only a drop puts it in");
  dropCells(grid, dragged("１２件"));
  assert.deepEqual(values, { a1: "12" });
  assert.equal(said.text, "已粘贴 1 格");
});

test("text dropped into the text being edited goes where it is dropped, and a file nowhere", () => {
  const { grid, values, cell } = dropTarget({ a1: "0" }, "a1");
  const file = dragged("", "drop", ["Files"]);
  dropCells(grid, file);
  Object.assign(grid, { active: cell, editing: true });
  const text = dragged("12");
  dropCells(grid, text);
  assert.deepEqual([file.prevented, text.prevented, values.a1], [false, false, "0"]);
});

test("a picture on the clipboard empties no cell", () => {
  const { grid, said, values } = table({ a1: "5" }, ["a1"]);
  let prevented = false;
  const event = clipboard("");
  const preventDefault = () => {
    prevented = true;
  };
  pasteCells(grid, { ...event, preventDefault });
  assert.equal(prevented, true, "the browser would put nothing in place of what is selected");
  assert.deepEqual([values, said.text], [{ a1: "5" }, ""]);
});
