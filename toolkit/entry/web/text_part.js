// One text part: an ordinary <textarea> over a mirror that lights up figures and the words of findings.
// In: `state` {values: {text}, findings, ties, links, answered}, `topics`, `figures`, `comparison`. Out: changes of `text`, see wire.js.

import { composition } from "./composing.js";
import { button, changesText, KeptChildren, keepKeys, make, READ_ONLY, say, widgetOf } from "./elements.js";
import { Explanation } from "./explanation.js";
import { FigureChooser } from "./figure_chooser.js";
import { findingsAt, looksOf, mendButtons, onGoTo, onListed, SEVERITY_NAMES, severityMark } from "./findings.js";
import { compareYears } from "./last_year.js";
import { drawPieces, looksAlike, markedPieces, movedSpots, spotsOf, tieCounts, tieLegend, unitsOf } from "./text_marks.js";
import { wireOf } from "./wire.js";

/** @import { Finding, Model, OfferedFigure, Piece, Place, Spot, TextTraits } from "./types.d.ts" */

const PAUSE_MS = 500; // without a key; then the text is kept
const NUMERALS = "一二三四五六七八九十";

class TextPart {
  /**
   * @param {Model<TextTraits>} model
   * @param {HTMLElement} el
   * @param {AbortSignal} signal
   */
  constructor(model, el, signal) {
    this.model = model;
    this.wire = wireOf(model);
    /** @type {Finding[]} */
    this.findings = [];
    /** @type {Spot[]} */
    this.spots = [];
    /** @type {Piece[]} what the mirror shows */
    this.pieces = [];
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.pause = null;
    const name = `nb-text-${model.get("form_id")}-${model.get("part")}`;
    const attributes = { "data-part": model.get("part"), "aria-label": model.get("heading"), "aria-describedby": name };
    this.area = make("textarea", { class: "nb-text-area", spellcheck: "false", rows: "2", ...attributes });
    this.mirror = make("div", { class: "nb-mirror", "aria-hidden": "true" });
    this.count = make("span", { class: "nb-count", id: name });
    this.legend = new KeptChildren(make("span", { class: "nb-legend" }));
    this.here = make("p", { class: "nb-here", role: "status", "aria-live": "polite" });
    this.explanation = new Explanation(model);
    this.notes = new KeptChildren(make("ul", { class: "nb-text-notes" }));
    this.last = make("div", { class: "nb-last", hidden: true });
    this.chooser = new FigureChooser(
      () => model.get("figures"),
      (figure) => this.insertFigure(figure),
      () => this.closeChooser(),
    );
    this.insert = button("插入表内数字", () => this.choose(), { "aria-expanded": "false" });
    this.compare = button("对照上一年", () => this.toggleLastYear(), { "aria-expanded": "false" });
    this.topics = model.get("topics").map((topic) => this.topicButton(topic));
    this.build(el);
    this.listen();
    this.wire.listen(signal, () => this.draw());
    onListed(model, signal, () => this.draw());
    onGoTo(model, signal, (place) => this.goTo(place));
    this.draw();
  }

  /** @param {HTMLElement} el */
  build(el) {
    keepKeys(el);
    const tools = make("div", { class: "nb-tools", role: "group", "aria-label": "编辑工具" });
    if (this.topics.length) tools.append(make("span", { class: "nb-tools-name" }, "插入小标题："), ...this.topics);
    tools.append(this.insert);
    if (this.model.get("has_last_year")) tools.append(this.compare);
    const box = make("div", { class: "nb-text-box" }, this.mirror, this.area);
    const foot = make("div", { class: "nb-text-foot" }, this.count, this.legend.box);
    el.append(tools, this.chooser.box, box, foot, this.here, this.notes.box, this.last);
  }

  listen() {
    const { area, model } = this;
    area.addEventListener("input", () => this.typed());
    area.addEventListener("blur", () => {
      this.keep();
      this.draw();
    });
    area.addEventListener("keydown", (event) => this.key(event));
    for (const kind of ["keyup", "mouseup", "focus"]) area.addEventListener(kind, () => this.sayHere());
    area.addEventListener("click", () => this.explain());
    model.on("change:figures", () => this.chooser.open && this.chooser.fill());
    model.on("change:comparison", () => this.drawLastYear());
  }

  /** @param {string} topic */
  topicButton(topic) {
    return button(topic, () => this.insertTopic(topic), { class: "nb-button nb-topic", "data-topic": topic });
  }

  // ---- typing ----

  typed() {
    this.wire.change({ text: this.area.value }, false);
    if (this.area.readOnly) return;
    if (this.pause) clearTimeout(this.pause);
    this.pause = setTimeout(() => this.keep(), PAUSE_MS);
    this.explanation.hide();
    this.sayHere();
  }

  keep() {
    if (!this.pause) return;
    clearTimeout(this.pause);
    this.pause = null;
    // what was typed last: by now the box may hold half-typed letters
    this.wire.change({ text: this.wire.values.text ?? "" }, true);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    event.stopPropagation();
    if (this.area.readOnly && changesText(event)) this.here.textContent = READ_ONLY;
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    this.keep();
    this.wire.ask("save");
  }

  /**
   * Put text in at the caret, so that the browser's own undo knows of it.
   * @param {string} text
   */
  put(text) {
    const { area } = this;
    area.focus();
    if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    this.typed();
  }

  /**
   * Put a topic in as the next numbered heading, below the line with the caret.
   * @param {string} topic
   */
  insertTopic(topic) {
    const { value, selectionStart } = this.area;
    const written = value.match(/^[（(][一二三四五六七八九十]+[）)]/gm) ?? [];
    const number = NUMERALS[Math.min(written.length, NUMERALS.length - 1)];
    const lineEnd = value.indexOf("\n", selectionStart);
    const at = lineEnd < 0 ? value.length : lineEnd;
    this.area.focus();
    this.area.setSelectionRange(at, at);
    this.put(`${at && value[at - 1] !== "\n" ? "\n" : ""}（${number}）${topic}\n`);
  }

  // ---- drawing ----

  draw() {
    composition.after(this, () => this.drawAll());
  }

  drawAll() {
    this.takeText(this.wire.values.text ?? "");
    const state = this.model.get("state");
    this.area.readOnly = state.locked;
    this.findings = findingsAt(this.model.get("form_id"), state.findings);
    for (const tool of [this.insert, ...this.topics]) tool.disabled = state.locked;
    this.drawMarks();
    say(this.count, `${[...this.area.value.replace(/\s/g, "")].length} 字`);
    for (const topic of this.topics) topic.classList.toggle("nb-has", this.area.value.includes(shortTopic(topic.dataset.topic)));
    this.legend.show(tieCounts(state), tieLegend);
    this.notes.show(
      this.findings,
      (finding) => this.note(finding),
      (finding) => [looksOf(finding), state.locked],
    );
  }

  /** Marks belong to the text they were found in: while typing runs ahead, those beside the edit stay. */
  drawMarks() {
    const state = this.model.get("state");
    const { value } = this.area;
    this.spots = movedSpots(spotsOf(state, this.findings, state.values.text), state.values.text, value);
    const pieces = [...markedPieces(value, this.spots), { text: "\n", css: "" }];
    drawPieces(this.mirror, this.pieces, pieces);
    this.pieces = pieces;
  }

  /** @param {string} text */
  takeText(text) {
    const { area } = this;
    if (area.value === text || (this.pause && !this.model.get("state").locked)) return;
    // what Python made of blanks and invisible characters can wait: writing it ends the browser's undo, and a paste with them
    if (document.activeElement === area && looksAlike(area.value, text)) return;
    const [start, end] = [area.selectionStart, area.selectionEnd];
    area.value = text;
    if (document.activeElement === area) area.setSelectionRange(Math.min(start, text.length), Math.min(end, text.length));
  }

  /** @param {Finding} finding */
  note(finding) {
    const kind = finding.confirmed ? "done" : finding.severity;
    const words = [severityMark(finding.severity), make("span", { class: "nb-unseen" }, `${SEVERITY_NAMES[finding.severity]}：`)];
    const name = `${this.count.id}-${finding.id}`;
    // the note may stay while the place moves
    const go = () => this.goTo(this.findings.find(({ id }) => id === finding.id) ?? finding);
    const attributes = { type: "button", class: "nb-goto", id: name, onclick: go };
    const head = make("button", attributes, ...words, finding.message);
    const mends = mendButtons(
      finding,
      (mend) => this.wire.ask("mend", { id: finding.id, mend: mend.id }),
      () => ({ "aria-describedby": name, disabled: this.model.get("state").locked }),
    );
    return make("li", { class: `nb-text-note nb-item-${kind}` }, head, ...mends);
  }

  /** The spots under the caret. */
  spotsHere() {
    const at = this.area.selectionStart;
    return this.spots.filter((spot) => spot.start <= at && at <= spot.end);
  }

  /** Say what the figure under the caret is tied to; where something was found there, its note below the text says it. */
  sayHere() {
    if (this.here.textContent === READ_ONLY && this.area.readOnly) return;
    const spots = this.spotsHere();
    this.markNotes(spots.map((spot) => spot.finding));
    const noted = spots.some((spot) => spot.finding) ? [] : spots.filter((spot) => spot.note);
    const words = [...new Set(noted.map((spot) => spot.note))].join("；");
    const text = noted.length ? `“${this.area.value.slice(noted[0].start, noted[0].end)}”：${words}` : "";
    say(this.here, text);
  }

  /** @param {(string | undefined)[]} ids of the findings under the caret */
  markNotes(ids) {
    for (const [at, finding] of this.findings.entries())
      this.notes.box.children[at]?.classList.toggle("nb-current", ids.includes(finding.id));
  }

  /** A figure was clicked: ask what it was read as and compared with. */
  explain() {
    const spot = this.spotsHere().find((other) => other.css.startsWith("nb-tie"));
    const selected = this.area.selectionStart !== this.area.selectionEnd;
    if (!spot || selected) this.explanation.hide();
    else this.explanation.ask(this.wire, [...this.area.value.slice(0, spot.start)].length);
  }

  /** @param {Place} place */
  goTo(place) {
    if (place.where !== `narrative.${this.model.get("part")}`) return;
    const [from, to] = [place.start ?? -1, place.end ?? -1];
    const units = unitsOf(this.area.value);
    const [start, end] = [units(from), units(to)];
    this.area.focus({ preventScroll: true });
    if (from >= 0) this.area.setSelectionRange(start, Math.max(start, end));
    // what is said of the text as a whole is below it, and of a long text the middle would say nothing
    (from >= 0 ? this.pieceAt(start) : this.notes.box).scrollIntoView({ block: "center" });
    this.explain();
  }

  /**
   * The first marked piece from `start` on.
   * @param {number} start
   * @returns {Element}
   */
  pieceAt(start) {
    let at = 0;
    for (const node of this.mirror.childNodes) {
      if (at >= start && node instanceof Element) return node;
      at += node.textContent?.length ?? 0;
    }
    return this.area;
  }

  // ---- figures from the tables, last year's text ----

  choose() {
    if (this.chooser.open) {
      this.closeChooser();
      return;
    }
    this.insert.setAttribute("aria-expanded", "true");
    this.wire.ask("offer");
    this.chooser.show();
  }

  closeChooser() {
    this.chooser.hide();
    this.insert.setAttribute("aria-expanded", "false");
    this.area.focus();
  }

  /** @param {OfferedFigure} figure */
  insertFigure(figure) {
    this.closeChooser();
    const start = [...this.area.value.slice(0, this.area.selectionStart)].length;
    this.put(figure.text);
    this.keep();
    this.wire.ask("link", { start, address: figure.address });
  }

  toggleLastYear() {
    this.last.hidden = !this.last.hidden;
    this.compare.setAttribute("aria-expanded", String(!this.last.hidden));
    if (!this.last.hidden) this.wire.ask("compare");
    this.drawLastYear();
  }

  drawLastYear() {
    if (!this.last.hidden) this.last.replaceChildren(...compareYears(this.model.get("comparison")));
  }
}

/**
 * Reports say 平台建设 for the form's 政府信息公开平台建设, and the rules take it.
 * @param {string} [topic]
 */
function shortTopic(topic = "") {
  return topic.endsWith("平台建设") ? "平台建设" : topic;
}

export default widgetOf((model, el, signal) => new TextPart(model, el, signal));
