// The bar that is always in view: progress, counts, 下一处, undo, save. In: `state`. Out: messages undo, redo, save.

import { BoxKeeper } from "./boxes.js";
import { composition } from "./composing.js";
import { button, formOf, keepKeys, make, say } from "./elements.js";
import { onForm, onGoTo, SEVERITIES, SEVERITY_NAMES, sendTo, severityMark } from "./findings.js";
import { PageCopy } from "./page_copy.js";
import { limitPaste } from "./paste_limit.js";
import { PlaceKeeper } from "./place.js";
import { PreviewPages } from "./preview.js";

/** @import { BarState, Model, PanelTraits, Place } from "./types.d.ts" */

const SPEAK_MS = 900; // a pause in the typing; then the counts are spoken
const LOST =
  "与程序的连接断开了。已填的内容都在本机保存着：请点顶部菜单“运行”→“运行所有单元格”，表格会带着您最后的改动重新打开。";
const LOST_IN_VOILA = "与程序的连接断开了。已填的内容都在本机保存着：请刷新本页，再打开这份年报，表格会带着您最后的改动。"; // a page without menus

export class Bar {
  /**
   * @param {Model<PanelTraits<BarState>>} model
   * @param {HTMLElement} el
   * @param {AbortSignal} signal
   */
  constructor(model, el, signal) {
    this.model = model;
    this.el = el;
    /** @type {HTMLElement | null} */
    this.form = null;
    /** @type {boolean | undefined} */
    this.alerted = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.speaking = undefined;
    /** @type {PreviewPages | undefined} */
    this.preview = undefined;
    /** @type {BoxKeeper | undefined} */
    this.boxes = undefined;
    this.name = make("span", { class: "nb-bar-name" });
    this.progress = make("progress", { "aria-label": "填报进度" });
    this.filled = make("span");
    this.counts = make("span", { class: "nb-bar-counts" });
    this.next = button("下一处", () => this.askNext(1), { title: "F8，往回 Shift+F8" });
    this.undo = button("撤销", () => this.send("undo"));
    this.redo = button("重做", () => this.send("redo"));
    this.saved = make("span", { class: "nb-bar-saved" });
    this.save = button("保存", () => this.send("save"), { "aria-label": "保存改动", title: "Ctrl+S" });
    this.spoken = make("span", { class: "nb-unseen", role: "status", "aria-live": "polite" });
    this.lost = make(
      "div",
      { class: "nb-lost", role: "alert", hidden: true },
      document.body.dataset.voila ? LOST_IN_VOILA : LOST,
    );
    this.message = make("div", { class: "nb-told", role: "alert", hidden: true });
    this.build(el);
    this.listen(signal);
    this.draw();
  }

  /** @param {HTMLElement} el */
  build(el) {
    keepKeys(el);
    const progress = make("span", { class: "nb-progress" }, this.progress, this.filled);
    const end = make("span", { class: "nb-bar-end" }, this.saved, this.save);
    const items = [this.name, progress, this.counts, this.next, this.undo, this.redo, end];
    const line = make("div", { class: "nb-bar", role: "group", "aria-label": "进度和检查" }, ...items);
    el.append(make("div", { class: "nb-bar-outer" }, line, this.lost, this.message, this.spoken));
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.model.on("change:state", () => this.draw());
    document.addEventListener("keydown", (event) => this.key(event), { signal, capture: true }); // before a cell or text keeps the key
    onForm(this.model, "nianbao:lost", signal, (detail) => {
      this.lost.hidden = !detail.lost;
    });
    onGoTo(this.model, signal, (place) => this.goToField(place));
    // the clerk looks elsewhere or closes the window: what was typed is written
    const leave = () => {
      if (document.visibilityState !== "hidden") return;
      document.dispatchEvent(new Event("nianbao:leave")); // tables and texts first
      this.send("leave");
    };
    document.addEventListener("visibilitychange", leave, { signal });
    window.addEventListener("pagehide", leave, { signal });
    requestAnimationFrame(() => this.settleIn(signal));
  }

  /**
   * What is sticky stops at the padding of whatever scrolls; the notebook's padding would leave a gap beside it.
   * @param {AbortSignal} signal
   */
  settleIn(signal) {
    const form = formOf(this.el);
    if (!form || signal.aborted) return;
    this.form = form;
    const scroller = scrollerOf(form);
    if (scroller) {
      const { paddingTop, paddingBottom } = getComputedStyle(scroller);
      form.style.setProperty("--nb-top", `-${paddingTop}`);
      form.style.setProperty("--nb-bottom", `-${paddingBottom}`);
    }
    // heads of tables, the list and what is scrolled to stop below the bar, which grows when it has something to say
    const measure = new ResizeObserver(() => form.style.setProperty("--nb-bar", `${this.el.offsetHeight}px`));
    measure.observe(this.el);
    signal.addEventListener("abort", () => measure.disconnect());
    const id = this.model.get("form_id");
    this.preview = new PreviewPages(form, signal);
    new PageCopy(form, signal);
    limitPaste();
    this.boxes = new BoxKeeper(
      id,
      form,
      signal,
      () => this.model.get("state"),
      (box) => this.send("settle", { box }),
    );
    new PlaceKeeper(id, form, signal, scroller ?? document.scrollingElement);
  }

  /**
   * @param {string} kind
   * @param {Record<string, unknown>} [more]
   */
  send(kind, more) {
    sendTo(this.model, { kind, ...more });
  }

  /**
   * Keys of the whole form, wherever the keyboard is; tables and texts have something to finish before they are saved.
   * @param {KeyboardEvent} event
   */
  key(event) {
    const held = document.activeElement;
    if (!held || !(this.form?.contains(held) || held.contains(this.form))) return;
    const own = held.matches(".nb-editor, .nb-text-area");
    const control = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
    if (event.key === "F8") this.askNext(event.shiftKey ? -1 : 1);
    else if (control === "s" && !own) this.send("save");
    else if (control === "p") this.preview?.print();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {1 | -1} by */
  askNext(by) {
    document.dispatchEvent(new CustomEvent("nianbao:next", { detail: { form: this.model.get("form_id"), by } }));
  }

  /**
   * Ordinary fields carry their path as a class.
   * @param {Place} place
   */
  goToField(place) {
    if (!place.where || place.cells.length) return;
    const name = `[class*="nb-at-${CSS.escape(place.where.replace(/\./g, "-"))}"]`;
    const tags = ["input", "textarea", "select", "button"].map((tag) => `${name} ${tag}`);
    const field = /** @type {HTMLElement | null | undefined} */ (this.form?.querySelector(tags.join()));
    field?.focus();
    field?.scrollIntoView({ block: "center" });
  }

  draw() {
    const state = this.model.get("state");
    const { counts } = state;
    this.boxes?.answered();
    say(this.name, state.name);
    this.name.title = state.name; // a long name ends in an ellipsis
    this.progress.max = state.total || 1;
    this.progress.value = state.filled;
    say(this.filled, `已填 ${state.filled}/${state.total} 格`);
    this.counts.replaceChildren(...SEVERITIES.map((kind) => countOf(kind, counts[kind])));
    this.next.disabled = !Object.values(counts).some((count) => count);
    this.form?.classList.toggle("nb-form-locked", state.locked);
    this.undo.disabled = !state.can_undo;
    this.redo.disabled = !state.can_redo;
    this.save.disabled = !state.can_save;
    say(this.saved, state.saved);
    this.saved.classList.toggle("nb-bar-unsaved", state.saved_kind === "unsaved");
    if (state.alert && this.alerted === false) this.showAlert(20);
    this.alerted = state.alert;
    this.message.hidden = !state.message;
    say(this.message, state.message);
    this.speak(SEVERITIES.map((kind) => `${SEVERITY_NAMES[kind]} ${counts[kind]}`).join("，"));
  }

  /** @param {string} text */
  speak(text) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => say(this.spoken, text), SPEAK_MS);
  }

  /**
   * Show what has to be chosen: it is above the form, perhaps out of sight, and drawn a moment later.
   * @param {number} tries
   */
  showAlert(tries) {
    if (composition.running) {
      composition.after(this, () => this.showAlert(tries));
      return;
    }
    const box = /** @type {HTMLElement | null | undefined} */ (this.form?.querySelector(".nb-alerts"));
    if (!box?.offsetHeight) {
      if (tries) setTimeout(() => this.showAlert(tries - 1), 50);
      return;
    }
    box.tabIndex = -1;
    box.focus({ preventScroll: true });
    box.scrollIntoView({ block: "start" });
  }
}

/**
 * @param {import("./types.d.ts").Severity} severity
 * @param {number} count
 */
function countOf(severity, count) {
  return make("span", { class: `nb-count-${severity}` }, severityMark(severity), `${SEVERITY_NAMES[severity]} ${count}`);
}

/**
 * What scrolls around an element.
 * @param {HTMLElement} element
 */
function scrollerOf(element) {
  let scroller = element.parentElement;
  while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
  return scroller;
}
