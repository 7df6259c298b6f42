// Below a table of the annual form: which requests the cell under the keyboard counts; a press opens one in the register.

import { make, widgetOf } from "./elements.js";

/** @import { Model } from "./types.d.ts" */

const SHOWN = 60; // numbers of a cell; the others come at a press

/** @typedef {{ cells: Record<string, string[]>, labels: Record<string, string>, place: string, notebook: string, table: string }} Behind */

class BehindCell {
  /**
   * @param {Model<Behind> & { off(event: string, handler: () => void): void }} model
   * @param {HTMLElement} el
   * @param {AbortSignal} signal
   */
  constructor(model, el, signal) {
    this.model = model;
    this.box = make("div", { class: "nb-behind", role: "status" });
    this.address = "";
    this.all = false;
    el.append(this.box);
    const show = () => this.show();
    model.on("change:cells", show);
    signal.addEventListener("abort", () => model.off("change:cells", show));
    document.addEventListener("focusin", ({ target }) => this.focus(target), { signal });
    this.show();
  }

  /** @param {EventTarget | null} target */
  focus(target) {
    if (!(target instanceof Element) || target.closest(".nb-form") !== this.box.closest(".nb-form")) return;
    const address = target.closest("td[data-address]")?.getAttribute("data-address");
    if (!address?.startsWith(`${this.model.get("table")}.`) || address === this.address) return;
    this.address = address;
    this.all = false;
    this.show();
  }

  show() {
    const cells = this.model.get("cells");
    this.box.hidden = !Object.keys(cells).length;
    const numbers = cells[this.address] ?? [];
    const label = this.model.get("labels")[this.address];
    this.box.classList.toggle("nb-behind-cell", Boolean(label));
    if (!label) this.box.replaceChildren("点一格，这里列出台账里是哪几件");
    else if (!numbers.length) this.box.replaceChildren(`${label}：台账里没有`);
    else this.box.replaceChildren(`${label}：台账数得 ${numbers.length} 件　`, ...this.links(numbers));
  }

  /** @param {string[]} numbers */
  links(numbers) {
    const shown = this.all ? numbers : numbers.slice(0, SHOWN);
    const links = shown.map((number) => {
      const query = new URLSearchParams({ place: this.model.get("place"), number });
      return make("a", { href: `${this.model.get("notebook")}?${query}`, target: "nianbao-register" }, number);
    });
    const rest = make("button", { type: "button" }, `还有 ${numbers.length - shown.length} 件`);
    rest.addEventListener("click", () => {
      this.all = true;
      this.show();
    });
    return shown.length < numbers.length ? [...links, rest] : links;
  }
}

export default widgetOf((model, el, signal) => new BehindCell(model, el, signal));
