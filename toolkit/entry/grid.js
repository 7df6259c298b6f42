// One statutory table as a grid that looks like the printed form: a real <table>, and one <input> that moves with the keyboard.
// In: the printed cells (`paper`), and `state` {values, findings, answered}. Out: messages of changes, see wire.js.

const HEAD_SCOPE = { caption: "rowgroup", corner: "col", head: "col", stub: "row" };
const SHOWN = 40; // characters of a cell; the whole text is in the editor

class Grid {
  constructor(model, el) {
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

  // ---- moving ----

  place(cell, { focus = true, extend = false } = {}) {
    if (this.active && this.active !== cell) this.settle();
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
  }

  fillInput() {
    this.input.value = this.text(this.active);
    this.before = this.wire.values[this.active.address] ?? "";
    this.input.classList.toggle("nb-editing", this.editing);
    if (document.activeElement === this.input) this.input.select();
  }

  move(down, across, extend) {
    const { active } = this;
    let next = null;
    if (across) next = this.lines[active.down][active.across + across];
    else {
      const line = this.lines[active.down + down];
      // merged cells: the one below is the one that stands under this cell's left edge
      next = line?.find((cell) => cell.column <= active.column && active.column < cell.column + cell.colspan) ?? line?.at(-1);
    }
    if (next) this.place(next, { extend });
  }

  step(by) {
    const next = this.order[this.order.indexOf(this.active) + by];
    if (next) this.place(next);
    return Boolean(next);
  }

  selected(cell) {
    if (!this.anchor || !this.active || this.anchor === this.active) return false;
    const { anchor, active } = this;
    return between(cell.down, anchor.down, active.down) && between(cell.across, anchor.across, active.across);
  }

  chosen() {
    const cells = this.order.filter((cell) => this.selected(cell));
    return cells.length ? cells : [this.active];
  }

  goTo(finding) {
    const cell = this.cells.get(finding.cells.find((address) => this.cells.has(address)));
    if (!cell) return;
    this.place(cell);
    cell.td.scrollIntoView({ block: "center", inline: "center" });
  }

  // ---- keys, mouse, clipboard ----

  listenKeys(table) {
    const { input } = this;
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("input", () => this.typed());
    input.addEventListener("compositionstart", () => { this.composing = true; this.edit(); });
    input.addEventListener("compositionend", () => { this.composing = false; this.typed(); });
    input.addEventListener("focus", () => { if (!this.moving) this.fillInput(); this.draw(); });
    input.addEventListener("blur", () => { if (!this.moving) { this.settle(); this.leaving = false; setTimeout(() => this.drawCallout(), 150); } });
    input.addEventListener("copy", (event) => this.copy(event));
    input.addEventListener("cut", (event) => { if (this.copy(event)) this.clear(); });
    input.addEventListener("paste", (event) => this.paste(event));
    table.addEventListener("mousedown", (event) => this.press(event));
    table.addEventListener("mouseover", (event) => { if (this.dragging && event.buttons & 1) this.drag(event); });
    table.addEventListener("dblclick", () => { if (this.active && !this.active.sums) this.edit(); });
    window.addEventListener("mouseup", () => { this.dragging = false; });
  }

  press(event) {
    const cell = this.cells.get(event.target.closest("[data-address]")?.dataset.address);
    if (!cell || event.button !== 0) return;
    if (cell === this.active && this.editing) return; // the caret follows the mouse
    event.preventDefault();
    this.dragging = true;
    this.place(cell, { extend: event.shiftKey });
  }

  drag(event) {
    const cell = this.cells.get(event.target.closest("[data-address]")?.dataset.address);
    if (cell && cell !== this.active) this.place(cell, { extend: true });
  }

  edit() {
    if (this.active.sums) return;
    this.editing = true;
    this.input.classList.add("nb-editing");
  }

  typed() {
    if (this.active.sums) return;
    this.edit();
    if (this.composing) return;
    const { address } = this.active;
    this.wire.change({ [address]: this.input.value }, false);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.keep(address), 400);
  }

  // The typed text is kept (journalled) when the clerk pauses or leaves the cell.
  keep(address) {
    clearTimeout(this.pause);
    this.pause = null;
    this.wire.change({ [address]: this.wire.values[address] ?? "" }, true);
  }

  settle() {
    const { active } = this;
    if (!active || active.sums || !this.editing) return;
    this.editing = false;
    const right = understood(this.input.value, active);
    if (right !== null && right !== this.input.value) this.said(`已改写为 ${right}`);
    const text = right ?? this.input.value.trim();
    if (text !== (this.wire.values[active.address] ?? "") || this.pause) {
      this.wire.values[active.address] = text;
      this.keep(active.address);
    }
  }

  key(event) {
    if (this.composing || event.isComposing) return;
    event.stopPropagation();
    const { key } = event;
    const control = event.ctrlKey || event.metaKey;
    const done = control ? this.controlKey(event) : this.plainKey(event);
    if (done) event.preventDefault();
    if (key !== "Escape" && key !== "Tab" && key !== "Shift") this.leaving = false;
  }

  controlKey({ key, shiftKey }) {
    switch (key.toLowerCase()) {
      case "z": return this.undo(shiftKey ? "redo" : "undo");
      case "y": return this.undo("redo");
      case "s": this.settle(); this.wire.ask("save"); return true;
      case "home": this.place(this.order[0], { extend: shiftKey }); return true;
      case "end": this.place(this.order.at(-1), { extend: shiftKey }); return true;
      case "a":
        if (this.editing) return false;
        this.anchor = this.order[0];
        this.place(this.order.at(-1), { extend: true });
        return true;
    }
    return false;
  }

  undo(kind) {
    this.settle();
    this.editing = false;
    this.wire.ask(kind);
    return true;
  }

  plainKey({ key, shiftKey }) {
    switch (key) {
      case "ArrowUp": this.move(-1, 0, shiftKey); return true;
      case "ArrowDown": this.move(1, 0, shiftKey); return true;
      case "ArrowLeft": if (this.caretMoves) return false; this.move(0, -1, shiftKey); return true;
      case "ArrowRight": if (this.caretMoves) return false; this.move(0, 1, shiftKey); return true;
      case "Enter": this.settle(); this.move(shiftKey ? -1 : 1, 0, false); this.draw(); return true;
      case "Tab": this.settle(); return !this.leaving && this.step(shiftKey ? -1 : 1);
      case "Home": if (this.caretMoves) return false; this.place(this.lines[this.active.down][0], { extend: shiftKey }); return true;
      case "End": if (this.caretMoves) return false; this.place(this.lines[this.active.down].at(-1), { extend: shiftKey }); return true;
      case "F2": this.startEditing(); return true;
      case "Escape": return this.escape();
      case "Delete": case "Backspace":
        if (this.editing) return false;
        this.clear();
        return true;
    }
    return false;
  }

  // While F2 edits, left and right move the caret; after plain typing they leave the cell, as in Excel.
  get caretMoves() {
    return this.editing && this.caret;
  }

  startEditing() {
    if (this.active.sums) return this.said("总计自动算出，不用填写");
    this.edit();
    this.caret = true;
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  escape() {
    if (this.editing) {
      this.editing = false;
      clearTimeout(this.pause);
      this.pause = null;
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
    const cells = this.chosen().filter((cell) => !cell.sums);
    this.editing = false;
    if (cells.length) this.wire.change(Object.fromEntries(cells.map((cell) => [cell.address, ""])), true);
    this.fillInput();
  }

  copy(event) {
    if (this.editing && this.input.selectionStart !== this.input.selectionEnd && this.chosen().length === 1) return false;
    const lines = this.lines.map((line) => line.filter((cell) => this.chosen().includes(cell))).filter((line) => line.length);
    const texts = lines.map((line) => line.map((cell) => this.text(cell)));
    const table = make("table", {}, ...texts.map((line) => make("tr", {}, ...line.map((text) => make("td", {}, text)))));
    event.clipboardData.setData("text/plain", texts.map((line) => line.join("\t")).join("\n"));
    event.clipboardData.setData("text/html", table.outerHTML);
    event.preventDefault();
    return true;
  }

  paste(event) {
    const block = pastedBlock(event.clipboardData);
    if (!block.length || (this.editing && block.length === 1 && block[0].length === 1)) return;
    event.preventDefault();
    this.editing = false;
    this.putBlock(block);
  }

  putBlock(block) {
    const start = this.selectionCorner();
    const { fitted, dropped } = fitLabels(block, this.lines[start.down].length - start.across);
    const changes = {};
    let [outside, totals] = [0, 0];
    fitted.forEach((line, down) => line.forEach((text, across) => {
      const cell = this.lines[start.down + down]?.[start.across + across];
      if (!cell) outside += text === "" ? 0 : 1;
      else if (!cell.sums) changes[cell.address] = understood(text, cell) ?? text.trim();
    }));
    this.wire.change(changes, true);
    this.fillInput();
    fitted.forEach((line, down) => line.forEach((text, across) => {
      const cell = this.lines[start.down + down]?.[start.across + across];
      const given = cell?.sums ? understood(text, cell) : null;
      if (given !== null && given !== this.text(cell)) totals += 1;
    }));
    const told = [`已粘贴 ${Object.keys(changes).length} 格`];
    if (dropped) told.push("左边和上边的文字是行名、列名，没有填入");
    if (outside) told.push(`超出表格的 ${outside} 格没有填入`);
    if (totals) told.push(`${totals} 个总计与粘贴来的不同，以表内算得的为准，请核对`);
    this.said(told.join("；"), Boolean(outside || totals));
  }

  selectionCorner() {
    const cells = this.chosen();
    const down = Math.min(...cells.map((cell) => cell.down));
    const across = Math.min(...cells.map((cell) => cell.across));
    return this.lines[down]?.[across] ?? this.active;
  }

  // ---- asking and telling ----

  askZero() {
    const cells = this.blanks();
    const fill = make("button", { type: "button", class: "nb-button nb-primary", onclick: () => { this.question.hidden = true; this.fillZero(cells); } }, "全部填 0");
    const leave = make("button", { type: "button", class: "nb-button", onclick: () => { this.question.hidden = true; this.zero.focus(); } }, "不填");
    this.question.replaceChildren(`本表有 ${cells.length} 个空格。都没有发生、全部填 0 吗？填错了可以按 Ctrl+Z 撤销。`, fill, leave);
    this.question.hidden = false;
    fill.focus();
  }

  fillZero(cells) {
    this.wire.change(Object.fromEntries(cells.map((cell) => [cell.address, "0"])), true);
    this.said(`已把 ${cells.length} 个空格填为 0`);
    this.place(this.active);
  }

  said(text, doubtful = false) {
    this.message.textContent = text;
    this.message.classList.toggle("nb-doubtful", doubtful);
    clearTimeout(this.silence);
    this.silence = setTimeout(() => { this.message.textContent = ""; }, doubtful ? 20000 : 8000);
  }
}

function between(value, one, other) {
  return Math.min(one, other) <= value && value <= Math.max(one, other);
}

export default {
  render({ model, el }) {
    const grid = new Grid(model, el);
    return () => grid.stop.forEach((stop) => stop());
  },
};
