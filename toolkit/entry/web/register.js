// The register of requests: a list that is searched and filtered in the browser, and the form of one request beside it.

import { tabbed } from "./clipboard.js";
import { composition } from "./composing.js";
import { button, make } from "./elements.js";

const SHOWN = 200; // rows drawn at once; more come as the list is scrolled
const FILTERS = /** @type {const} */ ([
  ["全部", []],
  ["已逾期", ["late"]],
  ["今天到期", ["today"]],
  ["三日内", ["today", "soon"]],
  ["在办", ["late", "today", "soon", "running", "waiting_correction", "waiting_fee"]],
  ["等待申请人", ["waiting_correction", "waiting_fee"]],
  ["已办结", ["closed"]],
]);
const HEADS = ["编号", "收到", "期限", "到期日", "类别", "申请人", "申请内容", "结果"];

class RegisterView {
  /**
   * @param {any} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.filter = 0;
    this.limit = SHOWN;
    this.search = make("input", {
      type: "search",
      class: "nb-register-search",
      placeholder: "查找编号、申请人、内容……",
      "aria-label": "查找",
    });
    this.filters = make("div", { class: "nb-register-filters", role: "group", "aria-label": "筛选" });
    this.body = make("tbody");
    this.count = make("p", { class: "nb-register-count", role: "status" });
    this.said = make("p", { class: "nb-register-said", role: "alert" });
    this.form = make("form", { class: "nb-register-form" });
    this.list = make("div", { class: "nb-register-list" }, this.table());
    this.box = make(
      "div",
      { class: "nb-start nb-register" },
      this.head(),
      this.said,
      make("div", { class: "nb-register-body" }, this.list, this.form),
    );
    this.box.dataset.lmSuppressShortcuts = "true";
    el.append(this.box);
    this.listen();
    this.draw();
    this.drawDetail();
    this.say();
  }

  head() {
    const create = button("登记一件", () => this.ask({ kind: "new" }));
    const refresh = button("刷新", () => this.ask({ kind: "refresh" }));
    const hint = make("span", { class: "nb-register-hint" }, "从 Excel 复制带列名的几行，在列表上按 Ctrl+V 存入");
    return make(
      "div",
      { class: "nb-register-head" },
      make("h1", {}, this.model.get("title")),
      this.search,
      create,
      refresh,
      this.filters,
      this.count,
      hint,
    );
  }

  table() {
    const heads = HEADS.map((text) => make("th", { scope: "col" }, text));
    return make("table", { tabindex: "0", "aria-label": "申请" }, make("thead", {}, make("tr", {}, ...heads)), this.body);
  }

  listen() {
    this.changes = /** @type {[string, () => void][]} */ ([
      ["change:rows", () => this.draw()],
      ["change:detail", () => composition.after(this, () => this.drawDetail())],
      ["change:message", () => this.say()],
    ]);
    for (const [name, action] of this.changes) this.model.on(name, action);
    this.search.addEventListener("input", () => {
      this.limit = SHOWN;
      this.draw();
    });
    this.body.addEventListener("click", (event) => this.openRow(/** @type {Element} */ (event.target)));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("paste", (event) => this.paste(event));
    this.list.addEventListener("scroll", () => this.more());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.box.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
      event.preventDefault();
      this.save();
    });
  }

  /** @param {Record<string, unknown>} content */
  ask(content) {
    this.model.send(content);
  }

  /** The rows of the list that search and filter leave. */
  found() {
    const words = this.search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const states = /** @type {readonly string[]} */ (FILTERS[this.filter][1]);
    return this.model.get("rows").filter((/** @type {any[]} */ row) => {
      if (states.length && !states.includes(row[3])) return false;
      const text = row.slice(1).join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  draw() {
    const rows = this.found();
    this.body.replaceChildren(...rows.slice(0, this.limit).map((/** @type {any[]} */ row) => this.line(row)));
    this.count.textContent = `共 ${this.model.get("rows").length} 件，列出 ${rows.length} 件`;
    const chips = FILTERS.map(([label], at) =>
      button(label, () => this.choose(at), { "aria-pressed": String(at === this.filter) }),
    );
    this.filters.replaceChildren(...chips);
  }

  /** @param {any[]} row */
  line([id, number, received, state, text, due, ...rest]) {
    const cells = [number, received, text, due, ...rest].map((value, at) =>
      make("td", at === 2 ? { class: "nb-register-state" } : {}, String(value)),
    );
    return make("tr", { class: `nb-register-${state}`, "data-row": id, tabindex: "-1" }, ...cells);
  }

  /** @param {number} at */
  choose(at) {
    this.filter = at;
    this.limit = SHOWN;
    this.draw();
  }

  more() {
    const { scrollTop, clientHeight, scrollHeight } = this.list;
    if (scrollTop + clientHeight < scrollHeight - 200 || this.limit >= this.found().length) return;
    this.limit += SHOWN;
    this.draw();
  }

  /** @param {Element} target */
  openRow(target) {
    const line = target.closest("tr");
    if (line?.dataset.row) this.ask({ kind: "open", row: Number(line.dataset.row) });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const lines = /** @type {HTMLElement[]} */ ([...this.body.rows]);
    const at = lines.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      lines[Math.max(0, Math.min(lines.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
    } else if (event.key === "Enter" && at >= 0) this.openRow(lines[at]);
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    event.preventDefault();
    const lines = tabbed(event.clipboardData?.getData("text/plain") ?? "");
    if (lines.length) this.ask({ kind: "paste", lines });
  }

  // ---- one request

  drawDetail() {
    const detail = this.model.get("detail");
    if (!detail.texts) {
      this.form.replaceChildren(make("p", { class: "nb-register-hint" }, "从左边选一件，或登记一件"));
      return;
    }
    const boxes = this.model.get("fields").map((/** @type {any} */ field) => this.field(field, detail.texts[field.key] ?? ""));
    const actions = [make("button", { type: "submit", class: "nb-button" }, "保存（Ctrl+S）")];
    if (detail.row) actions.push(button("作废", () => this.void()));
    this.form.replaceChildren(
      this.deadline(detail),
      ...boxes,
      make("div", { class: "nb-register-actions" }, ...actions),
      this.history(detail),
    );
    /** @type {HTMLElement | null} */ (this.form.querySelector("input, textarea"))?.focus();
  }

  /**
   * @param {any} field
   * @param {string} text
   */
  field({ key, label, kind, choices }, text) {
    const long = kind === "lines" || key === "subject" || key === "note";
    const box = long ? make("textarea", { name: key, rows: "2" }) : make("input", { name: key, type: "text" });
    box.value = text;
    if (kind === "date") box.setAttribute("placeholder", "如 2022-03-05");
    const parts = [make("span", {}, label), box];
    if (choices.length) {
      const list = `nb-register-${key}`;
      box.setAttribute("list", list);
      parts.push(make("datalist", { id: list }, ...choices.map((/** @type {string} */ value) => make("option", { value }))));
    }
    return make("label", { class: "nb-register-field", "data-key": key }, ...parts);
  }

  /** @param {any} detail */
  deadline({ deadline, due, state, notes, days }) {
    const rows = days.map((/** @type {any[]} */ [day, number, reason]) =>
      make("tr", {}, make("td", {}, day), make("td", {}, number ? `第 ${number} 日` : ""), make("td", {}, reason)),
    );
    const counted = make("details", {}, make("summary", {}, "怎样算的"), make("table", {}, make("tbody", {}, ...rows)));
    const head = make(
      "p",
      { class: `nb-register-${state}` },
      make("span", { class: "nb-register-state" }, deadline),
      due ? `　${due}` : "",
    );
    return make(
      "div",
      { class: "nb-register-deadline" },
      head,
      ...notes.map((/** @type {string} */ note) => make("p", {}, note)),
      counted,
    );
  }

  /** @param {any} detail */
  history({ history }) {
    const lines = history.map((/** @type {string[]} */ entry) => make("li", {}, entry.join("　")));
    return make("details", {}, make("summary", {}, `修改记录（${history.length}）`), make("ul", {}, ...lines));
  }

  save() {
    const detail = this.model.get("detail");
    if (!detail.texts) return;
    composition.finish();
    const boxes = /** @type {HTMLInputElement[]} */ ([...this.form.querySelectorAll("input, textarea")]);
    this.ask({ kind: "save", row: detail.row, texts: Object.fromEntries(boxes.map((box) => [box.name, box.value])) });
  }

  void() {
    const reason = window.prompt("为什么作废？原因会留在台账里");
    if (reason) this.ask({ kind: "void", row: this.model.get("detail").row, reason });
  }

  say() {
    const { text = "", error = false, problems = {} } = this.model.get("message");
    this.said.textContent = text;
    this.said.classList.toggle("nb-register-error", error);
    for (const label of this.form.querySelectorAll("label")) {
      const problem = problems[label.dataset.key ?? ""];
      label.classList.toggle("nb-register-wrong", Boolean(problem));
      label.querySelector("em")?.remove();
      if (problem) label.append(make("em", {}, problem));
    }
  }

  stop() {
    for (const [name, action] of this.changes ?? []) this.model.off(name, action);
  }
}

export default {
  /** @param {{ model: any, el: HTMLElement }} shown */
  render({ model, el }) {
    const view = new RegisterView(model, el);
    return () => view.stop();
  },
};
