// What is lit up in a text: figures tied to the tables, figures that follow a cell, words of findings.

import { make } from "./elements.js";

/** @import { Finding, Piece, Spot, TextState } from "./types.d.ts" */

/** @type {Record<string, string>} */
export const TIE_NAMES = { agrees: "与表一致", differs: "与表不一致", untied: "未与表对应" };

/**
 * Python counts characters, the browser counts 16-bit units: they part at rare characters of names.
 * @param {string} text
 * @returns {(offset: number) => number} the place in 16-bit units of a place in characters
 */
export function unitsOf(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (offset) => Math.max(0, Math.min(offset, text.length));
  const starts = [0];
  for (const character of text) starts.push(starts[starts.length - 1] + character.length);
  return (offset) => starts[Math.max(0, Math.min(offset, starts.length - 1))];
}

/**
 * The spots of a text, in 16-bit units.
 * @param {Pick<TextState, "ties" | "links">} state
 * @param {Finding[]} findings
 * @param {string} text
 * @returns {Spot[]}
 */
export function spotsOf(state, findings, text) {
  const units = unitsOf(text);
  /** @type {Spot[]} */
  const spots = state.ties.map((tie) => ({ ...tie, css: `nb-tie-${tie.state}` }));
  for (const link of state.links) spots.push({ ...link, css: "nb-link" });
  for (const { id, start, end, severity, confirmed } of findings) {
    if (start >= 0 && !confirmed) spots.push({ start, end, css: `nb-found nb-found-${severity}`, note: "", finding: id });
  }
  const placed = spots.map((spot) => ({ ...spot, start: units(spot.start), end: units(spot.end) }));
  return placed.filter((spot) => spot.end > spot.start);
}

/**
 * The spots of a text that was edited since they were found: those before and behind the edit, at their places now.
 * @param {Spot[]} spots
 * @param {string} before
 * @param {string} now
 */
export function movedSpots(spots, before, now) {
  if (before === now) return spots;
  const { head, tail } = commonEnds(before.length, now.length, (at, other) => before[at] === now[other]);
  const shift = now.length - before.length;
  return spots.flatMap((spot) => {
    if (spot.end < head) return [spot];
    return spot.start > before.length - tail ? [{ ...spot, start: spot.start + shift, end: spot.end + shift }] : [];
  });
}

/**
 * How many items two sequences share at their beginnings and, behind those, at their ends.
 * @param {number} before the length of the one
 * @param {number} now the length of the other
 * @param {(before: number, now: number) => boolean} alike whether the items at these places are the same
 */
function commonEnds(before, now, alike) {
  const shorter = Math.min(before, now);
  let head = 0;
  while (head < shorter && alike(head, head)) head += 1;
  let tail = 0;
  while (tail < shorter - head && alike(before - 1 - tail, now - 1 - tail)) tail += 1;
  return { head, tail };
}

/**
 * The text in pieces, with the classes of the spots over each.
 * @param {string} text
 * @param {Spot[]} spots
 * @returns {Piece[]}
 */
export function markedPieces(text, spots) {
  const waiting = [...spots].sort((a, b) => a.start - b.start);
  const edges = [...new Set([0, text.length, ...spots.flatMap((spot) => [spot.start, spot.end])])].sort((a, b) => a - b);
  /** @type {Spot[]} */
  let over = [];
  return edges.slice(0, -1).map((start, at) => {
    over = over.filter((spot) => spot.end > start);
    while (waiting.length && waiting[0].start <= start) over.push(/** @type {Spot} */ (waiting.shift()));
    return { text: text.slice(start, edges[at + 1]), css: over.map((spot) => spot.css).join(" ") };
  });
}

/**
 * Draw pieces into an element that shows others: only those that differ are made again, for a key changes a few of hundreds.
 * @param {HTMLElement} box
 * @param {Piece[]} before what the element shows
 * @param {Piece[]} now
 */
export function drawPieces(box, before, now) {
  if (box.childNodes.length !== before.length) {
    box.replaceChildren(); // an extension of the browser has put something in
    before = [];
  }
  const { head, tail } = commonEnds(before.length, now.length, (at, other) => isSame(before[at], now[other]));
  const old = [...box.childNodes].slice(head, before.length - tail);
  const behind = box.childNodes[before.length - tail] ?? null;
  for (const node of old) node.remove();
  for (const piece of now.slice(head, now.length - tail)) box.insertBefore(pieceNode(piece), behind);
}

/**
 * @param {Piece} piece
 */
function pieceNode({ text, css }) {
  return css ? make("mark", { class: css }, text) : document.createTextNode(text);
}

/**
 * @param {Piece} one
 * @param {Piece} other
 */
function isSame(one, other) {
  return one.text === other.text && one.css === other.css;
}

/**
 * How many figures of a text agree with the tables, differ, or are tied to none.
 * @param {TextState} state
 */
export function tieCounts({ ties }) {
  const counts = Object.keys(TIE_NAMES).map((kind) => ({ kind, number: ties.filter((tie) => tie.state === kind).length }));
  return counts.filter(({ number }) => number);
}

/** @param {{ kind: string, number: number }} count */
export function tieLegend({ kind, number }) {
  return make("span", {}, make("mark", { class: `nb-tie-${kind}` }, "12"), ` ${TIE_NAMES[kind]} ${number}`);
}

/**
 * Whether two texts look the same: blanks, invisible characters and forms of one sign do not count.
 * @param {string} one
 * @param {string} other
 */
export function looksAlike(one, other) {
  return seen(one) === seen(other);
}

/** @param {string} text */
function seen(text) {
  return text.normalize("NFKC").replace(/[\s\p{C}]/gu, "");
}
