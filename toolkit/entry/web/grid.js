// One statutory table as a grid that looks like the printed form: a real <table>, and one <input> that moves with the keyboard.
// In: the printed cells (`paper`), and `state` {values, findings, answered}. Out: messages of changes, see wire.js. Here it is
// built and drawn; what hands do to it is in grid_hand.js.

const HEAD_SCOPE = { caption: "rowgroup", corner: "col", head: "col", stub: "row" };
const SHOWN = 40; // characters of a cell; the whole text is in the editor

class Grid extends GridHand {
  constructor(model, el) {
    super();
    this.model = model;
    this.wire = wireOf(model);
    this.paper = model.get("paper");
    this.cells = new Map();
    this.active = null;
    this.anchor = null;
    this.editing = false;
    this.composing = false;
    this.leaving = false;
    this.build(el);
    this.stop = [this.wire.listen(() => this.draw()), onGoTo(model, (finding) => this.goTo(finding))];
    this.draw();
  }

  // ---- building ----

  build(el) {
    keepKeys(el);
    this.input = make("input", {
      type: "text", class: "nb-editor", autocomplete: "off", spellcheck: "false", enterkeyhint: "next", inputmode: "text",
    });
    const table = make("table", { role: "grid", class: `nb-grid nb-grid-${this.paper.part}`, "aria-label": this.paper.label });
    table.append(this.columnWidths(), ...this.rows());
    this.callout = make("div", { class: "nb-callout", hidden: true });
    this.scroll = make("div", { class: "nb-grid-scroll" }, table, this.callout);
    this.hint = make("p", { class: "nb-hint" }, "方向键、Tab、回车移动；直接输入即替换，F2 修改，Delete 清空，Ctrl+Z 撤销；可与 Excel、WPS 互相复制粘贴；Esc 后按 Tab 离开表格。");
    this.message = make("p", { class: "nb-said", role: "status", "aria-live": "polite" });
    this.zero = make("button", { type: "button", class: "nb-button", onclick: () => this.askZero() });
    this.full = make("span", { class: "nb-full" }, "✓ 本表没有空格");
    this.question = make("div", { class: "nb-question", hidden: true });
    el.append(make("div", { class: "nb-tools" }, this.zero, this.full), this.question, this.scroll, make("div", { class: "nb-toast" }, this.message), ...(this.paper.hint ? [this.hint] : []));
    this.root = el;
    this.listenKeys(table);
    new ResizeObserver(() => this.measure(table)).observe(table);
    const first = this.order[0];
    if (first) this.place(first, { focus: false });
  }

  columnWidths() {
    const group = make("colgroup");
    for (const width of this.paper.widths) group.append(make("col", { style: `width:${width}%` }));
    return group;
  }

  // Heads and row names stay in view while the figures scroll: how high and wide they are depends on the window.
  measure(table) {
    const shares = this.paper.widths.map((share) => (share * table.offsetWidth) / 100);
    const stubs = Math.max(0, ...this.paper.cells.filter((cell) => cell.role === "stub").map((cell) => cell.column + cell.colspan));
    const widthOf = (columns) => `${shares.slice(0, columns).reduce((sum, width) => sum + width, 0)}px`;
    for (let column = 1; column < stubs; column += 1) this.scroll.style.setProperty(`--nb-stub-${column}`, widthOf(column));
    this.scroll.style.setProperty("--nb-stub", widthOf(stubs));
    this.scroll.style.setProperty("--nb-head", `${table.tHead?.offsetHeight ?? 0}px`);
  }

  rows() {
    const lines = Array.from({ length: this.paper.rows }, () => make("tr", { role: "row" }));
    for (const cell of this.paper.cells) lines[cell.row].append(this.cell(cell));
    this.order = [...this.cells.values()].sort((a, b) => a.row - b.row || a.column - b.column);
    this.lines = [...new Set(this.order.map((cell) => cell.row))].map((row) => this.order.filter((cell) => cell.row === row));
    this.lines.forEach((line, down) => line.forEach((cell, across) => Object.assign(cell, { down, across })));
    const head = make("thead", {}, ...lines.slice(0, this.paper.head_rows));
    const body = make("tbody", {}, ...lines.slice(this.paper.head_rows));
    return this.paper.head_rows ? [head, body] : [body];
  }

  cell(cell) {
    const spans = { rowspan: cell.rowspan > 1 ? cell.rowspan : null, colspan: cell.colspan > 1 ? cell.colspan : null };
    if (!cell.address) {
      const role = cell.role === "stub" ? "rowheader" : cell.role === "corner" ? "gridcell" : "columnheader";
      const scope = cell.role === "corner" ? null : HEAD_SCOPE[cell.role];
      return make(cell.role === "corner" ? "td" : "th", { ...spans, role, scope, class: `nb-${cell.role}${cell.left ? " nb-left" : ""} nb-from-${cell.column}` }, cell.text);
    }
    const shown = make("span", { class: "nb-value" });
    const td = make("td", { ...spans, role: "gridcell", class: cell.sums ? "nb-figure nb-sum" : "nb-figure", "data-address": cell.address }, shown);
    this.cells.set(cell.address, { ...cell, td, shown });
    return td;
  }

  // ---- drawing ----

  draw() {
    this.findings = new Map();
    for (const finding of this.model.get("state").findings) {
      for (const address of finding.cells) {
        if (!this.findings.has(address)) this.findings.set(address, []);
        this.findings.get(address).push(finding);
      }
    }
    this.sums = this.computed();
    for (const cell of this.order) this.drawCell(cell);
    if (this.active && !this.editing && document.activeElement !== this.input) this.input.value = this.text(this.active);
    else if (this.active && !this.editing && this.input.value !== this.text(this.active)) this.fillInput();
    this.drawCallout();
    const blanks = this.blanks().length;
    this.zero.textContent = `零填报：把 ${blanks} 个空格填为 0`;
    this.zero.hidden = !blanks;
    this.full.hidden = Boolean(blanks);
  }

  text(cell) {
    const own = this.wire.values[cell.address] ?? "";
    if (!cell.sums || own !== "") return own;
    const sum = this.sums.get(cell.address);
    return sum?.whole ? String(sum.value) : "";
  }

  // Totals of the cells as they stand; a corner total is the sum of totals, so parts come before wholes.
  computed() {
    const sums = new Map();
    const number = (address, visiting) => {
      const cell = this.cells.get(address);
      const own = understood(this.wire.values[address] ?? "", cell ?? {});
      if (!cell?.sums || own !== null) return { value: own === null ? 0 : Number(own), whole: own !== null, any: own !== null };
      if (!sums.has(address) && !visiting.has(address)) sums.set(address, add(cell.sums, new Set([...visiting, address])));
      return sums.get(address) ?? { value: 0, whole: false, any: false };
    };
    const add = (ways, visiting) => {
      const tried = ways.map((parts) => parts.map((part) => number(part, visiting)));
      const best = tried.find((parts) => parts.every((part) => part.whole)) ?? tried[0];
      const cents = best.reduce((total, part) => total + Math.round(part.value * 100), 0);
      return { value: cents / 100, whole: best.every((part) => part.whole), any: best.some((part) => part.any) };
    };
    for (const cell of this.order) if (cell.sums) number(cell.address, new Set());
    for (const cell of this.order) if (cell.sums && !sums.has(cell.address)) sums.set(cell.address, add(cell.sums, new Set([cell.address])));
    return sums;
  }

  drawCell(cell) {
    const text = this.text(cell);
    const found = this.findings.get(cell.address) ?? [];
    const worst = ["error", "warning", "notice"].find((severity) => found.some((finding) => finding.severity === severity && !finding.confirmed));
    const sum = cell.sums && this.sums.get(cell.address);
    const given = cell.sums && (this.wire.values[cell.address] ?? "") !== "";
    const partial = cell.sums && !given && sum && !sum.whole && sum.any;
    const classes = [
      "nb-figure", cell.sums && "nb-sum", text === "" && !partial && "nb-blank", worst && `nb-${worst}`, partial && "nb-partial",
      found.some((finding) => finding.confirmed) && !worst && "nb-confirmed", text.length > 8 && "nb-long",
      this.model.get("state").carried.includes(cell.address) && "nb-carried", this.selected(cell) && "nb-selected",
    ];
    const name = classes.filter(Boolean).join(" ");
    if (cell.td.className !== name) cell.td.className = name;
    const shown = partial ? `${sum.value}…` : text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    if (cell.shown.textContent !== shown) cell.shown.textContent = shown;
    const label = this.label(cell, text, found, { partial, sum, given });
    if (cell.spoken !== label) {
      cell.spoken = label;
      cell.td.setAttribute("aria-label", label);
      cell.td.title = found.map((finding) => finding.message).join("\n");
    }
    if (cell === this.active) {
      this.input.setAttribute("aria-label", label);
      this.input.setAttribute("aria-invalid", worst === "error" ? "true" : "false");
      this.input.readOnly = Boolean(cell.sums);
    }
  }

  label(cell, text, found, { partial, sum, given }) {
    const value = text !== "" ? `值 ${text.slice(0, SHOWN)}` : partial ? `已填部分合计 ${sum.value}` : cell.sums ? "还不能合计" : "待填";
    const kind = cell.sums ? [given ? "原表给出的总计" : "自动合计"] : [];
    const carried = this.model.get("state").carried.includes(cell.address) ? ["由上年带入"] : [];
    const told = found.map((finding) => `有${SEVERITY[finding.severity]}${finding.confirmed ? "（已确认）" : ""}：${finding.message}`);
    if (text === "" && !cell.sums) told.push("有错误：还没有填写");
    return [cell.label, value, ...kind, ...carried, ...told].join("，");
  }

  drawCallout() {
    const found = this.active ? (this.findings.get(this.active.address) ?? []) : [];
    const inside = this.scroll.contains(document.activeElement);
    this.callout.hidden = !found.length || !inside;
    if (this.callout.hidden) return;
    const key = JSON.stringify([this.active.address, found]);
    if (this.callout.dataset.key !== key) {
      this.callout.dataset.key = key;
      this.callout.replaceChildren(...found.map((finding) => this.note(finding)));
    }
    const td = this.active.td;
    const left = Math.min(td.offsetLeft, this.scroll.clientWidth - 330);
    this.callout.style.left = `${Math.max(0, left)}px`;
    this.callout.style.top = `${td.offsetTop + td.offsetHeight + 4}px`;
  }

  note(finding) {
    const note = make("div", { class: `nb-note nb-note-${finding.severity}` }, severityMark(finding.severity), finding.message);
    if (finding.next_step) note.append(make("span", { class: "nb-next" }, finding.next_step));
    note.append(...mendButtons(finding, (mend) => this.wire.ask("mend", { id: finding.id, mend: mend.id }), () => ({ tabindex: "-1" })));
    return note;
  }

  blanks() {
    return this.order.filter((cell) => !cell.sums && (this.wire.values[cell.address] ?? "") === "");
  }
}

export default {
  render({ model, el }) {
    const grid = new Grid(model, el);
    return () => grid.stop.forEach((stop) => stop());
  },
};
