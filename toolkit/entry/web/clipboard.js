// Blocks of cells as spreadsheets and web pages put them on the clipboard.

import { exactFigure } from "./figures.js";

/**
 * Cells of what Excel, WPS or a web page put on the clipboard; markup is read as text and never shown.
 * @param {DataTransfer} data
 * @returns {string[][]}
 */
export function pastedBlock(data) {
  const html = data.getData("text/html");
  const plain = data.getData("text/plain");
  if (plain.includes("\t") || !/<table/i.test(html)) return tabbed(plain);
  const page = new DOMParser().parseFromString(html, "text/html");
  const lines = [...page.querySelectorAll("tr")].map((line) => [...line.cells].map((cell) => (cell.textContent ?? "").trim()));
  return lines.filter((line) => line.length);
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
  return reader.lines;
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
  else line[last] += reader.quoted && sign === "\n" ? " " : sign;
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
 * A block copied with its row and column names is wider than the table: the names are left out.
 * @param {string[][]} block
 * @param {number} room cells from the first one to the right edge
 */
export function fitLabels(block, room) {
  let fitted = block;
  while (fitted[0]?.length > room && fitted.every((line) => blankOrWorded(line[0] ?? "")))
    fitted = fitted.map((line) => line.slice(1));
  while (fitted.length > 1 && fitted[0].some(worded) && fitted[0].every(blankOrWorded)) fitted = fitted.slice(1);
  return { fitted, dropped: fitted !== block };
}
