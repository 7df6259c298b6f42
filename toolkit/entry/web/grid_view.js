// One statutory table as it looks: a real <table> like the printed form, and one <input> that moves with the keyboard.
// In: the printed cells (`paper`), and `state` {values, findings, carried, answered}.

import { keepKeys, make } from "./elements.js";
import { findingsAt, SEVERITY_NAMES, showHere, worstOf } from "./findings.js";
import { computeTotals } from "./sums.js";
import { wireOf } from "./wire.js";

/** @import { Cell, Finding, GridTraits, Model, PaperCell } from "./types.d.ts" */
/** @import { Total } from "./sums.js" */

const SCOPES = { caption: "rowgroup", corner: null, head: "col", stub: "row" };
const ROLES = { caption: "columnheader", corner: "gridcell", head: "columnheader", stub: "rowheader" };
const SHOWN = 40; // characters of a cell; the whole text is in the editor
const LONG = 8; // more characters than this are written smaller
const HINT =
  "方向键、Tab、回车移动；直接输入即替换，F2 修改，Delete 清空，Ctrl+Z 撤销；可与 Excel、WPS 互相复制粘贴；Esc 后按 Tab 离开表格。";

/** A table, and which of its cells are selected. What hands do to it is in `Grid`. */
export class GridView {
  /**
   * @param {Model<GridTraits>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.wire = wireOf(model);
    this.paper = model.get("paper");
    /** @type {Map<string, Cell>} */
    this.cells = new Map();
    this.editing = false;
    /** @type {Map<string, Finding[]>} by address */
    this.findings = new Map();
    /** @type {Map<string, Total>} by address */
    this.totals = new Map();
    const rows = this.makeRows();
    /** @type {Cell[]} in the order of print */
    this.order = [...this.cells.values()].sort((a, b) => a.row - b.row || a.column - b.column);
    /** @type {Cell[][]} by printed row */
    this.lines = [...new Set(this.order.map((cell) => cell.row))].map((row) => this.order.filter((cell) => cell.row === row));
    for (const [down, line] of this.lines.entries()) {
      for (const [across, cell] of line.entries()) Object.assign(cell, { down, across });
    }
    /** The cell with the keyboard, and the one a selection began at. */
    this.active = this.order[0];
    this.anchor = this.active;
    this.root = el;
    this.input = make("input", {
      type: "text",
      class: "nb-editor",
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "next",
    });
    this.table = make("table", { role: "grid", class: `nb-grid nb-grid-${this.paper.part}`, "aria-label": this.paper.label });
    this.scroll = make("div", { class: "nb-grid-scroll" }, this.table);
    this.here = "";
    this.message = make("p", { class: "nb-said", role: "status", "aria-live": "polite" });
    this.tools = make("div", { class: "nb-tools" });
    this.table.append(this.columnWidths(), ...rows);
    this.build(el);
  }

  // ---- building ----

  /** @param {HTMLElement} el */
  build(el) {
    keepKeys(el);
    el.append(this.tools, this.scroll, make("div", { class: "nb-toast" }, this.message));
    if (this.paper.hint) el.append(make("p", { class: "nb-hint" }, HINT));
    new ResizeObserver(() => this.measure()).observe(this.table);
  }

  columnWidths() {
    return make("colgroup", {}, ...this.paper.widths.map((width) => make("col", { style: `width:${width}%` })));
  }

  // Heads and row names stay in view while the figures scroll: how high and wide they are depends on the window.
  measure() {
    const { table, scroll, paper } = this;
    const shares = paper.widths.map((share) => (share * table.offsetWidth) / 100);
    const stubs = Math.max(0, ...paper.cells.filter((cell) => cell.role === "stub").map((cell) => cell.column + cell.colspan));
    /** @param {number} columns */
    const widthOf = (columns) => `${shares.slice(0, columns).reduce((sum, width) => sum + width, 0)}px`;
    for (let column = 1; column < stubs; column += 1) scroll.style.setProperty(`--nb-stub-${column}`, widthOf(column));
    scroll.style.setProperty("--nb-stub", widthOf(stubs));
    scroll.style.setProperty("--nb-head", `${table.tHead?.offsetHeight ?? 0}px`);
  }

  makeRows() {
    const lines = Array.from({ length: this.paper.rows }, () => make("tr", { role: "row" }));
    for (const cell of this.paper.cells) lines[cell.row].append(cell.address ? this.makeFigure(cell) : makeLabel(cell));
    const body = make("tbody", {}, ...lines.slice(this.paper.head_rows));
    return this.paper.head_rows ? [make("thead", {}, ...lines.slice(0, this.paper.head_rows)), body] : [body];
  }

  /** @param {PaperCell} paper */
  makeFigure(paper) {
    const shown = make("span", { class: "nb-value" });
    const name = paper.sums ? "nb-figure nb-sum" : "nb-figure";
    const td = make("td", { ...spans(paper), role: "gridcell", class: name, "data-address": paper.address }, shown);
    const { address = "", label = "", money = false, unit = "", sums = null } = paper;
    this.cells.set(address, { ...paper, address, label, money, unit, sums, td, shown, down: 0, across: 0, spoken: "" });
    return td;
  }

  // ---- drawing ----

  /** Somebody else has the report: nothing can be changed here. */
  get locked() {
    return this.model.get("state").locked;
  }

  draw() {
    this.root.classList.toggle("nb-locked", this.locked);
    const marks = this.model.get("state").findings.map((id) => ({ id, start: -1, end: -1 }));
    this.findings = byAddress(findingsAt(this.model.get("form_id"), marks));
    this.totals = computeTotals(this.cells, this.wire.values);
    for (const cell of this.order) this.drawCell(cell);
    if (!this.editing && this.input.value !== this.text(this.active)) this.fillInput();
    this.showHere();
  }

  fillInput() {
    const { input } = this;
    input.value = this.text(this.active);
    input.classList.toggle("nb-editing", this.editing);
    if (document.activeElement === input) input.select();
  }

  /** @param {Cell} cell */
  text(cell) {
    const own = this.wire.values[cell.address] ?? "";
    if (!cell.sums || own !== "") return own;
    const total = this.totals.get(cell.address);
    return total?.whole ? String(total.value) : "";
  }

  /**
   * The total of the parts that are filled in, while others are blank.
   * @param {Cell} cell
   */
  partial(cell) {
    const total = cell.sums && !this.wire.values[cell.address] ? this.totals.get(cell.address) : undefined;
    return total && !total.whole && total.any ? String(total.value) : "";
  }

  /** @param {Cell} cell */
  drawCell(cell) {
    const [text, partial] = [this.text(cell), this.partial(cell)];
    const name = this.classes(cell, text, partial);
    if (cell.td.className !== name) cell.td.className = name;
    const shown = partial ? `${partial}…` : text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    if (cell.shown.textContent !== shown) cell.shown.textContent = shown;
    const found = this.findings.get(cell.address) ?? [];
    const spoken = this.spoken(cell, text, partial, found);
    if (cell.spoken !== spoken) {
      cell.spoken = spoken;
      cell.td.setAttribute("aria-label", spoken);
      cell.td.title = found.map((finding) => finding.message).join("\n");
    }
    if (cell === this.active) this.describeInput(cell, found);
  }

  /**
   * @param {Cell} cell
   * @param {string} text
   * @param {string} partial
   */
  classes(cell, text, partial) {
    const found = this.findings.get(cell.address) ?? [];
    // where one cell is likely to be the culprit, the others of the sum are only tinted
    const own = found.filter(({ culprit }) => !culprit || culprit === cell.address);
    const worst = worstOf(own);
    const carried = this.model.get("state").carried.includes(cell.address);
    const confirmed = !worst && own.some((finding) => finding.confirmed);
    /** @type {[string, unknown][]} */
    const names = [
      ["nb-figure", true],
      ["nb-sum", cell.sums],
      ["nb-blank", text === "" && !partial],
      [`nb-${worst}`, worst],
      ["nb-culprit", found.some(({ culprit, confirmed }) => culprit === cell.address && !confirmed)],
      ["nb-beside", worstOf(found) && !worst],
      ["nb-partial", partial],
      ["nb-confirmed", confirmed],
      ["nb-long", text.length > LONG],
      ["nb-carried", carried],
      ["nb-selected", this.selected(cell)],
    ];
    return names.flatMap(([name, on]) => (on ? [name] : [])).join(" ");
  }

  /**
   * @param {Cell} cell
   * @param {Finding[]} found
   */
  describeInput(cell, found) {
    const { input } = this;
    input.setAttribute("aria-label", cell.spoken);
    input.setAttribute("aria-invalid", worstOf(found) === "error" ? "true" : "false");
    input.readOnly = Boolean(cell.sums) || this.locked;
  }

  /**
   * What a screen reader says of a cell.
   * @param {Cell} cell
   * @param {string} text
   * @param {string} partial
   * @param {Finding[]} found
   */
  spoken(cell, text, partial, found) {
    const blank = cell.sums ? "还不能合计" : "待填";
    const value = text !== "" ? `值 ${text.slice(0, SHOWN)}` : partial ? `已填部分合计 ${partial}` : blank;
    const given = Boolean(this.wire.values[cell.address]);
    const kind = cell.sums ? [given ? "原表给出的总计" : "自动合计"] : [];
    const carried = this.model.get("state").carried.includes(cell.address) ? ["由上年带入"] : [];
    const messages = found.map((finding) => {
      const confirmed = finding.confirmed ? "（已确认）" : "";
      return `有${SEVERITY_NAMES[finding.severity]}${confirmed}：${finding.message}`;
    });
    return [cell.label, value, ...kind, ...carried, ...messages].join("，");
  }

  /** Tell the panel which cell has the keyboard, and what was found there; what is found is said beside the table, not over it. */
  showHere() {
    const { active, root } = this;
    const inside = root.contains(document.activeElement);
    const findings = inside ? (this.findings.get(active.address) ?? []) : [];
    const key = JSON.stringify([inside && active.address, findings, this.locked]);
    if (key === this.here) return;
    this.here = key;
    showHere(this.model.get("form_id"), { owner: this.paper.part, name: inside ? active.label : "", findings });
  }

  // ---- selection ----

  /** @param {Cell} cell */
  selected(cell) {
    const { anchor, active } = this;
    if (anchor === active) return false;
    return between(cell.down, anchor.down, active.down) && between(cell.across, anchor.across, active.across);
  }

  /** The selected cells; at least the active one. */
  chosen() {
    const cells = this.order.filter((cell) => this.selected(cell));
    return cells.length ? cells : [this.active];
  }

  /** The upper left of the selected cells. */
  corner() {
    const cells = this.chosen();
    const down = Math.min(...cells.map((cell) => cell.down));
    const across = Math.min(...cells.map((cell) => cell.across));
    return this.lines[down]?.[across] ?? this.active;
  }

  /** Cells to fill in that are blank, without those whose figure is on a scan and waits to be read. */
  blanks() {
    const waiting = new Set(this.model.get("state").waiting);
    const blank = (/** @type {Cell} */ cell) => (this.wire.values[cell.address] ?? "") === "";
    return this.order.filter((cell) => !cell.sums && !waiting.has(cell.address) && blank(cell));
  }
}

/** @param {PaperCell} paper */
function spans({ rowspan, colspan }) {
  return { rowspan: rowspan > 1 ? rowspan : null, colspan: colspan > 1 ? colspan : null };
}

/** @param {PaperCell} paper */
function makeLabel(paper) {
  const kind = paper.role === "figure" ? "head" : paper.role;
  const name = `nb-${kind}${paper.left ? " nb-left" : ""} nb-from-${paper.column}`;
  return make(
    kind === "corner" ? "td" : "th",
    { ...spans(paper), role: ROLES[kind], scope: SCOPES[kind], class: name },
    paper.text,
  );
}

/**
 * @param {Finding[]} findings
 * @returns {Map<string, Finding[]>}
 */
function byAddress(findings) {
  /** @type {Map<string, Finding[]>} */
  const found = new Map();
  for (const finding of findings)
    for (const address of finding.cells) found.set(address, [...(found.get(address) ?? []), finding]);
  return found;
}

/**
 * @param {number} value
 * @param {number} one
 * @param {number} other
 */
function between(value, one, other) {
  return Math.min(one, other) <= value && value <= Math.max(one, other);
}
