// 当前格: what was found in the cell with the keyboard, or how a figure of the text was read, beside the form and never over it.

import { composition } from "./composing.js";
import { button, make } from "./elements.js";
import { goTo, mendButtons, onForm, severityMark } from "./findings.js";

/** @import { Finding, Here, ListState, Mend, Model, PanelTraits } from "./types.d.ts" */

export class HereBox {
  /**
   * @param {Model<PanelTraits<ListState>>} model
   * @param {AbortSignal} signal
   */
  constructor(model, signal) {
    this.model = model;
    this.form = model.get("form_id");
    this.owner = "";
    this.box = make("div", { class: "nb-callout", hidden: true });
    onForm(model, "nianbao:here", signal, ({ here }) => composition.afterPress(here.owner, () => this.take(here)));
  }

  /** @param {Here} here */
  take({ owner, name, findings, lines = [], cells = [] }) {
    const empty = !findings.length && !lines.length;
    if (empty && owner !== this.owner) return; // another table has the keyboard by now
    this.owner = owner;
    this.box.hidden = empty;
    const head = make("p", { class: "nb-here-name" }, name);
    this.box.replaceChildren(head, ...findings.map((finding) => this.note(finding)), ...this.explanation(lines, cells));
  }

  /**
   * @param {[name: string, words: string][]} lines
   * @param {string[]} cells that can be gone to
   */
  explanation(lines, cells) {
    const rows = lines.map(([name, words]) =>
      make("div", { class: "nb-explained" }, make("span", {}, `${name}：`), make("span", {}, words)),
    );
    const go = () => goTo(this.form, { cells, where: "" });
    return lines.length && cells.length ? [...rows, button("到表中看", go)] : rows;
  }

  /** @param {Finding} finding */
  note(finding) {
    const note = make("div", { class: `nb-note nb-note-${finding.severity}` }, severityMark(finding.severity), finding.message);
    if (finding.next_step) note.append(" ", make("span", { class: "nb-next" }, finding.next_step));
    // the keyboard stays in the cell
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    const mends = mendButtons(
      finding,
      (mend) => this.press(finding, mend),
      () => ({ tabindex: "-1", onmousedown: stay, disabled: this.model.get("state").locked }),
    );
    note.append(...mends);
    return note;
  }

  /**
   * Ask the table to have a mend made: it has something to finish first.
   * @param {Finding} finding
   * @param {Mend} mend
   */
  press({ id }, mend) {
    document.dispatchEvent(
      new CustomEvent("nianbao:mend", { detail: { form: this.form, owner: this.owner, id, mend: mend.id } }),
    );
  }
}
