// Blocks of cells as spreadsheets and web pages put them on the clipboard.

import { exactFigure } from "./figures.js";

/** @typedef {{ text: string, hidden: boolean, rest?: boolean }} TableCell rest: what a merged cell covers to its right */

const LONG_HTML = 4_000_000; // characters; a table of the form has some ten thousand
const UNSHOWN = "del, rt, rp, script, style, template, [hidden]"; // deleted in Word, readings of characters
const BREAKS = "br, p, div, li";
const LINE = "\ue000"; // stands for the end of a line within a cell

/**
 * Cells of what Excel, WPS or a web page put on the clipboard; markup is read as text and never shown.
 * @param {DataTransfer} data
 * @returns {string[][]}
 */
export function pastedBlock(data) {
  return cellsOf(data).texts;
}

/**
 * The block on the clipboard as it was seen: rows and columns that are hidden there are left out and counted.
 * @param {DataTransfer} data
 * @returns {{ block: string[][], hidden: number }}
 */
export function readBlock(data) {
  const { cells, texts } = cellsOf(data);
  return cells ? shownCells(cells, texts) : { block: texts, hidden: 0 };
}

/**
 * Plain text is as the other program shows its figures; where it has no cells, and for what is hidden, markup is read.
 * @param {DataTransfer} data
 * @returns {{ texts: string[][], cells?: TableCell[][] }}
 */
function cellsOf(data) {
  const html = data.getData("text/html");
  const plain = data.getData("text/plain");
  const cells = html.length < LONG_HTML && /<table/i.test(html) ? tableCells(html) : [];
  if (cells.length && !plain.includes("\t")) return { cells, texts: cells.map((line) => line.map((cell) => cell.text)) };
  const texts = tabbed(plain);
  const alike = texts.length === cells.length && texts.every((line, down) => line.length === cells[down].length);
  return alike ? { cells, texts } : { texts };
}

/**
 * The cells of a table in HTML, a merged one as its text and blanks for the rest of its area, as plain text has them.
 * @param {string} html
 * @returns {TableCell[][]}
 */
function tableCells(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  /** @type {TableCell[][]} */
  const block = [];
  const columns = [...page.querySelectorAll("col")].flatMap((column) => Array(column.span).fill(isHidden(column)));
  const lines = [...page.querySelectorAll("tr")].filter((line) => !line.parentElement?.closest("td, th"));
  for (const [down, line] of lines.entries()) {
    block[down] ??= [];
    for (const cell of line.cells) putCell(block, down, cell, isHidden(line), columns);
  }
  return [...block.slice(0, lines.length)]
    .map((line) => [...(line ?? [])].map((cell) => cell ?? { text: "", hidden: false }))
    .filter((line) => line.length);
}

/**
 * @param {TableCell[][]} block
 * @param {number} down
 * @param {HTMLTableCellElement} cell
 * @param {boolean} lineHidden
 * @param {boolean[]} columns which are hidden
 */
function putCell(block, down, cell, lineHidden, columns) {
  let across = 0;
  while (block[down][across]) across += 1;
  for (let below = 0; below < Math.min(cell.rowSpan || 1, 100); below += 1) {
    block[down + below] ??= [];
    for (let right = 0; right < Math.min(cell.colSpan, 100); right += 1) {
      const hidden = (lineHidden && !below) || isHidden(cell) || Boolean(columns[across + right]);
      block[down + below][across + right] = { text: below || right ? "" : wordsOf(cell), hidden, rest: right > 0 };
    }
  }
}

/** @param {HTMLElement} element */
function isHidden(element) {
  return element.hidden || element.style.display === "none";
}

/**
 * What is read in a cell: lines apart, without what is deleted or hidden.
 * @param {HTMLTableCellElement} cell
 */
function wordsOf(cell) {
  for (const element of cell.querySelectorAll(UNSHOWN)) element.remove();
  for (const element of cell.querySelectorAll("[style*='display']"))
    if (/display\s*:\s*none/i.test(element.getAttribute("style") ?? "")) element.remove();
  for (const element of cell.querySelectorAll(BREAKS)) element.after(LINE);
  return joinLines((cell.textContent ?? "").replace(/\s+/g, " "));
}

/**
 * The lines of a cell as one; two figures below each other are neither one figure nor a row of two.
 * @param {string} text
 */
function joinLines(text) {
  const lines = text
    .split(LINE)
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.reduce((joined, line) => joined + (/\d$/.test(joined) && /^\d/.test(line) ? "；" : joined && " ") + line, "");
}

/**
 * The rows and columns that are not wholly hidden; two columns that are merged in every row are seen as one.
 * @param {TableCell[][]} cells
 * @param {string[][]} texts of these cells
 * @returns {{ block: string[][], hidden: number }}
 */
function shownCells(cells, texts) {
  const down = cells.map((line) => line.some((cell) => !cell.hidden));
  const width = Math.max(...cells.map((line) => line.length));
  const across = Array.from({ length: width }, (_, at) => cells.some((line) => line[at] && !line[at].hidden));
  const merged = across.map((_, at) => cells.every((line) => line[at]?.rest));
  const rows = texts.filter((_, at) => down[at]).map((line) => line.filter((_, at) => across[at] && !merged[at]));
  return { block: rows, hidden: [...down, ...across].filter((shown) => !shown).length };
}

/**
 * Tab-separated text as spreadsheets write it: a cell with a line break or a quote stands in quotes.
 * @param {string} text
 * @returns {string[][]}
 */
export function tabbed(text) {
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (source === "") return [];
  const reader = { lines: [[""]], quoted: false };
  for (let at = 0; at < source.length; at += 1) at += takeSign(reader, source[at], source[at + 1]);
  const lines = reader.lines.map((line) => line.map((text) => (text.includes(LINE) ? joinLines(text) : text)));
  return lines.some((line) => line.length > 1) ? withoutEmptyLines(lines) : lines;
}

/**
 * An empty line among rows of several cells has no cell: one at either end is left out, one between keeps its row free.
 * @param {string[][]} lines
 */
function withoutEmptyLines(lines) {
  const rows = lines.map((line) => (line.length === 1 && line[0].trim() === "" ? [] : line));
  while (rows.at(-1)?.length === 0) rows.pop();
  return rows.slice(rows.findIndex((line) => line.length > 0));
}

/**
 * @param {{ lines: string[][], quoted: boolean }} reader
 * @param {string} sign
 * @param {string | undefined} next
 * @returns {number} how many signs more it took
 */
function takeSign(reader, sign, next) {
  const line = reader.lines[reader.lines.length - 1];
  const last = line.length - 1;
  if (reader.quoted && sign === '"' && next === '"') {
    line[last] += '"';
    return 1;
  }
  if (sign === '"' && (reader.quoted || line[last] === "")) reader.quoted = !reader.quoted;
  else if (!reader.quoted && sign === "\t") line.push("");
  else if (!reader.quoted && sign === "\n") reader.lines.push([""]);
  else line[last] += reader.quoted && sign === "\n" ? LINE : sign;
  return 0;
}

/**
 * Rows copied from a PDF or a web page have blanks between their figures (`12 1 0 0 0 0`): a column of such texts becomes a
 * block. Lines are taken apart all together or not at all; a figure in itself (`1 234`) is left as it is.
 * @param {string[][]} block
 * @param {number} room cells from the first one to the right edge
 */
export function splitAtBlanks(block, room) {
  if (!block.every((line) => line.length === 1) || !block.some(([text]) => isRow(text))) return block;
  const lines = block.map(([text]) => (isRow(text) ? text.trim().split(/\s+/) : [text]));
  const fits = lines.every((line) => line.filter((text) => !worded(text)).length <= room);
  return fits ? lines : block;
}

/**
 * Whether a text is a row of figures, perhaps with its name in front.
 * @param {string} text
 */
function isRow(text) {
  const parts = text.trim().split(/\s+/);
  const figures = parts.slice(parts.findIndex((part) => exactFigure(part) !== null));
  return figures.length > 1 && exactFigure(text) === null && figures.every((part) => exactFigure(part) !== null);
}

/** @param {string} text */
function worded(text) {
  return text.trim() !== "" && exactFigure(text) === null && /[\p{L}（）]/u.test(text);
}

/** @param {string} text */
function blankOrWorded(text) {
  return text.trim() === "" || worded(text);
}

/**
 * The names of rows and columns that were copied along are left out: a block with them is wider than the table, or they are
 * those of the table.
 * @param {string[][]} block
 * @param {number} room cells from the first one to the right edge
 * @param {(text: string) => boolean} [isName] whether a text is the name of a row of the table
 */
export function fitLabels(block, room, isName = () => false) {
  let fitted = block;
  const isWide = () => fitted[0]?.length > room;
  const isNamed = () =>
    fitted.some(([first = ""]) => isName(first)) && fitted.every(([first = ""]) => !first.trim() || isName(first));
  while (isNamed() || (isWide() && fitted.every((line) => blankOrWorded(line[0] ?? ""))))
    fitted = fitted.map((line) => line.slice(1));
  while (fitted.length > 1 && fitted[0].some(worded) && fitted[0].every(blankOrWorded)) fitted = fitted.slice(1);
  return { fitted, dropped: fitted !== block };
}
