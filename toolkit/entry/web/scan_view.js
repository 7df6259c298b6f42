// The cut-out of a scan beside the cell with the keyboard, while that cell waits to be confirmed.
// In: `state.waiting`, the addresses that wait, and `scans`, their pictures. Out: the message "scan" for a cell that is confirmed.

import { make } from "./elements.js";

/** @import { Grid } from "./grid.js" */
/** @import { Cell } from "./types.d.ts" */

const HINT = "扫描件上的这一格。回车确认，直接输入改正，F8 下一处";
const UNCLEAR = "扫描件上的这一格看不清。照图输入，F8 下一处";

export class ScanView {
  /** @param {Grid} grid */
  constructor(grid) {
    this.grid = grid;
    this.picture = make("img", { alt: "从扫描件截下的这一格" });
    this.hint = make("figcaption", {}, HINT);
    this.figure = make("figure", { class: "nb-scan" }, this.picture, this.hint);
  }

  /** @param {Cell} cell */
  waits(cell) {
    return this.grid.model.get("state").waiting.includes(cell.address);
  }

  draw() {
    const { active, model } = this.grid;
    const source = model.get("scans")[active.address];
    if (!source || !this.waits(active)) {
      this.figure.remove();
      return;
    }
    if (this.picture.getAttribute("src") !== source) this.picture.setAttribute("src", source);
    this.hint.textContent = this.grid.text(active) === "" ? UNCLEAR : HINT;
    if (this.figure.parentElement !== active.td) active.td.append(this.figure);
  }

  /** Confirm the active cell, unless it is blank, and go to the next one that waits. */
  confirm() {
    const { grid } = this;
    const { active } = grid;
    if (!grid.locked && grid.text(active) !== "") grid.wire.ask("scan", { address: active.address });
    const after = grid.order.slice(grid.order.indexOf(active) + 1).find((cell) => this.waits(cell));
    if (after) grid.place(after);
    else grid.moveDown(1, false);
  }
}
