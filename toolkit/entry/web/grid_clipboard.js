// Copy cells of a table to Excel, WPS and web pages, and paste or drop blocks of cells from there.

import { fitLabels, readBlock, splitAtBlanks } from "./clipboard.js";
import { make } from "./elements.js";
import { exactFigure } from "./figures.js";

/** @import { Cell } from "./types.d.ts" */
/** @import { Grid } from "./grid.js" */
/** @typedef {{ cell: Cell | undefined, text: string }} Landing where a text of the block would come to */

/**
 * Put the selected cells on the clipboard; not when a part of the text in the editor is selected.
 * @param {Grid} grid
 * @param {ClipboardEvent} event
 * @returns {boolean} whether cells were copied
 */
export function copyCells(grid, event) {
  const { input } = grid;
  const chosen = grid.chosen();
  if (!event.clipboardData) return false;
  if (grid.editing && input.selectionStart !== input.selectionEnd && chosen.length === 1) return false;
  const lines = grid.lines.map((line) => line.filter((cell) => chosen.includes(cell))).filter((line) => line.length);
  const texts = lines.map((line) => line.map((cell) => grid.text(cell)));
  const table = make("table", {}, ...texts.map((line) => make("tr", {}, ...line.map((text) => make("td", {}, text)))));
  event.clipboardData.setData("text/plain", texts.map((line) => line.join("\t")).join("\n"));
  event.clipboardData.setData("text/html", table.outerHTML);
  event.preventDefault();
  return true;
}

/**
 * Put the block on the clipboard into the table, from the selected cell on; one figure goes into the text being edited.
 * @param {Grid} grid
 * @param {ClipboardEvent} event
 */
export function pasteCells(grid, event) {
  const { block, hidden } = event.clipboardData ? readBlock(event.clipboardData) : { block: [], hidden: 0 };
  if (grid.editing && block.length === 1 && block[0].length === 1) return;
  event.preventDefault(); // without any text the browser would empty the cell
  if (block.length) takeBlock(grid, block, hidden);
}

/**
 * Text that is dragged to a cell replaces its figure, as a paste does: put in at the mouse, 12 would make 0 into 120. In the
 * text being edited it goes where it is dropped.
 * @param {Grid} grid
 * @param {DragEvent} event dragover or drop
 */
export function dropCells(grid, event) {
  const { dataTransfer } = event;
  const cell = grid.under(event);
  if (!cell || !dataTransfer?.types.includes("text/plain") || (cell === grid.active && grid.editing)) return;
  event.preventDefault();
  dataTransfer.dropEffect = "copy";
  if (event.type !== "drop") return;
  const { block, hidden } = readBlock(dataTransfer);
  grid.place(cell);
  if (block.length) takeBlock(grid, block, hidden);
}

/**
 * @param {Grid} grid
 * @param {string[][]} block
 * @param {number} hidden rows and columns that the source does not show
 */
function takeBlock(grid, block, hidden) {
  if (grid.locked) {
    grid.sayReadOnly();
    return;
  }
  grid.editing = false;
  putBlock(grid, block, hidden);
}

/**
 * @param {Grid} grid
 * @param {string[][]} block
 * @param {number} hidden rows and columns that the source does not show
 */
function putBlock(grid, block, hidden) {
  const { landings, dropped } = landingsOf(grid, block);
  const outside = landings.filter(({ cell, text }) => !cell && text !== "").length;
  const changes = changesOf(landings);
  const emptied = Object.entries(changes).filter(([address, text]) => !text && grid.wire.values[address]).length;
  grid.wire.change(changes, true);
  grid.fillInput();
  const totals = landings.filter(({ cell, text }) => cell?.sums && differs(grid, cell, text)).length;
  const sentences = [`已粘贴 ${Object.keys(changes).length} 格`];
  if (dropped) sentences.push("左边和上边的文字是行名、列名，没有填入");
  if (hidden) sentences.push(`原表里隐藏的 ${hidden} 行（列）没有填入，请核对`);
  if (emptied) sentences.push(`其中 ${emptied} 格原来有数，现在空了；不是有意的，请按 Ctrl+Z 恢复`);
  if (outside) sentences.push(`超出表格的 ${outside} 格没有填入`);
  if (totals) sentences.push(`${totals} 个总计与粘贴来的不同，以表内算得的为准，请核对`);
  grid.say(sentences.join("；"), Boolean(outside || totals || hidden || emptied));
}

/**
 * Where each text of the block comes to, from the selected cell on; a single figure fills all that is selected, as in Excel.
 * @param {Grid} grid
 * @param {string[][]} block
 * @returns {{ landings: Landing[], dropped: boolean }} dropped: names of rows and columns were left out
 */
function landingsOf(grid, block) {
  const start = grid.corner();
  const room = grid.lines[start.down].length - start.across;
  const { fitted, dropped } = fitLabels(splitAtBlanks(block, room), room, (text) => isRowName(grid, text));
  if (!dropped && fitted.length === 1 && fitted[0].length === 1) {
    const chosen = grid.chosen();
    const figures = chosen.filter((cell) => !cell.sums);
    const cells = figures.length ? figures : chosen; // totals alone: the paste says that they are computed
    return { landings: cells.map((cell) => ({ cell, text: fitted[0][0] })), dropped };
  }
  const landings = fitted.flatMap((line, down) =>
    line.map((text, across) => ({ cell: grid.lines[start.down + down]?.[start.across + across], text })),
  );
  return { landings, dropped };
}

/**
 * Whether a text is the name of a row of the table, whole or shortened (本年新收).
 * @param {Grid} grid
 * @param {string} text
 */
function isRowName(grid, text) {
  const name = lettersOf(text);
  const names = grid.paper.cells.filter(({ role }) => role === "stub").map((cell) => lettersOf(cell.text));
  return name.length > 1 && names.some((whole) => whole.includes(name) || name.includes(whole));
}

/**
 * The name of a row as it is compared: without its number, marks and blanks.
 * @param {string} text
 */
function lettersOf(text) {
  return text.replace(/^\s*(?:[（(]?[一二三四五六七八九十\d]+[）)、.．])?/, "").replace(/[^\p{L}]/gu, "");
}

/**
 * @param {Landing[]} landings
 * @returns {Record<string, string>} texts by address; totals are computed
 */
function changesOf(landings) {
  /** @type {Record<string, string>} */
  const changes = {};
  for (const { cell, text } of landings) if (cell && !cell.sums) changes[cell.address] = exactFigure(text, cell) ?? text.trim();
  return changes;
}

/**
 * Whether the block had another total than the table has now.
 * @param {Grid} grid
 * @param {Cell} cell
 * @param {string} text
 */
function differs(grid, cell, text) {
  const pasted = exactFigure(text, cell);
  return pasted !== null && pasted !== grid.text(cell);
}
