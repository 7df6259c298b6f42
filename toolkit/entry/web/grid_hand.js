// What hands do to a grid: moving, typing, keys, mouse, clipboard, filling with zeros. In front of grid.js, whose `Grid` knows
// how it is built and drawn: `cells`, `order`, `lines` (by printed row), `active` and `anchor` (the selection), `input`, `wire`.

class GridHand {
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
