// 零填报: one press fills the blank cells of a table with 0, after a question.

import { button, make } from "./elements.js";

/** @import { Grid } from "./grid.js" */

export class ZeroFill {
  /** @param {Grid} grid */
  constructor(grid) {
    this.grid = grid;
    this.button = button("", () => this.ask());
    this.full = make("span", { class: "nb-full" }, "✓ 本表没有空格");
    this.question = make("div", { class: "nb-question", hidden: true });
  }

  draw() {
    const blanks = this.grid.blanks().length;
    this.button.textContent = `零填报：把 ${blanks} 个空格填为 0`;
    this.button.hidden = !blanks || this.grid.locked;
    this.full.hidden = Boolean(blanks);
  }

  ask() {
    const count = this.grid.blanks().length;
    const fill = button("全部填 0", () => this.fill(), { class: "nb-button nb-primary" });
    const leave = button("不填", () => this.close());
    this.question.replaceChildren(`本表有 ${count} 个空格。都没有发生、全部填 0 吗？填错了可以按 Ctrl+Z 撤销。`, fill, leave);
    this.question.hidden = false;
    fill.focus();
  }

  close() {
    this.question.hidden = true;
    this.button.focus();
  }

  fill() {
    this.question.hidden = true;
    const { grid } = this;
    const cells = grid.blanks();
    grid.wire.change(Object.fromEntries(cells.map((cell) => [cell.address, "0"])), true);
    grid.say(`已把 ${cells.length} 个空格填为 0`);
    grid.place(grid.active);
  }
}
