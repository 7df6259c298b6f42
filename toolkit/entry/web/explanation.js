// 这个数是怎么核对的: what a figure of the text was read as and compared with, below the text, after a click on the figure.
// In: `explanation` {start, text, lines, cells}. Out: messages explain, see wire.js; a press goes to the cells.

import { button, make } from "./elements.js";
import { goTo } from "./findings.js";

/** @import { Model, TextTraits } from "./types.d.ts" */
/** @import { Wire } from "./wire.js" */

export class Explanation {
  /** @param {Model<TextTraits>} model */
  constructor(model) {
    this.model = model;
    this.box = make("div", { class: "nb-explanation", role: "status", "aria-live": "polite", hidden: true });
    this.start = -1; // of the figure that was asked about, in characters
    model.on("change:explanation", () => this.draw());
  }

  /**
   * @param {Wire} wire which sends what was typed before
   * @param {number} start
   */
  ask(wire, start) {
    this.start = start;
    wire.ask("explain", { start });
    this.draw();
  }

  hide() {
    this.start = -1;
    this.draw();
  }

  draw() {
    const { start, text, lines = [], cells = [] } = this.model.get("explanation");
    this.box.hidden = this.start < 0 || start !== this.start || !lines.length;
    if (this.box.hidden) return;
    const head = make("p", { class: "nb-explanation-head" }, `“${text}”是怎么核对的`);
    const rows = lines.flatMap(([name, words]) => [make("dt", {}, name), make("dd", {}, words)]);
    const tools = make(
      "p",
      {},
      button("收起", () => this.hide()),
    );
    if (cells.length)
      tools.prepend(
        button("到表中看", () => this.goToCells(cells)),
        " ",
      );
    this.box.replaceChildren(head, make("dl", {}, ...rows), tools);
  }

  /** @param {string[]} cells */
  goToCells(cells) {
    goTo(this.model.get("form_id"), { cells, where: "" });
  }
}
