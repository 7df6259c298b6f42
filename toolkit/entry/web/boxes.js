// Ordinary boxes (机关, 联系方式, 收费, 渠道, 导语) are ipywidgets: a key sent to a kernel that has died is lost. What is typed
// into one is in the browser's storage until Python has put it down, and goes into the same box of the next form.

import { composition } from "./composing.js";
import { Unsent } from "./unsent.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

const DRAWN_MS = 15000; // by then every box is drawn
const AGAIN_MS = 100;
const ROW_MS = 2000; // a row that was asked for is there by then
const NAME = /\bnb-at-([\w-]+)/;
const ROW = /^channels-\d+-/;
const FIGURE = /^channels-\d+-count$|^processing_fee-/;

export class BoxKeeper {
  /**
   * @param {string} formId
   * @param {HTMLElement} form
   * @param {AbortSignal} signal
   * @param {() => { boxes: Record<string, string>, locked: boolean }} state what Python has put down, by the name of the box
   * @param {(name: string) => void} left called when a box for a figure has lost the keyboard and Python has put down its text
   */
  constructor(formId, form, signal, state, left) {
    this.form = form;
    this.signal = signal;
    this.state = state;
    this.left = left;
    this.unsent = new Unsent(`nianbao-unsent:${formId}:boxes`, 20);
    /** @type {Set<string>} names of boxes that are not drawn yet */
    this.recovering = new Set();
    this.rowAsked = 0; // when a row for a lost channel was asked for
    const end = performance.now() + DRAWN_MS;
    for (const [name, entry] of Object.entries(this.unsent.all())) this.recover(name, entry, end);
    for (const kind of ["input", "change"]) form.addEventListener(kind, ({ target }) => this.note(target), { signal });
    form.addEventListener("drop", (event) => replaceFigure(event, event.target), { signal });
    const blurred = (/** @type {FocusEvent} */ { target }) => {
      const name = isField(target) ? nameOf(target) : "";
      if (FIGURE.test(name) && !this.unsent.all()[name]) this.left(name);
    };
    form.addEventListener("focusout", blurred, { signal });
  }

  /** @param {EventTarget | null} field */
  note(field) {
    const name = isField(field) ? nameOf(field) : "";
    if (!isField(field) || !name || this.state().locked) return;
    const before = this.unsent.all()[name]?.text;
    if (before === undefined && this.state().boxes[name] === textOf(field)) return; // a box that is left says so once more
    const base = this.state().boxes[name] ?? (isTick(field) ? "false" : ""); // a new row is not among them yet
    this.unsent.remember(name, textOf(field), base);
    if (before !== undefined) this.unsent.onItsWay(name, before);
  }

  /** Python has answered: what it has put down is safe, and what it has written into a box is newer than what was typed. */
  answered() {
    const { boxes, locked } = this.state();
    for (const [name, { text }] of Object.entries(this.unsent.all())) {
      if (this.recovering.has(name)) continue;
      const field = this.find(name);
      const replaced = field && field !== document.activeElement && textOf(field) !== text;
      if (!locked && !replaced && boxes[name] !== text) continue;
      this.unsent.forget(name);
      if (!locked && field !== document.activeElement && FIGURE.test(name)) this.left(name);
    }
  }

  /**
   * The box of a name; a name that is only part of another's is none.
   * @param {string} name
   * @returns {Field | null}
   */
  find(name) {
    const field = this.form.querySelector(
      ["input", "textarea", "select"].map((tag) => `.nb-at-${CSS.escape(name)} ${tag}`).join(),
    );
    return isField(field) ? field : null;
  }

  /**
   * Put back what a killed kernel never took; boxes are drawn one after the other.
   * @param {string} name
   * @param {import("./unsent.js").Entry} entry
   * @param {number} end
   */
  recover(name, entry, end) {
    const field = this.find(name);
    if ((!field || composition.running) && !this.signal.aborted && performance.now() < end) {
      this.recovering.add(name);
      if (!field) this.askForRow(name);
      setTimeout(() => this.recover(name, entry, end), AGAIN_MS);
      return;
    }
    this.recovering.delete(name);
    if (!field || this.signal.aborted) return;
    this.unsent.forget(name);
    if (!this.state().locked && Unsent.isLost(entry, textOf(field))) fill(field, entry.text);
  }

  /**
   * A channel that the kernel never heard of has no row to come back to.
   * @param {string} name
   */
  askForRow(name) {
    /** @type {HTMLButtonElement | null} */
    const add = this.form.querySelector(".nb-add-channel");
    if (!ROW.test(name) || !add || add.disabled || performance.now() - this.rowAsked < ROW_MS) return;
    this.rowAsked = performance.now();
    add.click();
  }
}

/**
 * @param {EventTarget | null} element
 * @returns {element is Field}
 */
export function isField(element) {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}

/**
 * The name that Python knows a box by, "" for one that is no ordinary box of the form.
 * @param {Field} field
 */
function nameOf(field) {
  return NAME.exec(field.closest('[class*="nb-at-"]')?.className ?? "")?.[1] ?? "";
}

/**
 * A figure that is dropped into a box replaces the one there, as in a table: put in at the mouse, 12 would make 0 into 120.
 * @param {DragEvent} event
 * @param {EventTarget | null} field
 */
export function replaceFigure(event, field) {
  const text = event.dataTransfer?.getData("text/plain").trim();
  if (!text || !isField(field) || field.disabled || !FIGURE.test(nameOf(field))) return;
  event.preventDefault();
  field.focus();
  fill(field, text);
}

/** @param {Field} field */
export function textOf(field) {
  return isTick(field) ? String(field.checked) : field.value;
}

/**
 * @param {Field} field
 * @returns {field is HTMLInputElement}
 */
function isTick(field) {
  return field instanceof HTMLInputElement && field.type === "checkbox";
}

/**
 * Put a value in as a person would.
 * @param {Field} field
 * @param {string} text
 */
export function fill(field, text) {
  if (isTick(field)) {
    field.click();
    return;
  }
  field.value = text;
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
}
