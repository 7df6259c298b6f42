// The one guard for input methods. From compositionstart to compositionend the box with the composition belongs to the input
// method: nothing writes its value, moves its caret or greys it, and its half-typed letters reach no widget. Every text box of
// form and start screen is under it, ours and ipywidgets' alike. A button that is held down is guarded as well: drawn again
// between press and release, it would lose its click.

import { onePerPage } from "./elements.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Box */

const FORMS = ".nb-form, .nb-start";
const PRESSED = "button, tr[data-row]"; // what hears of a click
const QUIET = ["input", "change", "keydown", "keypress", "keyup"]; // not heard while a composition runs
const STATES = /** @type {const} */ (["value", "disabled", "readOnly"]);
const CARET = /** @type {const} */ (["select", "setSelectionRange", "setRangeText", "blur"]);

class Composition {
  constructor() {
    /** @type {Box | null} the box a composition runs in */
    this.box = null;
    this.before = "";
    this.data = ""; // the text under composition
    this.ending = false; // compositionend was heard, but a cancelled composition takes its letters away only after it
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {Map<string, unknown>} what was to be written meanwhile, by property */
    this.written = new Map();
    /** @type {Element | null} the button, or row of a list, that is held down */
    this.pressed = null;
    /** @type {Map<unknown, () => void>} what waits for the end of composition and press */
    this.waiting = new Map();
    /** @type {[Element, number, number][]} how far what is around the box was scrolled when something else was pressed */
    this.scrolled = [];
    document.addEventListener("compositionstart", (event) => this.begin(event.target), true);
    document.addEventListener("compositionupdate", (event) => this.update(event), true);
    document.addEventListener("compositionend", (event) => this.end(event), true);
    document.addEventListener("pointerdown", (event) => this.press(event.target), true);
    document.addEventListener("pointerdown", (event) => this.hold(event.target), true);
    document.addEventListener("blur", (event) => this.interrupt(event.target), true);
    document.addEventListener("nianbao:cover", () => this.finish());
    // a page that is closed hears of no end of a composition; what the form keeps when it is left comes after this
    document.defaultView?.addEventListener("pagehide", () => this.finish());
    for (const kind of ["click", "pointerup", "pointercancel", "pointermove"])
      document.addEventListener(kind, (event) => this.letGo(event), true);
    for (const kind of QUIET) document.addEventListener(kind, (event) => this.keepQuiet(event), true);
  }

  get running() {
    return this.box?.isConnected === true;
  }

  /**
   * Do something that touches boxes, draws buttons or takes the keyboard: now, or when composition and press have ended. Of
   * several with one owner only the last is done.
   * @param {unknown} owner
   * @param {() => void} action
   */
  after(owner, action) {
    if (this.running) this.waiting.set(owner, action);
    else this.afterPress(owner, action);
  }

  /**
   * Draw buttons or rows that a composition elsewhere does not touch: now, or when the press has ended.
   * @param {unknown} owner
   * @param {() => void} action
   */
  afterPress(owner, action) {
    this.waiting.delete(owner);
    if (this.pressed?.isConnected) this.waiting.set(owner, action);
    else action();
  }

  /**
   * A button is pressed: nothing is drawn until it is released.
   * @param {EventTarget | null} target
   */
  hold(target) {
    this.pressed = (target instanceof Element && target.closest(FORMS) && target.closest(PRESSED)) || null;
  }

  /**
   * A button is released, and its click comes at once; what its click draws is not held up.
   * @param {Event} event
   */
  letGo(event) {
    const { pressed } = this;
    if (!pressed || (event.type === "pointermove" && /** @type {PointerEvent} */ (event).buttons)) return;
    if (event.type === "click") this.pressed = null;
    setTimeout(() => {
      if (this.pressed === pressed) this.pressed = null;
      this.resume();
    });
  }

  /** End the composition because the keyboard goes elsewhere: letters that no word was chosen for were never text. */
  finish() {
    const { box } = this;
    this.close();
    if (!box || box !== this.box) return;
    this.release(box);
    this.dropLetters(box);
    if (box.value !== this.before) box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    queueMicrotask(() => this.resume());
  }

  /**
   * `公开xin'xi` leaves 公开, `xin` leaves what was there before. Capitals stay: nobody spells Chinese with them.
   * @param {Box} box
   */
  dropLetters(box) {
    const end = box.selectionEnd ?? 0;
    const start = end - this.data.length;
    if (!/[a-z]/.test(this.data) || box.value.slice(start, end) !== this.data) return;
    const chosen = this.data.replace(/[a-z'\s]+/g, "");
    if (chosen) box.setRangeText(chosen, start, end, "end");
    else box.value = this.before;
  }

  /**
   * Something is pressed. The browser ends the composition with it and scrolls its box into view, which would take what is
   * pressed away from under the mouse.
   * @param {EventTarget | null} target
   */
  press(target) {
    this.close();
    this.scrolled = [];
    if (!this.running || target === this.box) return;
    for (let around = this.box?.parentElement; around; around = around.parentElement)
      if (around.scrollHeight > around.clientHeight) this.scrolled.push([around, around.scrollTop, around.scrollLeft]);
  }

  scrollBack() {
    for (const [around, top, left] of this.scrolled) around.scrollTo({ top, left, behavior: "instant" });
    this.scrolled = [];
  }

  /** @param {CompositionEvent} event */
  update({ target, data }) {
    if (target === this.box) this.data = data;
  }

  /**
   * The box lost the keyboard in the middle of a word; the browser has put the letters in as they are.
   * @param {EventTarget | null} target
   */
  interrupt(target) {
    if (!this.box || target !== this.box || !this.ending) return;
    const { box } = this;
    this.shields(box, false);
    this.dropLetters(box);
    this.close();
  }

  /** @param {EventTarget | null} target */
  begin(target) {
    this.close();
    if (!isBox(target) || !target.closest(FORMS)) return;
    this.finish();
    this.box = target;
    this.scrolled = [];
    this.before = target.value;
    this.data = "";
    this.shields(target, true);
  }

  /**
   * Keep writes off a box, or let them through again.
   * @param {Box} box
   * @param {boolean} on
   */
  shields(box, on) {
    if (!on) for (const name of [...STATES, ...CARET]) Reflect.deleteProperty(box, name);
    else {
      for (const name of STATES) this.shield(box, name);
      for (const name of CARET) Object.defineProperty(box, name, { configurable: true, value: () => undefined });
    }
  }

  /**
   * @param {Box} box
   * @param {"value" | "disabled" | "readOnly"} name
   */
  shield(box, name) {
    const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), name);
    Object.defineProperty(box, name, {
      configurable: true,
      get: () => own?.get?.call(box),
      set: (value) => this.written.set(name, value),
    });
  }

  /** @param {Box} box */
  release(box) {
    this.shields(box, false);
    this.box = null;
    this.ending = false;
  }

  /** @param {CompositionEvent} event */
  end(event) {
    if (!this.box || event.target !== this.box) return;
    this.update(event);
    this.ending = true;
    this.scrollBack();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close());
  }

  /** The box is its widget's again, which hears of what was typed. */
  close() {
    const { box, before, written } = this;
    if (!box || !this.ending) return;
    this.release(box);
    const value = written.get("value");
    // what was typed is newer than what was to be written meanwhile; a cancelled composition has typed nothing
    if (box.value !== before) box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    else if (typeof value === "string") box.value = value;
    for (const name of /** @type {const} */ (["disabled", "readOnly"]))
      if (written.has(name)) box[name] = Boolean(written.get(name));
    this.resume();
  }

  resume() {
    if (this.running || this.pressed?.isConnected) return;
    this.written.clear();
    const actions = [...this.waiting.values()];
    this.waiting.clear();
    for (const action of actions) action();
  }

  /** @param {Event} event */
  keepQuiet(event) {
    if (event.target !== this.box || !this.running) return;
    if (event.type === "keydown") this.scrolled = []; // what was pressed, a scroll bar, did not end the composition
    // Chromium takes the letters of a composition back with Ctrl+Z and ends it without a word
    if (event instanceof InputEvent && event.isTrusted && event.inputType && !event.isComposing) this.ending = true;
    if (!this.ending) event.stopImmediatePropagation();
    else if (event.type === "change")
      this.interrupt(event.target); // comes before blur
    else this.close();
  }
}

/**
 * @param {EventTarget | null} target
 * @returns {target is Box}
 */
function isBox(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

export const composition = onePerPage("composition", () => new Composition());
