// Places in a text, the pieces it is marked in, and marks that stay while typing runs ahead.

import assert from "node:assert/strict";
import { test } from "node:test";
import { looksAlike, markedPieces, movedSpots, unitsOf } from "../../../toolkit/entry/web/text_marks.js";

/** @param {number} start @param {number} end */
const spot = (start, end, css = "a") => ({ start, end, css, note: "" });

test("places in characters become places in 16-bit units", () => {
  for (const text of ["收到12件", "𠮷田镇收到12件", "a𠮷𠮷b", ""]) {
    const units = unitsOf(text);
    const characters = [...text];
    for (let at = 0; at <= characters.length; at += 1) assert.equal(units(at), characters.slice(0, at).join("").length);
  }
});

test("a text is cut at the ends of its spots, which may lie over each other", () => {
  const pieces = markedPieces("收到12件。", [spot(2, 5, "tie"), spot(0, 4, "found")]);
  assert.deepEqual(pieces, [
    { text: "收到", css: "found" },
    { text: "12", css: "found tie" },
    { text: "件", css: "tie" },
    { text: "。", css: "" },
  ]);
});

test("the pieces of a text together are the text", () => {
  const text = "本年度收到申请12件，办结11件。";
  const spots = [spot(7, 10), spot(13, 16), spot(0, text.length), spot(3, 9)];
  assert.equal(
    markedPieces(text, spots)
      .map((piece) => piece.text)
      .join(""),
    text,
  );
});

const EDITS = [
  {
    before: "收到12件，办结11件",
    now: "共收到12件，办结11件",
    spots: [
      [3, 6],
      [9, 12],
    ],
    why: "typed before both",
  },
  {
    before: "收到12件，办结11件",
    now: "收到12件，全部办结11件",
    spots: [
      [2, 5],
      [10, 13],
    ],
    why: "typed between them",
  },
  { before: "收到12件，办结11件", now: "收到123件，办结11件", spots: [[9, 12]], why: "typed into the first" },
  { before: "收到12件，办结11件", now: "收到12件，办结1件", spots: [[2, 5]], why: "a digit deleted from the second" },
  { before: "收到12件，办结11件", now: "", spots: [], why: "everything deleted" },
];

for (const { before, now, spots, why } of EDITS) {
  test(`marks beside an edit stay: ${why}`, () => {
    const moved = movedSpots([spot(2, 5), spot(8, 11)], before, now);
    assert.deepEqual(
      moved.map(({ start, end }) => [start, end]),
      spots,
    );
  });
}

for (const [one, other, alike] of [
  ["第二段\u00a0空格。\u200b", "第二段 空格。", true],
  ["１２件，\r\n办结", "12件,\n办结", true],
  ["收到12件", "收到21件", false],
  ["", "无", false],
])
  test(`what Python makes of blanks and invisible characters is seen as the same: ${JSON.stringify(one)}`, () => {
    assert.equal(looksAlike(/** @type {string} */ (one), /** @type {string} */ (other)), alike);
  });
