// The register of requests: a list that is searched and filtered in the browser, and the form of one request beside it.

import { pastedBlock } from "./clipboard.js";
import { composition } from "./composing.js";
import { button, make, ownKeys, widgetOf } from "./elements.js";
import { kept } from "./register_drafts.js";
import { RequestForm } from "./register_form.js";

/** @import { RegisterModel, RegisterRow } from "./types.d.ts" */

const LONG_LEDGER = 3_000_000; // characters; ten megabytes end the connection with the kernel
const SHOWN = 60; // rows drawn at once, three windows full; more come as the list is scrolled
const LOOK_SECONDS = 15; // how often is asked whether a colleague has written
const PATIENCE_SECONDS = 8; // then it is said that the program does not answer
/** @type {[label: string, states: string[]][]} */
const FILTERS = [
  ["全部", []],
  ["已逾期", ["late"]],
  ["今天到期", ["today"]],
  ["三日内", ["today", "soon"]],
  ["在办", ["late", "today", "soon", "running", "waiting_correction", "waiting_fee"]],
  ["等待申请人", ["waiting_correction", "waiting_fee"]],
  ["已办结", ["closed"]],
  ["已作废", ["voided"]],
];
const HEADS = ["编号", "收到", "期限", "到期日", "类别", "申请人", "申请内容", "结果"];

class RegisterView {
  /**
   * @param {RegisterModel} model
   * @param {HTMLElement} el
   * @param {AbortSignal} signal
   */
  constructor(model, el, signal) {
    this.model = model;
    this.filter = 0;
    this.limit = SHOWN;
    this.search = make("input", {
      type: "search",
      class: "nb-register-search",
      placeholder: "查找编号、申请人、内容……",
      "aria-label": "查找",
    });
    this.chips = FILTERS.map((_, at) => button("", () => this.choose(at)));
    this.body = make("tbody");
    this.count = make("span", { class: "nb-register-count", role: "status" });
    this.said = make("p", { class: "nb-register-said", role: "alert" });
    this.pasting = make("div", { class: "nb-register-pasting", hidden: true }, ...this.pasteBox());
    this.request = new RequestForm(model, (content) => this.ask(content), {
      changed: () => this.mark(),
      leave: () => this.focusRow(),
    });
    this.list = make("div", { class: "nb-register-list" }, this.table());
    this.box = make(
      "div",
      { class: "nb-start nb-register" },
      this.head(),
      this.pasting,
      this.said,
      make("div", { class: "nb-register-body" }, this.list, this.request.form),
    );
    el.append(this.box);
    this.listen(signal);
    this.draw();
    this.request.draw();
    this.say();
    this.goOn();
  }

  head() {
    const create = button("登记一件", () => this.ask({ kind: "new" }), { class: "nb-button nb-register-main" });
    const paste = button("从 Excel 粘贴", () => this.togglePasting(), { title: "也可以直接在列表上按 Ctrl+V" });
    const refresh = button("刷新", () => this.ask({ kind: "refresh" }));
    return make(
      "div",
      { class: "nb-register-head" },
      make("h1", {}, this.model.get("title")),
      this.search,
      create,
      paste,
      refresh,
      make("div", { class: "nb-register-filters", role: "group", "aria-label": "筛选" }, ...this.chips, this.count),
    );
  }

  table() {
    const heads = HEADS.map((text) => make("th", { scope: "col" }, text));
    return make("table", { tabindex: "0", "aria-label": "申请" }, make("thead", {}, make("tr", {}, ...heads)), this.body);
  }

  pasteBox() {
    this.pasteArea = make("textarea", {
      rows: "2",
      class: "nb-paste-area",
      "aria-label": "粘贴处",
      placeholder: "在这里按 Ctrl+V",
    });
    const hint = "在 Excel 或 WPS 里选中台账的几行，连同列名一起复制，再在下面按 Ctrl+V。有一行读不准，就一行也不存。";
    return [make("p", {}, hint), this.pasteArea, button("不粘贴了", () => this.togglePasting())];
  }

  togglePasting() {
    this.pasting.hidden = !this.pasting.hidden;
    if (!this.pasting.hidden) this.pasteArea?.focus();
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const drawRows = () => composition.afterPress(this.body, () => this.draw());
    for (const [name, action] of Object.entries({
      "change:rows": drawRows,
      "change:voided": drawRows,
      "change:detail": () => composition.after(this, () => this.request.draw()),
      "change:message": () => this.say(),
    })) {
      this.model.on(name, action);
      signal.addEventListener("abort", () => this.model.off(name, action));
    }
    this.search.addEventListener("input", () => {
      this.limit = SHOWN;
      this.draw();
    });
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      this.body.rows[0]?.focus();
    });
    this.body.addEventListener("click", (event) => this.openRow(/** @type {Element} */ (event.target)));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("scroll", () => this.more());
    this.box.addEventListener("paste", (event) => this.paste(event));
    this.box.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      event.stopPropagation();
      this.request.save();
    });
    ownKeys(this.box);
    const looking = setInterval(() => document.hidden || this.model.send({ kind: "look" }), LOOK_SECONDS * 1000);
    signal.addEventListener("abort", () => {
      clearInterval(looking);
      clearTimeout(this.patience);
    });
    const leaving = (/** @type {Event} */ event) => {
      if (this.box.isConnected && kept(this.model.get("title")).drafts.size) event.preventDefault();
    };
    window.addEventListener("beforeunload", leaving, { signal });
  }

  /** After the kernel was restarted: the request that was open, with what was typed and not kept. */
  goOn() {
    const { open } = kept(this.model.get("title"));
    if (this.model.get("detail").texts || open === undefined) return;
    this.ask(open ? { kind: "open", row: open } : { kind: "new" });
  }

  /** @param {{ kind: string, [name: string]: unknown }} content */
  ask(content) {
    clearTimeout(this.patience);
    this.patience = setTimeout(
      () => this.tell("程序没有应答，还没有做。填的都还在这里：请稍等；一直不动，请按 F5 重新打开", true),
      PATIENCE_SECONDS * 1000,
    );
    this.model.send(content);
  }

  /** The rows of a filter. @param {number} at */
  rowsOf(at) {
    const states = FILTERS[at][1];
    /** @type {RegisterRow[]} */
    const rows = states.includes("voided") ? this.model.get("voided") : this.model.get("rows");
    return states.length ? rows.filter((row) => states.includes(row[3])) : rows;
  }

  /** The rows of the list that search and filter leave. */
  found() {
    const words = this.search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    return this.rowsOf(this.filter).filter((row) => {
      const text = row.slice(1).join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  draw() {
    const rows = this.found();
    const held = /** @type {HTMLElement | null} */ (document.activeElement);
    const row = held?.closest("tr[data-row]") && this.list.contains(held) ? held.dataset.row : undefined;
    this.body.replaceChildren(...rows.slice(0, this.limit).map((line) => this.line(line)));
    if (!rows.length) this.body.append(make("tr", {}, make("td", { colspan: HEADS.length }, this.nothing())));
    if (row) /** @type {HTMLElement | null} */ (this.body.querySelector(`tr[data-row="${row}"]`))?.focus();
    this.count.textContent = `列出 ${rows.length} 件，共 ${this.model.get("rows").length} 件`;
    for (const [at, chip] of this.chips.entries()) {
      const [label] = FILTERS[at];
      chip.textContent = at ? `${label} ${this.rowsOf(at).length}` : label;
      chip.setAttribute("aria-pressed", String(at === this.filter));
    }
    this.mark();
  }

  nothing() {
    if (this.model.get("rows").length || this.filter) return "没有符合的";
    return "还没有登记。按“登记一件”开始；已有 Excel 台账的，按“从 Excel 粘贴”；整本导入的，请管理员办理";
  }

  /** @param {RegisterRow} row */
  line([id, number, received, state, text, due, ...rest]) {
    const cells = [number, received, text, due, ...rest].map((value, at) =>
      make("td", at === 2 ? { class: "nb-register-state" } : {}, String(value)),
    );
    return make("tr", { class: `nb-register-${state}`, "data-row": id, tabindex: "-1" }, ...cells);
  }

  /** Mark the request that is open, and those with changes that are not kept. */
  mark() {
    const { drafts } = kept(this.model.get("title"));
    const open = this.model.get("detail").row;
    for (const line of this.body.rows) {
      line.classList.toggle("nb-register-open", Boolean(open) && line.dataset.row === String(open));
      line.classList.toggle("nb-register-unsaved", drafts.has(Number(line.dataset.row)));
    }
    this.box?.classList.toggle("nb-register-one", Boolean(this.model.get("detail").texts));
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

  focusRow() {
    const open = this.model.get("detail").row;
    const line = /** @type {HTMLElement | null} */ (this.body.querySelector(`tr[data-row="${open}"]`));
    (line ?? this.search).focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const lines = [...this.body.rows].filter((line) => line.dataset.row);
    const at = lines.indexOf(/** @type {HTMLTableRowElement} */ (document.activeElement));
    const page = Math.max(1, Math.floor(this.list.clientHeight / (lines[0]?.offsetHeight || 30)) - 2);
    /** @type {Record<string, number>} */
    const goes = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: lines.length - 1 };
    if (event.key in goes) {
      event.preventDefault();
      lines[Math.max(0, Math.min(lines.length - 1, goes[event.key]))]?.focus();
      if (event.key === "End") this.toTheEnd();
    } else if (event.key === "Enter" && at >= 0) this.openRow(lines[at]);
  }

  toTheEnd() {
    this.limit = this.found().length;
    this.draw();
    [...this.body.rows].at(-1)?.focus();
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    const target = /** @type {Element} */ (event.target);
    if (!event.clipboardData || (target !== this.pasteArea && target.closest("input, textarea"))) return;
    event.preventDefault();
    this.pasting.hidden = true;
    const length = event.clipboardData.getData("text/plain").length;
    if (length > LONG_LEDGER) {
      this.tell(`要粘贴的内容有 ${length} 个字，一次最多 ${LONG_LEDGER} 个，没有粘贴。请分几次粘贴`, true);
      return;
    }
    const lines = pastedBlock(event.clipboardData);
    if (lines.length) this.ask({ kind: "paste", lines });
  }

  say() {
    clearTimeout(this.patience);
    const { text = "", error = false, problems = {} } = this.model.get("message");
    this.tell(text, error);
    this.request.say(problems, error);
  }

  /**
   * @param {string} text
   * @param {boolean} error
   */
  tell(text, error) {
    this.said.textContent = text;
    this.said.classList.toggle("nb-register-error", error);
  }
}

export default widgetOf((model, el, signal) => new RegisterView(model, el, signal));
