// The bar that is always in view, and the list of findings. In: `state`. Out: messages mend, confirm, unconfirm, undo, redo.

const PAGE = 60; // findings drawn at once: an empty form has two hundred

class Panel {
  constructor(model, el) {
    this.model = model;
    this.hiddenKinds = new Set();
    this.shownCount = PAGE;
    this.reasonFor = null;
    keepKeys(el);
    this.bar = model.get("view") === "bar";
    this.root = make("div", { class: this.bar ? "nb-bar-outer" : "nb-list", ...(this.bar ? {} : { role: "region", "aria-label": "检查结果", tabindex: "0" }) });
    el.append(this.root);
    if (this.bar) this.buildBar(el);
    else this.nextListener = onForm(model, "nianbao:next", (detail) => this.goNext(detail.by));
    model.on("change:state", () => this.draw());
    this.draw();
  }

  get state() {
    return this.model.get("state");
  }

  send(kind, more = {}) {
    try {
      this.model.send({ kind, ...more });
    } catch {
      this.setLost(true);
    }
  }

  // ---- the bar ----

  buildBar(el) {
    const form = this.model.get("form_id");
    this.name = make("span", { class: "nb-bar-name" });
    this.progress = make("progress", { "aria-label": "填报进度" });
    this.filled = make("span");
    this.counts = make("span", { class: "nb-bar-counts" });
    this.next = make("button", { type: "button", class: "nb-button", onclick: () => this.askNext(1), title: "F8，往回 Shift+F8" }, "下一处");
    this.undo = make("button", { type: "button", class: "nb-button", onclick: () => this.send("undo") }, "撤销");
    this.redo = make("button", { type: "button", class: "nb-button", onclick: () => this.send("redo") }, "重做");
    this.saved = make("span", { class: "nb-bar-saved" });
    this.save = make("button", { type: "button", class: "nb-button", "aria-label": "保存改动", title: "Ctrl+S", onclick: () => this.send("save") }, "保存");
    this.spoken = make("span", { class: "nb-unseen", role: "status", "aria-live": "polite" });
    this.lostLine = make("div", { class: "nb-lost", role: "alert", hidden: true }, "与程序的连接断开了。已填的内容都在本机保存着：请点顶部菜单“运行”→“运行所有单元格”，表格会带着您最后的改动重新打开。");
    this.told = make("div", { class: "nb-told", role: "alert", hidden: true });
    const line = make("div", { class: "nb-bar", role: "group", "aria-label": "进度和检查" },
      this.name, make("span", { class: "nb-progress" }, this.progress, this.filled), this.counts, this.next, this.undo, this.redo, make("span", { class: "nb-bar-end" }, this.saved, this.save));
    this.root.append(line, this.lostLine, this.told, this.spoken);
    this.lostListener = (event) => { if (event.detail.form === form) this.setLost(event.detail.lost); };
    document.addEventListener("nianbao:lost", this.lostListener);
    this.keyListener = (event) => this.key(event);
    document.addEventListener("keydown", this.keyListener, true); // before a cell or text keeps the key
    this.stopGoTo = onGoTo(this.model, (finding) => this.goToField(finding));
    requestAnimationFrame(() => this.settleIn(el));
  }

  // A sticky bar stops at the padding of whatever scrolls; the notebook's padding would leave a gap above it.
  settleIn(el) {
    this.form = el.closest(".nb-form");
    let scroller = this.form?.parentElement;
    while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
    if (scroller) this.form.style.setProperty("--nb-top", `-${getComputedStyle(scroller).paddingTop}`);
    if (!this.form || this.stopped) return;
    // heads of tables, the list and what is scrolled to stop below the bar, which grows when it has something to tell
    this.measure = new ResizeObserver(() => this.form.style.setProperty("--nb-bar", `${el.offsetHeight}px`));
    this.measure.observe(el);
    this.place = new PlaceKeeper(this.model.get("form_id"), this.form, scroller ?? document.scrollingElement);
  }

  // Keys of the whole form, wherever the keyboard is; tables and texts have something to finish before they are saved.
  key(event) {
    const held = document.activeElement;
    if (!this.form?.contains(held) && !held?.contains(this.form)) return;
    const save = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !held.matches(".nb-editor, .nb-text-area");
    if (event.key !== "F8" && !save) return;
    event.preventDefault();
    event.stopPropagation();
    if (save) this.send("save");
    else this.askNext(event.shiftKey ? -1 : 1);
  }

  stop() {
    this.stopped = true;
    document.removeEventListener("nianbao:lost", this.lostListener);
    document.removeEventListener("keydown", this.keyListener, true);
    this.place?.stop();
    this.measure?.disconnect();
    this.stopGoTo?.();
    this.nextListener?.();
  }

  askNext(by) {
    document.dispatchEvent(new CustomEvent("nianbao:next", { detail: { form: this.model.get("form_id"), by } }));
  }

  setLost(lost) {
    if (this.lostLine) this.lostLine.hidden = !lost;
  }

  draw() {
    if (this.bar) this.drawBar();
    else this.drawList();
  }

  drawBar() {
    const { state } = this;
    this.name.textContent = state.name;
    this.progress.max = state.total || 1;
    this.progress.value = state.filled;
    this.filled.textContent = `已填 ${state.filled}/${state.total} 格`;
    const parts = Object.entries(SEVERITY).map(([kind, word]) => make("span", { class: `nb-count-${kind}` }, severityMark(kind), `${word} ${state.counts[kind]}`));
    this.counts.replaceChildren(...parts);
    this.next.disabled = !Object.values(state.counts).some((count) => count);
    this.undo.disabled = !state.can_undo;
    this.redo.disabled = !state.can_redo;
    this.save.disabled = !state.can_save;
    this.saved.textContent = state.saved;
    if (state.alert && this.alerted === false) this.showAlert(20);
    this.alerted = state.alert;
    this.told.hidden = !state.told;
    if (this.told.textContent !== state.told) this.told.textContent = state.told;
    const spoken = `错误 ${state.counts.error}，警告 ${state.counts.warning}，提示 ${state.counts.notice}`;
    clearTimeout(this.speaking); // speak when the typing pauses
    this.speaking = setTimeout(() => { if (this.spoken.textContent !== spoken) this.spoken.textContent = spoken; }, 900);
  }

  // What has to be chosen stands above the form, perhaps out of sight; the box is drawn a moment later.
  showAlert(tries) {
    const box = this.form?.querySelector(".nb-alerts");
    if (!box?.offsetHeight) {
      if (tries) setTimeout(() => this.showAlert(tries - 1), 50);
      return;
    }
    box.tabIndex = -1;
    box.focus({ preventScroll: true });
    box.scrollIntoView({ block: "start" });
  }

  // What is left to do, of the kinds that are shown.
  open() {
    const open = this.state.findings.filter((finding) => !finding.confirmed);
    const seen = open.filter((finding) => !this.hiddenKinds.has(finding.severity));
    return seen.length ? seen : open;
  }

  // From where the last one was: its neighbour, or the first of what is left.
  goNext(by) {
    const open = this.open();
    if (!open.length) return;
    const at = open.findIndex((finding) => finding.id === this.last);
    this.goTo(open[at < 0 ? Math.min(this.lastAt ?? 0, open.length - 1) : (at + by + open.length) % open.length]);
  }

  goTo(finding) {
    this.last = finding.id;
    this.lastAt = Math.max(this.open().indexOf(finding), 0);
    this.shownCount = Math.max(this.shownCount, this.state.findings.indexOf(finding) + 1);
    this.drawList();
    const item = this.root.querySelector(".nb-current");
    // the list has a scroller of its own; the page is scrolled to the place itself
    if (item) this.root.scrollTop = item.offsetTop - this.root.clientHeight / 3;
    goTo(this.model.get("form_id"), finding);
  }

  // Ordinary fields carry their path as a class.
  goToField(finding) {
    if (!finding.where || finding.cells.length) return;
    const name = `[class*="nb-at-${CSS.escape(finding.where.replace(/\./g, "-"))}"]`;
    const field = this.form?.querySelector(["input", "textarea", "select", "button"].map((tag) => `${name} ${tag}`).join());
    if (!field) return;
    field.focus();
    field.scrollIntoView({ block: "center" });
  }

  // ---- the list ----

  drawList() {
    const held = this.root.contains(document.activeElement) && document.activeElement.dataset.key;
    const typing = this.reasonFor && this.root.querySelector(".nb-reason input")?.value;
    const { findings, counts } = this.state;
    const filters = Object.entries(SEVERITY).map(([kind, word]) => this.filter(kind, `${word} ${counts[kind]}`));
    const shown = findings.filter((finding) => !this.hiddenKinds.has(finding.severity));
    const items = shown.slice(0, this.shownCount).map((finding) => this.item(finding));
    const content = [this.jumps(), make("h2", {}, "检查结果"), make("div", { class: "nb-filters" }, ...filters)];
    if (!findings.length) content.push(make("p", { class: "nb-clean" }, "✓ 没有发现问题"));
    else content.push(make("ul", {}, ...items));
    if (shown.length > this.shownCount) {
      content.push(make("button", { type: "button", class: "nb-button", "data-key": "more", onclick: () => { this.shownCount += 200; this.drawList(); } }, `另有 ${shown.length - this.shownCount} 处，全部列出`));
    }
    const top = this.root.scrollTop;
    this.root.replaceChildren(...content);
    this.root.scrollTop = top;
    if (typing) this.root.querySelector(".nb-reason input").value = typing;
    // drawing again must not throw the keyboard out of the list
    if (held) (this.root.querySelector(`[data-key="${CSS.escape(held)}"]`) ?? this.root).focus({ preventScroll: true });
  }

  // The parts of the form with the worst of what is found in each.
  jumps() {
    const words = { error: "有错误", blank: "有空格", warning: "有警告", notice: "有提示", "": "没有问题" };
    const jump = ({ key, label, name, state }) => make("button", { type: "button", class: `nb-button nb-jump nb-jump-${state || "done"}`, "data-key": `jump-${key}`,
      "aria-label": `${label}，${name}，${words[state]}`, title: `${name}（${words[state]}）`, onclick: () => this.jump(key) }, label);
    return make("nav", { class: "nb-jumps", "aria-label": "各部分" }, ...this.state.parts.map(jump));
  }

  jump(key) {
    const heading = this.root.closest(".nb-form").querySelector(`.nb-section-${key} :is(.nb-title, .nb-heading)`);
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
  }

  filter(kind, text) {
    const toggle = () => {
      if (!this.hiddenKinds.delete(kind)) this.hiddenKinds.add(kind);
      this.drawList();
    };
    return make("button", { type: "button", class: "nb-button", "data-key": `filter-${kind}`, "aria-pressed": String(!this.hiddenKinds.has(kind)), onclick: toggle }, severityMark(kind), text);
  }

  item(finding) {
    const done = Boolean(finding.confirmed);
    const head = make("button", { type: "button", class: "nb-goto", "data-key": `go-${finding.id}`, onclick: () => this.goTo(finding) },
      severityMark(finding.severity), make("span", { class: "nb-unseen" }, `${SEVERITY[finding.severity]}：`), finding.message);
    const current = finding.id === this.last;
    const item = make("li", { class: `${done ? "nb-item-done" : `nb-item-${finding.severity}`}${current ? " nb-current" : ""}`, "aria-current": current ? "true" : null }, head);
    if (done) item.append(make("span", { class: "nb-next" }, `已确认：${finding.confirmed}`));
    else if (finding.next_step) item.append(make("span", { class: "nb-next" }, finding.next_step));
    const press = (mend) => this.send("mend", { id: finding.id, mend: mend.id });
    item.append(...mendButtons(finding, press, (mend) => ({ "data-key": `mend-${mend.id}-${finding.id}` })));
    if (finding.severity === "warning") item.append(...this.confirming(finding, done));
    return item;
  }

  confirming(finding, done) {
    if (done) return [make("button", { type: "button", class: "nb-button", "data-key": `undo-${finding.id}`, onclick: () => this.send("unconfirm", { id: finding.id }) }, "取消确认")];
    if (this.reasonFor !== finding.id) {
      const start = () => { this.reasonFor = finding.id; this.drawList(); this.root.querySelector(".nb-reason input").focus(); };
      return [make("button", { type: "button", class: "nb-button", "data-key": `confirm-${finding.id}`, onclick: start }, "确认无误…")];
    }
    const reason = make("input", { type: "text", "data-key": `reason-${finding.id}`, "aria-label": "确认的原因", placeholder: "请写明原因", maxlength: "200" });
    const finish = () => {
      if (!reason.value.trim()) return reason.focus();
      this.reasonFor = null;
      this.send("confirm", { id: finding.id, reason: reason.value.trim() });
      return this.root.focus();
    };
    reason.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") finish();
      if (event.key === "Escape") { this.reasonFor = null; this.drawList(); }
    });
    return [make("div", { class: "nb-reason" }, reason, make("button", { type: "button", class: "nb-button nb-primary", "data-key": `finish-${finding.id}`, onclick: finish }, "确认"))];
  }
}

export default {
  render({ model, el }) {
    const panel = new Panel(model, el);
    return () => panel.stop();
  },
};
