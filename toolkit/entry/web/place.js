// Where in a form the keyboard is: noted in the window's own storage, taken up again when the form is drawn once more
// (kernel restarted, page reloaded, notebook run again).

import { goTo } from "./findings.js";
import { readNote, writeNote } from "./window_store.js";

/** @import { Place } from "./types.d.ts" */

const PLACE = "nianbao-place:";
const COME_BACK_MS = 4000; // by then every part is drawn
const NOWHERE = "body, .jp-Notebook, .jp-Cell, .jp-Document, .jp-NotebookPanel"; // what the browser or JupyterLab falls back on

/**
 * A place is what `goTo` takes: the cells, field or words a finding would name.
 * @param {HTMLElement} element
 * @returns {Place | null}
 */
function placeOf(element) {
  const address = /** @type {HTMLElement | null} */ (element.closest("[data-address]"))?.dataset.address;
  if (address) return { cells: [address], where: "" };
  if (element instanceof HTMLTextAreaElement && element.matches(".nb-text-area")) {
    const at = [...element.value.slice(0, element.selectionStart)].length;
    return { cells: [], where: `narrative.${element.dataset.part}`, start: at, end: at };
  }
  const field = /nb-at-([\w-]+)/.exec(element.closest('[class*="nb-at-"]')?.className ?? "");
  return field ? { cells: [], where: field[1] } : null;
}

export class PlaceKeeper {
  /**
   * @param {string} formId
   * @param {HTMLElement} form
   * @param {AbortSignal} signal
   * @param {Element | null} scroller
   */
  constructor(formId, form, signal, scroller) {
    this.formId = formId;
    this.form = form;
    this.scroller = scroller;
    this.store = PLACE + formId;
    form.addEventListener("focusin", (event) => this.note(event.target));
    const caret = () => {
      if (document.activeElement?.matches(".nb-text-area")) this.note(document.activeElement);
    };
    document.addEventListener("selectionchange", caret, { signal });
    this.comeBack(performance.now() + COME_BACK_MS);
  }

  /**
   * Bar, list and buttons are only passed through; the last section (换一个机关) is the end of a visit.
   * @param {EventTarget | null} element
   */
  note(element) {
    if (!(element instanceof HTMLElement) || !this.form.contains(element)) return;
    const place = placeOf(element);
    if (place) writeNote(this.store, place);
    else if (element.closest(".nb-section-finish")) writeNote(this.store, null);
  }

  /**
   * Parts are drawn one after the other, perhaps under a veil: try until the keyboard is in, or somebody has moved it.
   * @param {number} end
   */
  comeBack(end) {
    const held = document.activeElement;
    const free = !held || held.matches(NOWHERE) || Boolean(held.closest(".nianbao-veil"));
    if (!this.form.isConnected || !free || performance.now() > end) return;
    let until = end;
    if (this.form.closest("[inert]")) until = performance.now() + COME_BACK_MS;
    else this.take();
    setTimeout(() => this.comeBack(until), 50);
  }

  take() {
    /** @type {Place | null} */
    const place = readNote(this.store);
    if (place) {
      goTo(this.formId, place);
      return;
    }
    const title = /** @type {HTMLElement | null} */ (this.form.querySelector(".nb-title"));
    if (!title) return;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    if (this.scroller) this.scroller.scrollTop = 0;
  }
}
