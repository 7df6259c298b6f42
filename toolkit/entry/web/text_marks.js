// What is lit up in a text: figures tied to the tables, figures that follow a cell, words of findings.

import { make } from "./elements.js";

/** @import { Spot, TextState } from "./types.d.ts" */

/** @type {Record<string, string>} */
export const TIE_NAMES = { agrees: "与表一致", differs: "与表不一致", untied: "未与表对应" };

/**
 * Python counts characters, the browser counts 16-bit units: they part at rare characters of names.
 * @param {string} text
 * @param {number} offset
 */
export function unitsAt(text, offset) {
  return offset <= 0 ? 0 : [...text].slice(0, offset).join("").length;
}

/**
 * The spots of a text, in 16-bit units.
 * @param {TextState} state
 * @param {string} text
 * @returns {Spot[]}
 */
export function spotsOf(state, text) {
  /** @type {Spot[]} */
  const spots = state.ties.map((tie) => ({ ...tie, css: `nb-tie-${tie.state}` }));
  for (const link of state.links) spots.push({ ...link, css: "nb-link" });
  for (const { start, end, severity, message, confirmed } of state.findings) {
    if (start >= 0 && !confirmed) spots.push({ start, end, css: `nb-found nb-found-${severity}`, said: message });
  }
  const placed = spots.map((spot) => ({ ...spot, start: unitsAt(text, spot.start), end: unitsAt(text, spot.end) }));
  return placed.filter((spot) => spot.end > spot.start);
}

/**
 * The text in pieces, those under a spot as marks.
 * @param {string} text
 * @param {Spot[]} spots
 * @returns {(Node | string)[]}
 */
export function markedPieces(text, spots) {
  const ends = spots.flatMap((spot) => [spot.start, spot.end]);
  const edges = [...new Set([0, text.length, ...ends])].sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, at) => {
    const over = spots.filter((spot) => spot.start <= start && start < spot.end);
    const piece = text.slice(start, edges[at + 1]);
    return over.length ? make("mark", { class: over.map((spot) => spot.css).join(" ") }, piece) : piece;
  });
}

/**
 * How many figures of a text agree with the tables, differ, or are tied to none.
 * @param {TextState} state
 * @returns {HTMLElement[]}
 */
export function tieLegend(state) {
  return Object.entries(TIE_NAMES).flatMap(([kind, word]) => {
    const number = state.ties.filter((tie) => tie.state === kind).length;
    return number ? [make("span", {}, make("mark", { class: `nb-tie-${kind}` }, "12"), ` ${word} ${number}`)] : [];
  });
}
