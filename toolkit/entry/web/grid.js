// One statutory table that a clerk fills in: moving, typing, mouse. Out: messages of changes, see wire.js.

import { composition } from "./composing.js";
import { changesText, READ_ONLY, widgetOf } from "./elements.js";
import { exactFigure } from "./figures.js";
import { onForm, onGoTo, onListed } from "./findings.js";
import { copyCells, dropCells, pasteCells } from "./grid_clipboard.js";
import { pressKey } from "./grid_keys.js";
import { GridView } from "./grid_view.js";
import { ScanView } from "./scan_view.js";
import { ZeroFill } from "./zero_fill.js";

/** @import { Cell, GridTraits, Model, Place } from "./types.d.ts" */

const PAUSE_MS = 400; // without a key; then the typed text is kept
const MESSAGE_MS = 8000;
const DOUBT_MS = 20000;

export class Grid extends GridView {
  /**
   * @param {Model<GridTraits>} model
   * @param {HTMLElement} el
   * @param {AbortSignal} signal
   */
  constructor(model, el, signal) {
    super(model, el);
    this.caret = false; // whether left and right move the caret in the editor
    this.leaving = false; // Esc was pressed: Tab leaves the table
    this.moving = false;
    this.dragging = false;
    this.before = ""; // what the active cell held before it was edited
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.pause = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.silence = undefined;
    this.zero = new ZeroFill(this);
    this.scan = new ScanView(this);
    this.tools.append(this.zero.button, this.zero.full);
    this.tools.after(this.zero.question);
    this.listen(signal);
    this.place(this.active, { focus: false });
    this.wire.listen(signal, () => this.draw());
    onListed(model, signal, () => this.draw());
    onGoTo(model, signal, (place) => this.goTo(place));
    onForm(model, "nianbao:mend", signal, (detail) => this.mend(detail));
    this.draw();
  }

  draw() {
    composition.after(this, () => {
      super.draw();
      this.zero.draw();
      this.scan.draw();
    });
  }

  // ---- moving ----

  /**
   * Take the editor to a cell.
   * @param {Cell} cell
   * @param {{ focus?: boolean, extend?: boolean }} [how] extend: the selection reaches from where it began to this cell
   */
  place(cell, { focus = true, extend = false } = {}) {
    if (composition.box === this.input) composition.finish(); // what is half typed belongs to the cell that is left
    if (this.active !== cell) this.settle();
    this.active = cell;
    if (!extend) this.anchor = cell;
    this.editing = false;
    this.caret = false;
    this.moving = true;
    cell.td.append(this.input);
    this.moving = false;
    if (focus) this.input.focus({ preventScroll: true });
    this.fillInput();
    if (focus) cell.td.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.draw();
    return true;
  }

  fillInput() {
    super.fillInput();
    this.before = this.wire.values[this.active.address] ?? "";
  }

  /**
   * @param {number} by
   * @param {boolean} extend
   */
  moveAcross(by, extend) {
    const next = this.lines[this.active.down][this.active.across + by];
    if (next) this.place(next, { extend });
    return true;
  }

  /**
   * Down, or up, as far as there are rows.
   * @param {number} by
   * @param {boolean} extend
   */
  moveDown(by, extend) {
    const { column, down } = this.active;
    const line = this.lines[Math.min(Math.max(down + by, 0), this.lines.length - 1)];
    // merged cells: the one below is the one that is under this cell's left edge
    const next = line?.find((cell) => cell.column <= column && column < cell.column + cell.colspan) ?? line?.at(-1);
    if (next && next !== this.active) this.place(next, { extend });
    return true;
  }

  /** @param {number} by */
  step(by) {
    const next = this.order[this.order.indexOf(this.active) + by];
    if (next) this.place(next);
    return Boolean(next);
  }

  /** @param {Place} place */
  goTo(place) {
    const cell = this.cells.get(place.cells.find((address) => this.cells.has(address)) ?? "");
    if (!cell) return;
    this.place(cell);
    cell.td.scrollIntoView({ block: "center", inline: "center" });
  }

  /**
   * A mend beside the table was pressed.
   * @param {{ owner: string, id: string, mend: number }} detail
   */
  mend({ owner, id, mend }) {
    if (owner !== this.paper.part) return;
    this.settle();
    this.wire.ask("mend", { id, mend });
  }

  // ---- keys, mouse, clipboard ----

  /** @param {AbortSignal} signal */
  listen(signal) {
    const { input, table } = this;
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("input", () => this.typed());
    input.addEventListener("compositionstart", () => this.edit());
    input.addEventListener("focus", () => {
      if (!this.moving) this.fillInput();
      this.draw();
    });
    input.addEventListener("blur", () => this.leave());
    input.addEventListener("copy", (event) => copyCells(this, event));
    input.addEventListener("cut", (event) => copyCells(this, event) && this.clear());
    input.addEventListener("paste", (event) => pasteCells(this, event));
    table.addEventListener("mousedown", (event) => this.press(event));
    table.addEventListener("mouseover", (event) => this.drag(event));
    table.addEventListener("dblclick", () => this.edit());
    for (const kind of /** @type {const} */ (["dragover", "drop"]))
      table.addEventListener(kind, (event) => dropCells(this, event));
    const release = () => {
      this.dragging = false;
    };
    window.addEventListener("mouseup", release, { signal });
  }

  leave() {
    if (this.moving) return;
    this.settle();
    this.leaving = false;
    setTimeout(() => this.showHere(), 150); // a press beside the table still finds its button
  }

  /**
   * @param {MouseEvent} event
   * @returns {Cell | undefined} the cell under the mouse
   */
  under(event) {
    const td = event.target instanceof Element ? event.target.closest("td[data-address]") : null;
    return this.cells.get(td?.getAttribute("data-address") ?? "");
  }

  /** @param {MouseEvent} event */
  press(event) {
    const cell = this.under(event);
    if (!cell || event.button !== 0) return;
    if (cell === this.active && this.editing) return; // the caret follows the mouse
    event.preventDefault();
    this.dragging = true;
    this.place(cell, { extend: event.shiftKey });
  }

  /** @param {MouseEvent} event */
  drag(event) {
    const cell = this.dragging && event.buttons & 1 ? this.under(event) : undefined;
    if (cell && cell !== this.active) this.place(cell, { extend: true });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    event.stopPropagation();
    if (this.refuses(event) || pressKey(this, event)) event.preventDefault();
    if (!["Escape", "Tab", "Shift"].includes(event.key)) this.leaving = false;
  }

  // ---- typing ----

  /**
   * Say why a key that would change the cell does nothing.
   * @param {KeyboardEvent} event
   */
  refuses(event) {
    const clears = ["Delete", "Backspace"].includes(event.key) && this.chosen().some((cell) => !cell.sums);
    if (clears && !this.locked) return false;
    return (changesText(event) || event.key === "F2") && this.isReadOnly() && this.sayReadOnly();
  }

  isReadOnly() {
    return this.locked || Boolean(this.active.sums);
  }

  sayReadOnly() {
    return this.say(this.locked ? READ_ONLY : "总计自动计算，不用填写", this.locked);
  }

  edit() {
    if (this.isReadOnly()) return;
    this.editing = true;
    this.input.classList.add("nb-editing");
  }

  typed() {
    if (this.isReadOnly()) {
      this.fillInput();
      return;
    }
    this.edit();
    const { address } = this.active;
    this.wire.change({ [address]: this.input.value }, false);
    if (this.pause) clearTimeout(this.pause);
    this.pause = setTimeout(() => this.keep(address), PAUSE_MS);
  }

  /**
   * Have the typed text kept (journalled): the clerk pauses or leaves the cell.
   * @param {string} address
   */
  keep(address) {
    this.stopPause();
    this.wire.change({ [address]: this.wire.values[address] ?? "" }, true);
  }

  stopPause() {
    if (this.pause) clearTimeout(this.pause);
    this.pause = null;
  }

  /** End editing: a figure is written in plain digits, the rest stays as typed. */
  settle() {
    const { active } = this;
    if (active.sums || !this.editing) return;
    this.editing = false;
    this.input.classList.remove("nb-editing"); // its white ground would hide the lines of the cell
    if (this.locked) return;
    const right = exactFigure(this.input.value, active);
    if (right !== null && right !== this.input.value) this.say(`已改写为 ${right}`);
    const text = right ?? this.input.value.trim();
    if (text !== (this.wire.values[active.address] ?? "") || this.pause) {
      this.wire.values[active.address] = text;
      this.keep(active.address);
    }
  }

  /** @param {"undo" | "redo"} kind */
  undo(kind) {
    this.settle();
    if (this.locked) return this.sayReadOnly();
    this.wire.ask(kind);
    return true;
  }

  startEditing() {
    this.edit();
    this.caret = true;
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
    return true;
  }

  escape() {
    if (this.editing) {
      this.editing = false;
      this.stopPause();
      this.wire.change({ [this.active.address]: this.before }, true);
      this.fillInput();
    } else {
      this.leaving = true;
      this.anchor = this.active;
      this.draw();
    }
    return true;
  }

  clear() {
    if (this.locked) return this.sayReadOnly();
    const cells = this.chosen().filter((cell) => !cell.sums);
    this.editing = false;
    const filled = cells.filter((cell) => this.wire.values[cell.address]).length;
    if (cells.length) this.wire.change(Object.fromEntries(cells.map((cell) => [cell.address, ""])), true);
    if (filled > 1) this.say(`已清空 ${filled} 格；不是有意的，请按 Ctrl+Z 恢复`, true);
    this.fillInput();
    return true;
  }

  /**
   * Say below the table what was just done.
   * @param {string} text
   * @param {boolean} [doubtful] something is left to look at
   */
  say(text, doubtful = false) {
    this.message.textContent = text;
    this.message.classList.toggle("nb-doubtful", doubtful);
    clearTimeout(this.silence);
    const end = () => {
      this.message.textContent = "";
    };
    this.silence = setTimeout(end, doubtful ? DOUBT_MS : MESSAGE_MS);
    return true;
  }
}

export default widgetOf((model, el, signal) => new Grid(model, el, signal));
