// One text part: an ordinary <textarea> over a mirror that lights up figures and the words of findings.
// In: `state` {values: {text}, findings, ties, links, answered}, `topics`, `figures`, `comparison`. Out: changes of `text`, see wire.js.

const TIES = { agrees: "与表一致", differs: "与表不一致", untied: "未与表对应" };

class TextPart {
  constructor(model, el) {
    this.model = model;
    this.wire = wireOf(model);
    this.build(el);
    this.stop = [this.wire.listen(() => this.draw()), onGoTo(model, (finding) => this.goTo(finding))];
    model.on("change:figures", () => this.refill?.());
    model.on("change:comparison", () => this.drawLastYear());
    this.draw();
  }

  build(el) {
    keepKeys(el);
    const heading = this.model.get("heading");
    const name = `nb-text-${this.model.get("form_id")}-${this.model.get("part")}`;
    this.area = make("textarea", { class: "nb-text-area", "data-part": this.model.get("part"), "aria-label": heading, "aria-describedby": name, spellcheck: "false", rows: "2" });
    this.mirror = make("div", { class: "nb-mirror", "aria-hidden": "true" });
    this.count = make("span", { class: "nb-count", id: name });
    this.legend = make("span", { class: "nb-legend" });
    this.here = make("p", { class: "nb-here", role: "status", "aria-live": "polite" });
    this.notes = make("ul", { class: "nb-text-notes" });
    this.chooser = make("div", { class: "nb-chooser", hidden: true });
    this.last = make("div", { class: "nb-last", hidden: true });
    el.append(this.tools(), this.chooser, make("div", { class: "nb-text-box" }, this.mirror, this.area),
      make("div", { class: "nb-text-foot" }, this.count, this.legend), this.here, this.notes, this.last);
    this.area.addEventListener("input", (event) => { if (!event.isComposing) this.typed(); });
    this.area.addEventListener("compositionend", () => this.typed());
    this.area.addEventListener("blur", () => this.keep());
    this.area.addEventListener("keydown", (event) => this.key(event));
    for (const kind of ["keyup", "mouseup", "focus"]) this.area.addEventListener(kind, () => this.explain());
    new ResizeObserver(() => this.grow()).observe(el);
  }

  tools() {
    const buttons = this.model.get("topics").map((topic, at) => make("button", { type: "button", class: "nb-button nb-topic", "data-topic": topic, onclick: () => this.insertTopic(topic, at) }, topic));
    const tools = make("div", { class: "nb-tools", role: "group", "aria-label": "编辑工具" });
    if (buttons.length) tools.append(make("span", { class: "nb-tools-name" }, "插入小标题："), ...buttons);
    this.insert = make("button", { type: "button", class: "nb-button", "aria-expanded": "false", onclick: () => this.choose() }, "插入表内数字");
    tools.append(this.insert);
    if (this.model.get("has_last_year")) {
      this.compare = make("button", { type: "button", class: "nb-button", "aria-expanded": "false", onclick: () => this.toggleLastYear() }, "对照上一年");
      tools.append(this.compare);
    }
    return tools;
  }

  // ---- typing ----

  typed() {
    this.wire.change({ text: this.area.value }, false);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.keep(), 500);
    this.explain();
  }

  keep() {
    if (!this.pause) return;
    clearTimeout(this.pause);
    this.pause = null;
    this.wire.change({ text: this.area.value }, true);
  }

  key(event) {
    event.stopPropagation();
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key.toLowerCase() === "s") {
      event.preventDefault();
      this.keep();
      this.wire.ask("save");
    }
  }

  // The browser's own undo knows what is put in this way.
  put(text) {
    this.area.focus();
    if (!document.execCommand("insertText", false, text)) this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.typed();
  }

  insertTopic(topic) {
    const { value, selectionStart } = this.area;
    const written = value.match(/^[（(][一二三四五六七八九十]+[）)]/gm) ?? [];
    const number = "一二三四五六七八九十"[Math.min(written.length, 9)];
    const lineEnd = value.indexOf("\n", selectionStart);
    const at = lineEnd < 0 ? value.length : lineEnd;
    this.area.focus();
    this.area.setSelectionRange(at, at);
    this.put(`${at && value[at - 1] !== "\n" ? "\n" : ""}（${number}）${topic}\n`);
  }

  // ---- drawing ----

  draw() {
    const text = this.wire.values.text ?? "";
    if (this.area.value !== text && !this.pause) {
      const [start, end] = [this.area.selectionStart, this.area.selectionEnd];
      this.area.value = text;
      if (document.activeElement === this.area) this.area.setSelectionRange(Math.min(start, text.length), Math.min(end, text.length));
    }
    const state = this.model.get("state");
    // marks belong to the text they were found in: while typing runs ahead they wait for the next answer
    const current = state.values.text === this.area.value;
    this.spots = current ? spotsOf(state, this.area.value) : [];
    this.drawMirror();
    this.count.textContent = `${[...this.area.value.replace(/\s/g, "")].length} 字`;
    this.drawLegend(state);
    this.drawNotes(state);
    for (const button of this.insert.parentElement.querySelectorAll(".nb-topic")) {
      // reports say 平台建设 for the form's 政府信息公开平台建设, and the rules take it
      const topic = button.dataset.topic.endsWith("平台建设") ? "平台建设" : button.dataset.topic;
      button.classList.toggle("nb-has", this.area.value.includes(topic));
    }
    this.grow();
  }

  drawMirror() {
    const text = this.area.value;
    const edges = [...new Set([0, text.length, ...this.spots.flatMap((spot) => [spot.start, spot.end])])].sort((a, b) => a - b);
    const pieces = edges.slice(0, -1).map((start, at) => {
      const over = this.spots.filter((spot) => spot.start <= start && start < spot.end);
      const piece = text.slice(start, edges[at + 1]);
      return over.length ? make("mark", { class: over.map((spot) => spot.css).join(" ") }, piece) : piece;
    });
    this.mirror.replaceChildren(...pieces, "\n");
  }

  grow() {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.max(this.area.scrollHeight + 2, 132)}px`;
  }

  drawLegend(state) {
    const parts = Object.entries(TIES).map(([kind, word]) => {
      const number = state.ties.filter((tie) => tie.state === kind).length;
      return number ? make("span", {}, make("mark", { class: `nb-tie-${kind}` }, "12"), ` ${word} ${number}`) : "";
    });
    this.legend.replaceChildren(...parts);
  }

  drawNotes(state) {
    this.notes.replaceChildren(...state.findings.map((finding) => {
      const note = make("li", { class: `nb-text-note nb-item-${finding.confirmed ? "done" : finding.severity}` });
      note.append(make("button", { type: "button", class: "nb-goto", onclick: () => this.goTo(finding) }, severityMark(finding.severity),
        make("span", { class: "nb-unseen" }, `${SEVERITY[finding.severity]}：`), finding.message));
      note.append(...mendButtons(finding, (mend) => this.wire.ask("mend", { id: finding.id, mend: mend.id })));
      return note;
    }));
  }

  // What the figure under the caret is tied to.
  explain() {
    const at = this.area.selectionStart;
    const spots = this.spots.filter((item) => item.said && item.start <= at && at <= item.end);
    const said = spots.length ? `“${this.area.value.slice(spots[0].start, spots[0].end)}”：${[...new Set(spots.map((item) => item.said))].join("；")}` : "";
    if (this.here.textContent !== said) this.here.textContent = said;
  }

  goTo(finding) {
    if (finding.where !== `narrative.${this.model.get("part")}`) return;
    const [start, end] = [finding.start, finding.end].map((offset) => unitsAt(this.area.value, offset));
    this.area.focus({ preventScroll: true });
    if (finding.start >= 0) this.area.setSelectionRange(start, Math.max(start, end));
    // what is said of the text as a whole stands below it, and of a long text the middle would say nothing
    (finding.start >= 0 ? this.pieceAt(start) : this.notes).scrollIntoView({ block: "center" });
    this.explain();
  }

  pieceAt(start) {
    let at = 0;
    for (const node of this.mirror.childNodes) {
      if (at >= start && node.nodeType === Node.ELEMENT_NODE) return node;
      at += node.textContent.length;
    }
    return this.area;
  }

  // ---- figures from the tables ----

  choose() {
    const open = this.chooser.hidden;
    this.chooser.hidden = !open;
    this.insert.setAttribute("aria-expanded", String(open));
    if (!open) return this.area.focus();
    const filter = make("input", { type: "search", "aria-label": "查找表内数字", placeholder: "查找，如：新收 总计" });
    const list = make("select", { size: "8", "aria-label": "表内数字" });
    const fill = () => {
      const words = filter.value.trim().split(/\s+/);
      const found = this.model.get("figures").filter((figure) => words.every((word) => figure.label.includes(word)));
      list.replaceChildren(...found.map((figure) => make("option", { value: figure.address }, `${figure.label}　${figure.text}`)));
      list.selectedIndex = found.length ? 0 : -1;
    };
    const use = () => {
      const figure = this.model.get("figures").find((item) => item.address === list.value);
      if (figure) this.insertFigure(figure);
    };
    filter.addEventListener("input", fill);
    filter.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") list.focus();
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); use(); }
    });
    for (const item of [filter, list]) item.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Escape") this.choose(); });
    list.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); use(); } });
    list.addEventListener("dblclick", use);
    this.chooser.replaceChildren(make("p", { class: "nb-help" }, "插入的数字会跟着表格走：表里改了，文中一并改。"), filter, list, make("button", { type: "button", class: "nb-button nb-primary", onclick: use }, "插入"));
    fill();
    this.refill = fill;
    this.wire.ask("offer");
    return filter.focus();
  }

  insertFigure(figure) {
    this.chooser.hidden = true;
    this.insert.setAttribute("aria-expanded", "false");
    const at = [...this.area.value.slice(0, this.area.selectionStart)].length;
    this.put(figure.text);
    this.keep();
    this.wire.ask("link", { start: at, address: figure.address });
  }

  // ---- last year's text ----

  toggleLastYear() {
    const open = this.last.hidden;
    this.last.hidden = !open;
    this.compare.setAttribute("aria-expanded", String(open));
    if (open) this.wire.ask("compare");
    this.drawLastYear();
  }

  drawLastYear() {
    if (this.last.hidden) return;
    const { year, pieces, alike } = this.model.get("comparison");
    if (!pieces) return;
    const marks = { same: null, only_last: "nb-only-last", only_this: "nb-only-this" };
    const side = (skip, tag) => make("div", { class: "nb-last-text" }, ...pieces.filter(([kind]) => kind !== skip).map(([kind, text]) => (marks[kind] ? make(tag, { class: marks[kind] }, text) : text)));
    this.last.replaceChildren(
      make("p", { class: "nb-help" }, `与 ${year} 年相同的文字约占 ${alike}%。划线的是上一年有、今年没有的，加底色的是今年新写的。`),
      make("div", { class: "nb-last-sides" }, make("section", { "aria-label": `${year}年` }, make("h3", {}, `${year}年`), side("only_this", "del")), make("section", { "aria-label": "本年" }, make("h3", {}, "本年"), side("only_last", "ins"))));
  }
}

// Python counts characters, the browser counts 16-bit units: they part at rare characters of names.
function unitsAt(text, offset) {
  return offset <= 0 ? Math.max(offset, 0) : [...text].slice(0, offset).join("").length;
}

function spotsOf(state, text) {
  const spots = state.ties.map((tie) => ({ ...tie, css: `nb-tie-${tie.state}` }));
  for (const link of state.links) spots.push({ ...link, css: "nb-link" });
  for (const finding of state.findings) {
    if (finding.start >= 0 && !finding.confirmed) spots.push({ start: finding.start, end: finding.end, css: `nb-found nb-found-${finding.severity}`, said: finding.message });
  }
  return spots.map((spot) => ({ ...spot, start: unitsAt(text, spot.start), end: unitsAt(text, spot.end) })).filter((spot) => spot.end > spot.start);
}

export default {
  render({ model, el }) {
    const part = new TextPart(model, el);
    return () => part.stop.forEach((stop) => stop());
  },
};
