// Answers in parts, reviews and lawsuits: a small table in the form of a request, one line for each.

import { button, make } from "./elements.js";

export class LineTable {
  /**
   * @param {[label: string, choices: string[] | "outcome"][]} columns
   * @param {string[][]} lines
   * @param {() => string[]} outcomes what may be chosen where the choices are "outcome"
   * @param {() => void} changed
   */
  constructor(columns, lines, outcomes, changed) {
    this.columns = columns;
    this.outcomes = outcomes;
    this.changed = changed;
    this.node = make("div", { class: "nb-register-line-table" });
    this.show(lines);
  }

  /** @param {string[][]} lines */
  show(lines) {
    this.node.replaceChildren(...lines.map((line) => this.line(line)));
  }

  add() {
    const line = this.line(this.columns.map(() => ""));
    this.node.append(line);
    /** @type {HTMLElement | null} */ (line.querySelector("input, select"))?.focus();
    this.changed();
  }

  /** What the lines hold; a line without any text is none. */
  values() {
    const lines = [...this.node.children].map((line) =>
      [.../** @type {NodeListOf<HTMLInputElement>} */ (line.querySelectorAll("input, select"))].map((box) => box.value.trim()),
    );
    return lines.filter((line) => line.some(Boolean));
  }

  /** @param {string[]} texts */
  line(texts) {
    const cells = this.columns.map(([label, choices], at) =>
      make("label", {}, make("span", {}, label), this.box(label, choices, texts[at])),
    );
    const remove = button("删去", () => {
      line.remove();
      this.changed();
    });
    const line = make("div", { class: "nb-register-line" }, ...cells, remove);
    return line;
  }

  /**
   * @param {string} label
   * @param {string[] | "outcome"} choices
   * @param {string} text
   */
  box(label, choices, text) {
    if (!choices.length) {
      const placeholder = label.endsWith("日期") ? "如 2022-03-05" : false;
      const box = make("input", { type: "text", placeholder });
      box.value = text;
      return box;
    }
    const offered = choices === "outcome" ? this.outcomes() : choices;
    const all = text && !offered.includes(text) ? [text, ...offered] : offered;
    const box = make("select", {}, make("option", { value: "" }, "请选"), ...all.map((choice) => make("option", {}, choice)));
    box.value = text;
    box.addEventListener("change", () => this.changed());
    return box;
  }
}
