// The form of one request: its fields, answers in parts, reviews and lawsuits, the days of its deadline, letters and history.

import { composition } from "./composing.js";
import { button, make } from "./elements.js";
import { chooser } from "./register_chooser.js";
import { kept } from "./register_drafts.js";
import { LineTable } from "./register_lines.js";

/** @import { Draft, RegisterField, RegisterModel, RequestDetail } from "./types.d.ts" */

const LONG = ["subject", "note"];
const LINES = { parts: ["分次答复", "加一次答复"], disputes: ["复议和诉讼", "加一件"] };

export class RequestForm {
  /**
   * @param {RegisterModel} model
   * @param {(content: { kind: string, [name: string]: unknown }) => void} ask
   * @param {{ changed: () => void, leave: () => void }} owner
   */
  constructor(model, ask, owner) {
    this.model = model;
    this.ask = ask;
    this.owner = owner;
    this.form = make("form", { class: "nb-register-form", autocomplete: "off" });
    /** @type {Record<string, LineTable>} */
    this.tables = {};
    /** @type {Draft | null} what was sent to be kept, until it is answered */
    this.sent = null;
    this.drawn = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("input", () => this.noteDraft());
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.owner.leave();
    });
  }

  /** @returns {RequestDetail} */
  get detail() {
    return this.model.get("detail");
  }

  get state() {
    return kept(this.model.get("title"));
  }

  /** Show the request that Python has opened; what was typed into it before and not kept is put in again. */
  draw() {
    const { detail } = this;
    if (!detail.texts) {
      if (this.drawn) this.state.open = undefined; // at first a restarted kernel may have to open it again
      this.drawn = true;
      this.form.replaceChildren(make("p", { class: "nb-register-hint" }, "从左边选一件，或登记一件"));
      this.owner.changed();
      return;
    }
    const held = this.form.contains(document.activeElement) ? /** @type {HTMLInputElement} */ (document.activeElement).name : "";
    const { scrollTop } = this.form;
    this.drawn = true;
    this.settleSent();
    const same = this.state.open === detail.row;
    this.state.open = detail.row;
    for (const key of Object.keys(LINES))
      this.tables[key] = new LineTable(
        this.model.get("line_fields")[key],
        detail.lines[key] ?? [],
        () => this.outcomes(),
        () => this.noteDraft(),
      );
    this.unsaved = make("p", { class: "nb-register-unsaved-note", hidden: true }, "有改动还没有保存　", this.dropButton());
    this.form.replaceChildren(
      this.heading(detail),
      this.deadline(detail),
      this.unsaved,
      ...this.groups(detail),
      this.letters(detail),
      this.history(detail),
      this.actions(detail),
    );
    this.putIn(this.state.drafts.get(detail.row));
    this.noteDraft();
    const box = held && same ? this.form.elements.namedItem(held) : null;
    if (box instanceof HTMLElement) {
      this.form.scrollTop = scrollTop;
      box.focus({ preventScroll: true });
    } else {
      this.form.scrollTop = 0;
      /** @type {HTMLElement | null} */ (this.form.querySelector("input, textarea"))?.focus();
      if (this.form.getBoundingClientRect().top > window.innerHeight - 120) this.form.scrollIntoView({ block: "start" });
    }
  }

  /** @param {RequestDetail} detail */
  heading({ row, texts, voided }) {
    const text = row ? texts.number : "登记一件（还没有保存）";
    return make("h2", {}, text, voided ? `　已作废：${voided}` : "");
  }

  /** @param {RequestDetail} detail */
  groups({ texts }) {
    /** @type {HTMLElement[]} */
    const found = [];
    for (const field of this.model.get("fields")) {
      if (field.key === "attachments") for (const key of Object.keys(LINES)) found.push(this.lines(/** @type {"parts"} */ (key)));
      if (field.group || !found.length) found.push(this.group(field.group));
      found[found.length - 1].append(this.field(field, texts[field.key] ?? ""));
    }
    return found;
  }

  /**
   * @param {string} title
   * @param {Record<string, string>} [attributes]
   */
  group(title, attributes = {}) {
    return make("div", { class: "nb-register-group", role: "group", "aria-label": title, ...attributes }, make("h3", {}, title));
  }

  /** @param {"parts" | "disputes"} key */
  lines(key) {
    const [title, more] = LINES[key];
    const table = this.tables[key];
    const hint =
      key === "parts" ? "最后一次答复写在上面；之前先答复了一部分的，在这里一次一行" : "还没有审结的，审结日期和结果空着";
    const group = this.group(title, { class: "nb-register-group nb-register-lines", "data-key": key });
    group.append(
      make("p", { class: "nb-register-hint" }, hint),
      table.node,
      button(more, () => table.add()),
    );
    return group;
  }

  /**
   * @param {RegisterField} field
   * @param {string} text
   */
  field({ key, label, kind, choices }, text) {
    const long = kind === "lines" || LONG.includes(key);
    const box = long ? make("textarea", { name: key, rows: "2" }) : make("input", { name: key, type: "text" });
    box.value = text;
    box.id = `nb-register-${key}`;
    if (kind === "date") box.setAttribute("placeholder", "如 2022-03-05");
    const offered = key === "outcome" ? () => this.outcomes() : choices.length ? () => choices : null;
    const name = make("label", { for: box.id }, label);
    const row = make(
      "div",
      { class: "nb-register-box" },
      box,
      ...(offered ? [chooser(label, box, offered, () => this.noteDraft())] : []),
    );
    return make("div", { class: `nb-register-field${long ? " nb-register-long" : ""}`, "data-key": key }, name, row);
  }

  /** The outcomes of the edition that serves the year of the answer. */
  outcomes() {
    const answered = /** @type {HTMLInputElement | null} */ (this.form.elements.namedItem("answered_on"))?.value ?? "";
    const year = Number(/(?:^|\D)(20\d\d)/.exec(answered)?.[1] ?? new Date().getFullYear());
    const editions = this.model.get("editions");
    const found = editions.find(([first, last]) => first <= year && (!last || year <= last)) ?? editions[editions.length - 1];
    return found[2];
  }

  /** @param {RequestDetail} detail */
  deadline({ deadline, due, state, notes, days, row }) {
    const lines = days.map(([day, number, reason]) =>
      make(
        "tr",
        number ? { class: "nb-register-counted" } : {},
        make("td", {}, day),
        make("td", {}, number ? `第 ${number} 日` : "不计"),
        make("td", {}, reason || "工作日"),
      ),
    );
    const counted = make("details", {}, make("summary", {}, "怎样算的"), make("table", {}, make("tbody", {}, ...lines)));
    const parts = [make("span", { class: "nb-register-state" }, deadline), due ? `　到期日 ${due}` : ""];
    return make(
      "div",
      { class: `nb-register-deadline nb-register-${state}` },
      make("p", {}, ...(row ? parts : [`现在登记的，${parts[1].toString().trim()}`])),
      ...notes.map((note) => make("p", { class: "nb-register-late-note" }, note)),
      counted,
    );
  }

  /** @param {RequestDetail} detail */
  letters({ row, templates, likely }) {
    const choice = make("select", { name: "", "aria-label": "文书" }, ...templates.map((name) => make("option", {}, name)));
    if (templates.includes(likely)) choice.value = likely;
    const does = button("做文书", () => {
      if (this.state.drafts.has(row)) this.say({}, true, "请先保存，再做文书");
      else this.ask({ kind: "letter", row, template: choice.value });
    });
    return make(
      "div",
      { class: "nb-register-group nb-register-letters", hidden: !row },
      make("h3", {}, "文书"),
      make("p", { class: "nb-register-hint" }, "用单位的 Word 模板填好，放在台账旁边的文书文件夹里"),
      make("div", { class: "nb-register-box" }, choice, does),
    );
  }

  /** @param {RequestDetail} detail */
  history({ row, changes }) {
    const entries = changes.map(([at, who, kind, fields]) => {
      const lines = fields.map(([label, before, after]) =>
        make("li", {}, `${label}：`, ...(before ? [make("del", {}, before), " → "] : []), after || "（清空）"),
      );
      return make("li", {}, `${at}　${who}　${kind}`, make("ul", {}, ...lines));
    });
    const summary = make("summary", {}, `修改记录（${changes.length} 次）`);
    return make("details", { class: "nb-register-history", hidden: !row }, summary, make("ul", {}, ...entries));
  }

  /** @param {RequestDetail} detail */
  actions({ row, voided }) {
    const save = make("button", { type: "submit", class: "nb-button nb-register-main" }, "保存（Ctrl+S）");
    this.note = make("span", { class: "nb-register-note", role: "status" });
    const why = make("input", { type: "text", name: "", "aria-label": "作废原因", placeholder: "为什么作废？原因会留在台账里" });
    const asked = make(
      "div",
      { class: "nb-register-box", hidden: true },
      why,
      button("作废这一件", () => this.void(why)),
      button("不作废", () => {
        asked.hidden = true;
      }),
    );
    why.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.void(why);
    });
    const rest = voided
      ? [button("恢复，重新计数", () => this.ask({ kind: "restore", row }))]
      : [
          button("作废", () => {
            asked.hidden = false;
            why.focus();
          }),
        ];
    return make("div", { class: "nb-register-actions" }, save, ...(row ? rest : []), this.note, asked);
  }

  dropButton() {
    return button("放弃这些改动", () => {
      this.state.drafts.delete(this.detail.row);
      this.draw();
    });
  }

  /** @param {HTMLInputElement} why */
  void(why) {
    composition.finish();
    if (why.value.trim()) this.ask({ kind: "void", row: this.detail.row, reason: why.value });
    else this.say({}, true, "请写明为什么作废");
  }

  // ---- what was typed and is not kept

  texts() {
    const boxes = /** @type {HTMLInputElement[]} */ ([...this.form.querySelectorAll(".nb-register-field :is(input, textarea)")]);
    return Object.fromEntries(boxes.map((box) => [box.name, box.value]));
  }

  /** @returns {Record<string, string[][]>} */
  typedLines() {
    return Object.fromEntries(Object.entries(this.tables).map(([key, table]) => [key, table.values()]));
  }

  /** Remember what differs from the request as Python has it. */
  noteDraft() {
    const { detail } = this;
    if (!detail.texts) return;
    const texts = Object.entries(this.texts()).filter(([key, text]) => text !== (detail.texts[key] ?? ""));
    const lines = Object.entries(this.typedLines()).filter(([key, typed]) => !isSame(typed, detail.lines[key] ?? []));
    if (texts.length || lines.length)
      this.state.drafts.set(detail.row, { texts: Object.fromEntries(texts), lines: Object.fromEntries(lines) });
    else this.state.drafts.delete(detail.row);
    if (this.unsaved) this.unsaved.hidden = !this.state.drafts.has(detail.row);
    this.owner.changed();
  }

  /** @param {Draft | undefined} draft */
  putIn(draft) {
    for (const [key, text] of Object.entries(draft?.texts ?? {})) {
      const box = this.form.elements.namedItem(key);
      if (box instanceof HTMLInputElement || box instanceof HTMLTextAreaElement) box.value = text;
    }
    for (const [key, lines] of Object.entries(draft?.lines ?? {})) this.tables[key]?.show(lines);
  }

  save() {
    if (!this.detail.texts) return;
    composition.finish();
    this.sent = { row: this.detail.row, texts: this.texts(), lines: this.typedLines() };
    this.ask({ kind: "save", ...this.sent });
  }

  /** What was sent is kept now; only what was typed after it is still a draft. */
  settleSent() {
    const { sent } = this;
    this.sent = null;
    if (!sent || sent.row !== this.state.open) return;
    this.state.drafts.delete(sent.row ?? 0);
    const later = Object.entries(this.texts()).filter(([key, text]) => text !== sent.texts[key]);
    const lines = Object.entries(this.typedLines()).filter(([key, typed]) => !isSame(typed, sent.lines[key]));
    if (!later.length && !lines.length) return;
    this.state.drafts.set(this.detail.row, { texts: Object.fromEntries(later), lines: Object.fromEntries(lines) });
  }

  /**
   * Say at each field what is wrong with it.
   * @param {Record<string, string>} problems
   * @param {boolean} error
   * @param {string} [note]
   */
  say(problems, error, note = "") {
    if (error) this.sent = null;
    if (this.note) this.note.textContent = note || (Object.keys(problems).length ? "没有保存，请先改好标红的各项" : "");
    /** @type {Element | undefined} */
    let first;
    for (const field of /** @type {NodeListOf<HTMLElement>} */ (this.form.querySelectorAll("[data-key]"))) {
      const wrong = mark(field, problems[field.dataset.key ?? ""]);
      first ??= wrong;
    }
    if (first) composition.after(this.form, () => bringTo(/** @type {Element} */ (first)));
  }
}

/**
 * Mark a field as wrong, or as right again; of lines only the one that the problem counts (第 2 行).
 * @param {HTMLElement} field
 * @param {string | undefined} problem
 * @returns {Element | undefined} where the keyboard is needed
 */
function mark(field, problem) {
  field.querySelector("em")?.remove();
  for (const old of [field, ...field.querySelectorAll(".nb-register-line")]) old.classList.toggle("nb-register-wrong", false);
  for (const old of field.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
  if (!problem) return undefined;
  const line = field.querySelectorAll(".nb-register-line")[Number(/第 (\d+) /.exec(problem)?.[1] ?? 0) - 1];
  for (const wrong of [field, line]) wrong?.classList.add("nb-register-wrong");
  field.append(make("em", {}, problem));
  const box = (line ?? field).querySelector("input, textarea");
  box?.setAttribute("aria-invalid", "true");
  return box ?? field;
}

/** @param {Element} node */
function bringTo(node) {
  node.scrollIntoView({ block: "nearest" });
  if (node instanceof HTMLElement) node.focus();
}

/**
 * @param {string[][]} one
 * @param {string[][]} other
 */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
