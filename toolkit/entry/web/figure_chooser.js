// 插入表内数字: find a figure of the tables by the words of its label, and put it into the text.

import { button, make } from "./elements.js";

/** @import { OfferedFigure } from "./types.d.ts" */

export class FigureChooser {
  /**
   * @param {() => OfferedFigure[]} figures what is on offer
   * @param {(figure: OfferedFigure) => void} use
   * @param {() => void} close
   */
  constructor(figures, use, close) {
    this.figures = figures;
    this.use = use;
    this.close = close;
    this.box = make("div", { class: "nb-chooser", hidden: true });
    this.filter = make("input", { type: "search", "aria-label": "查找表内数字", placeholder: "查找，如：新收 总计" });
    this.list = make("select", { size: "8", "aria-label": "表内数字" });
    const help = make("p", { class: "nb-help" }, "插入的数字会跟着表格走：表里改了，文中一并改。");
    const insert = button("插入", () => this.take(), { class: "nb-button nb-primary" });
    this.box.append(help, this.filter, this.list, insert);
    this.filter.addEventListener("input", () => this.fill());
    this.filter.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("dblclick", () => this.take());
  }

  get open() {
    return !this.box.hidden;
  }

  show() {
    this.box.hidden = false;
    this.filter.value = "";
    this.fill();
    this.filter.focus();
  }

  hide() {
    this.box.hidden = true;
  }

  /** List the figures whose labels have all the words. */
  fill() {
    const words = this.filter.value.trim().split(/\s+/);
    const fitting = this.figures().filter((figure) => words.every((word) => figure.label.includes(word)));
    this.list.replaceChildren(
      ...fitting.map(({ address, label, text }) => make("option", { value: address }, `${label}　${text}`)),
    );
    this.list.selectedIndex = fitting.length ? 0 : -1;
  }

  take() {
    const figure = this.figures().find((item) => item.address === this.list.value);
    if (figure) this.use(figure);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown" && event.target === this.filter) this.list.focus();
    else if (event.key === "Enter") {
      event.preventDefault();
      this.take();
    }
  }
}
