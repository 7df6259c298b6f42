// The list of findings, and the jumps to the parts of the form. In: `state`. Out: messages mend, confirm, unconfirm.

import { composition } from "./composing.js";
import { button, formOf, KeptChildren, keepKeys, make, say, showChildren } from "./elements.js";
import {
  goTo,
  looksOf,
  mendButtons,
  onForm,
  SEVERITIES,
  SEVERITY_NAMES,
  sendTo,
  severityMark,
  shareFindings,
} from "./findings.js";
import { HereBox } from "./here.js";
import { readNote, writeNote } from "./window_store.js";

/** @import { Finding, ListState, Model, PanelTraits, Part, Severity } from "./types.d.ts" */

const PAGE = 60; // findings drawn at once: an empty form has two hundred
const STATE_WORDS = { error: "有错误", blank: "有空格", warning: "有警告", notice: "有提示", "": "没有问题" };

export class FindingsList {
  /**
   * @param {Model<PanelTraits<ListState>>} model
   * @param {HTMLElement} el
   * @param {AbortSignal} signal
   */
  constructor(model, el, signal) {
    this.model = model;
    /** @type {Set<Severity>} */
    this.hiddenKinds = new Set();
    this.shownCount = PAGE;
    this.store = `nianbao-reason:${model.get("form_id")}`;
    const half = readNote(this.store); // a kernel died while a reason was being typed
    /** @type {string | null} the finding a reason is being given for */
    this.reasonFor = half?.id ?? null;
    /** @type {string} the reason as far as it is typed */
    this.reason = half?.text ?? "";
    /** @type {string | undefined} the finding that was gone to last, and where it was among the open ones */
    this.last = undefined;
    this.lastAt = 0;
    this.title = make("h2", {}, "检查结果");
    this.items = new KeptChildren(make("ul"));
    this.filters = new KeptChildren(make("div", { class: "nb-filters" }));
    this.jumps = new KeptChildren(make("nav", { class: "nb-jumps", "aria-label": "各部分" }));
    keepKeys(el);
    this.here = new HereBox(model, signal);
    // in a narrow window the list is a drawer at the lower edge
    this.drawer = button("检查结果", () => this.toggleDrawer(), { class: "nb-button nb-drawer", "aria-expanded": "false" });
    this.root = make("div", { class: "nb-list", role: "region", "aria-label": "检查结果", tabindex: "0" });
    this.panel = make(
      "div",
      { class: "nb-panel" },
      this.here.box,
      make("div", { class: "nb-dock" }, this.jumps.box, this.drawer),
      this.root,
    );
    el.append(this.panel);
    onForm(model, "nianbao:next", signal, (detail) => this.goNext(detail.by));
    model.on("change:state", () => this.take());
    this.take();
  }

  take() {
    this.draw();
    shareFindings(this.model.get("form_id"), this.state.findings);
  }

  toggleDrawer() {
    const open = this.panel.classList.toggle("nb-open");
    this.drawer.setAttribute("aria-expanded", String(open));
    if (open) this.root.focus();
  }

  get state() {
    return this.model.get("state");
  }

  /**
   * @param {string} kind
   * @param {Record<string, unknown>} more
   */
  send(kind, more) {
    sendTo(this.model, { kind, ...more });
  }

  // ---- going to a finding ----

  /** What is left to do, of the kinds that are shown. */
  open() {
    const open = this.state.findings.filter((finding) => !finding.confirmed);
    const seen = open.filter((finding) => !this.hiddenKinds.has(finding.severity));
    return seen.length ? seen : open;
  }

  /** @param {1 | -1} by */
  goNext(by) {
    const open = this.open();
    if (open.length) this.goTo(open[this.nextOf(open, by)]);
  }

  /**
   * Where to go from the finding of the cell with the keyboard, else from the one that was gone to last; what has come in the
   * place of one that has gone is the next itself.
   * @param {Finding[]} open
   * @param {1 | -1} by
   */
  nextOf(open, by) {
    const cell = /** @type {HTMLElement | null | undefined} */ (document.activeElement?.closest("[data-address]"));
    const address = cell?.dataset.address ?? "";
    const here = open.findIndex((finding) => finding.cells.includes(address));
    const last = open.findIndex((finding) => finding.id === this.last);
    const isThere = last >= 0 && (here < 0 || open[last].cells.includes(address));
    const successor = Math.min(this.lastAt, open.length - 1);
    if (!isThere && (here < 0 || (last < 0 && this.last && here !== successor))) return successor;
    return ((isThere ? last : here) + by + open.length) % open.length;
  }

  /** @param {Finding} finding */
  goTo(finding) {
    this.last = finding.id;
    /** @param {Finding} other */
    const isIt = (other) => other.id === finding.id;
    this.lastAt = Math.max(this.open().findIndex(isIt), 0);
    this.shownCount = Math.max(this.shownCount, this.state.findings.findIndex(isIt) + 1);
    this.draw();
    const item = /** @type {HTMLElement | null} */ (this.root.querySelector(".nb-current"));
    // the list has a scroller; the page is scrolled to the place itself
    if (item) this.root.scrollTop = item.offsetTop - this.root.clientHeight / 3;
    goTo(this.model.get("form_id"), finding);
  }

  /** @param {string} key */
  jump(key) {
    const name = `.nb-section-${key} :is(.nb-title, .nb-heading)`;
    const heading = /** @type {HTMLElement | null | undefined} */ (formOf(this.root)?.querySelector(name));
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
  }

  // ---- drawing ----

  draw() {
    composition.after(this, () => this.drawAll());
  }

  drawAll() {
    const { root } = this;
    const held =
      document.activeElement instanceof HTMLElement && this.panel.contains(document.activeElement)
        ? document.activeElement
        : null;
    const key = held?.dataset.key;
    this.jumps.show(this.state.parts, (part) => this.jumpButton(part));
    showChildren(root, this.content());
    const box = this.reasonBox();
    if (box && box.value !== this.reason) box.value = this.reason;
    // drawing again must not throw the keyboard out of the list
    if (key && document.activeElement !== held) (this.byKey(key) ?? root).focus({ preventScroll: true });
  }

  /** @returns {HTMLInputElement | null} */
  reasonBox() {
    return this.root.querySelector(".nb-reason input");
  }

  /**
   * @param {string} key
   * @returns {HTMLElement | null}
   */
  byKey(key) {
    return this.panel.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  content() {
    const { findings, counts } = this.state;
    const filters = SEVERITIES.map((kind) => ({ kind, number: counts[kind], pressed: !this.hiddenKinds.has(kind) }));
    this.filters.show(filters, (filter) => this.filter(filter));
    const shown = findings.filter((finding) => !this.hiddenKinds.has(finding.severity));
    // as in the bar: each blank cell counts, though a table with many has one item
    say(this.drawer, `检查结果 ${SEVERITIES.reduce((sum, kind) => sum + counts[kind], 0)} 处`);
    this.items.show(
      shown.slice(0, this.shownCount),
      (finding) => this.item(finding),
      (finding) => [looksOf(finding), finding.id === this.last, finding.id === this.reasonFor, this.state.locked],
    );
    const list = findings.length ? this.items.box : make("p", { class: "nb-clean" }, "✓ 没有发现问题");
    const content = [this.title, this.filters.box, list];
    const left = shown.length - this.shownCount;
    if (left > 0) content.push(button(`另有 ${left} 处，全部列出`, () => this.showAll(), { "data-key": "more" }));
    return content;
  }

  showAll() {
    this.shownCount = Number.POSITIVE_INFINITY;
    this.draw();
  }

  /** @param {Part} part */
  jumpButton({ key, label, name, state }) {
    const words = STATE_WORDS[state];
    const attributes = { class: `nb-button nb-jump nb-jump-${state || "done"}`, "data-key": `jump-${key}` };
    return button(label, () => this.jump(key), {
      ...attributes,
      "aria-label": `${label}，${name}，${words}`,
      title: `${name}（${words}）`,
    });
  }

  /** @param {{ kind: Severity, number: number, pressed: boolean }} shown */
  filter({ kind, number, pressed }) {
    const toggle = () => {
      if (!this.hiddenKinds.delete(kind)) this.hiddenKinds.add(kind);
      this.draw();
    };
    const attributes = { "data-key": `filter-${kind}`, "aria-pressed": String(pressed) };
    const filter = button(`${SEVERITY_NAMES[kind]} ${number}`, toggle, attributes);
    filter.prepend(severityMark(kind));
    return filter;
  }

  /** @param {Finding} finding */
  item(finding) {
    const done = Boolean(finding.confirmed);
    const current = finding.id === this.last;
    const words = [severityMark(finding.severity), make("span", { class: "nb-unseen" }, `${SEVERITY_NAMES[finding.severity]}：`)];
    // the item may stay while the place moves
    const go = () => this.goTo(this.state.findings.find((other) => other.id === finding.id) ?? finding);
    const name = this.nameOf(finding);
    const attributes = { type: "button", class: "nb-goto", id: name, "data-key": `go-${finding.id}`, onclick: go };
    const kind = done ? "nb-item-done" : `nb-item-${finding.severity}`;
    const item = make("li", { class: `${kind}${current ? " nb-current" : ""}`, "aria-current": current ? "true" : null });
    item.append(make("button", attributes, ...words, finding.message));
    const next = done ? `已确认：${finding.confirmed}` : finding.next_step;
    if (next) item.append(make("span", { class: "nb-next" }, next));
    const mends = mendButtons(
      finding,
      (mend) => this.send("mend", { id: finding.id, mend: mend.id }),
      (mend) => ({ "data-key": `mend-${mend.id}-${finding.id}` }),
    );
    item.append(...mends);
    if (finding.severity === "warning") item.append(this.confirming(finding));
    if (this.state.locked)
      for (const press of item.querySelectorAll(":is(.nb-button, .nb-reason input)")) press.setAttribute("disabled", "");
    // a screen reader meets 改为 12 and 确认无误 in many items: the finding is read with them
    for (const other of item.querySelectorAll(".nb-button")) other.setAttribute("aria-describedby", name);
    return item;
  }

  /** @param {Finding} finding */
  nameOf({ id }) {
    return `nb-finding-${this.model.get("form_id")}-${id}`;
  }

  // ---- confirming a warning ----

  /** @param {Finding} finding */
  confirming({ id, confirmed }) {
    if (confirmed) return button("取消确认", () => this.send("unconfirm", { id }), { "data-key": `undo-${id}` });
    if (this.reasonFor !== id) return button("确认无误…", () => this.askReason(id), { "data-key": `confirm-${id}` });
    const attributes = { "data-key": `reason-${id}`, "aria-label": "确认的原因", placeholder: "请写明原因", maxlength: "200" };
    const reason = make("input", { type: "text", ...attributes });
    reason.addEventListener("input", () => this.noteReason(id, reason.value));
    reason.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") this.confirm(id);
      if (event.key === "Escape") this.askReason(null);
    });
    const finish = button("确认", () => this.confirm(id), { class: "nb-button nb-primary", "data-key": `finish-${id}` });
    return make("div", { class: "nb-reason" }, reason, finish);
  }

  /** @param {string | null} id */
  askReason(id) {
    this.reasonFor = id;
    this.noteReason(id, "");
    this.draw();
    this.reasonBox()?.focus();
  }

  /**
   * @param {string | null} id of the finding, `null` for none
   * @param {string} text
   */
  noteReason(id, text) {
    this.reason = text;
    writeNote(this.store, id === null ? null : { id, text });
  }

  /** @param {string} id */
  confirm(id) {
    const box = this.reasonBox();
    const reason = box?.value.trim();
    if (!reason) {
      box?.focus();
      return;
    }
    this.reasonFor = null;
    this.noteReason(null, "");
    this.send("confirm", { id, reason });
    this.root.focus();
  }
}
