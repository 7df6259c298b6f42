// 这个数是怎么核对的: what a figure of the text was read as and compared with, shown beside the form after a click on the figure.
// In: `explanation` {start, text, lines, cells}. Out: messages explain, see wire.js.

import { showHere } from "./findings.js";

/** @import { Model, TextTraits } from "./types.d.ts" */
/** @import { Wire } from "./wire.js" */

export class Explanation {
  /** @param {Model<TextTraits>} model */
  constructor(model) {
    this.model = model;
    this.start = -1; // of the figure that was asked about, in characters
    this.shown = false;
    model.on("change:explanation", () => this.show());
  }

  /**
   * @param {Wire} wire which sends what was typed before
   * @param {number} start
   */
  ask(wire, start) {
    this.start = start;
    wire.ask("explain", { start });
    this.show();
  }

  hide() {
    this.start = -1;
    this.show();
  }

  show() {
    const { start, text, lines = [], cells = [] } = this.model.get("explanation");
    const found = this.start >= 0 && start === this.start && lines.length > 0;
    if (!found && !this.shown) return;
    this.shown = found;
    const name = found ? `“${text}”是怎么核对的` : "";
    const owner = `narrative.${this.model.get("part")}`;
    showHere(this.model.get("form_id"), { owner, name, findings: [], lines: found ? lines : [], cells });
  }
}
