// What was typed into requests and not kept yet. It stays with the page, not with the widget, which a restarted kernel makes
// again; it is written nowhere, for it is personal data.

/** @import { Draft } from "./types.d.ts" */

const KEY = Symbol.for("nianbao.register");

/**
 * The drafts of a register by the row of their request (0: one that is not kept yet), and the row that is open.
 * @param {string} title
 * @returns {{ drafts: Map<number, Draft>, open?: number }}
 */
export function kept(title) {
  const page = /** @type {Record<symbol, Map<string, { drafts: Map<number, Draft>, open?: number }> | undefined>} */ (
    /** @type {unknown} */ (globalThis)
  );
  page[KEY] ??= new Map();
  const found = page[KEY].get(title) ?? { drafts: new Map() };
  page[KEY].set(title, found);
  return found;
}
