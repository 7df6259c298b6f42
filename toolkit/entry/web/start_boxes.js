// The boxes of the start screen (填报人, 年度, 机关 …) are ipywidgets: a kernel that dies takes what was typed with it. Until the
// screen is left, this window keeps it, and puts it into the boxes of the next one.

import { fill, isField, textOf } from "./boxes.js";
import { composition } from "./composing.js";
import { readNote, writeNote } from "./window_store.js";

/** @import { Field } from "./boxes.js" */

const STORE = "nianbao-start";
const DRAWN_MS = 15000; // by then every box is drawn
const AGAIN_MS = 100;

export class StartBoxes {
  /**
   * @param {HTMLElement} screen
   * @param {AbortSignal} signal
   */
  constructor(screen, signal) {
    this.screen = screen;
    this.signal = signal;
    /** @type {Record<string, string>} what was typed, by the name of the box */
    this.typed = readNote(STORE) ?? {};
    /** @type {Set<string>} boxes that a person has touched on this screen */
    this.touched = new Set();
    for (const kind of ["input", "change"]) screen.addEventListener(kind, (event) => this.take(event));
    signal.addEventListener("abort", () => this.leave());
    const end = performance.now() + DRAWN_MS;
    for (const name of Object.keys(this.typed)) this.recover(name, end);
  }

  /** The screen is gone: for a report that was opened, or because the kernel has died. */
  leave() {
    if (this.screen.dataset.nianbaoGone === undefined) writeNote(STORE, null);
  }

  /** @param {Event} event */
  take({ target, isTrusted }) {
    const name = isField(target) ? nameOf(target) : "";
    if (!isField(target) || !name) return;
    if (isTrusted) this.touched.add(name);
    this.typed[name] = textOf(target);
    writeNote(STORE, this.typed);
  }

  /**
   * @param {string} name
   * @param {number} end
   */
  recover(name, end) {
    if (this.signal.aborted || this.touched.has(name)) return;
    const field = [...this.screen.querySelectorAll("input, select")].filter(isField).find((box) => nameOf(box) === name);
    if (!field || composition.running || this.screen.closest("[inert]")) {
      if (performance.now() < end) setTimeout(() => this.recover(name, end), AGAIN_MS);
    } else if (textOf(field) !== this.typed[name] && offers(field, this.typed[name])) fill(field, this.typed[name]);
  }
}

/**
 * The card and the label of a box; "" for one that is no name, year or search. The list of organs follows the search.
 * @param {Field} field
 */
function nameOf(field) {
  if (!["text", "select-one"].includes(field.type) || field.closest(".nb-organs")) return "";
  const label = field.closest(".jupyter-widgets")?.querySelector("label, .widget-label")?.textContent?.trim();
  const card = field.closest(".nb-card")?.querySelector("h2")?.textContent ?? "";
  return label ? `${card}/${label}` : "";
}

/**
 * @param {Field} field
 * @param {string} text
 */
function offers(field, text) {
  return !(field instanceof HTMLSelectElement) || [...field.options].some((option) => option.value === text);
}
