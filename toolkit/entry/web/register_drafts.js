// What was typed into requests and not kept yet. It stays with the page, not with the widget, which a restarted kernel makes
// again; it is written nowhere, for it is personal data.

import { onePerPage } from "./elements.js";

/** @import { Draft } from "./types.d.ts" */
/** @typedef {{ drafts: Map<number, Draft>, open?: number }} Kept */

/**
 * The drafts of a register by the row of their request (0: one that is not kept yet), and the row that is open.
 * @param {string} title
 * @returns {Kept}
 */
export function kept(title) {
  /** @type {Map<string, Kept>} */
  const registers = onePerPage("register", () => new Map());
  const found = registers.get(title) ?? { drafts: new Map() };
  registers.set(title, found);
  return found;
}
