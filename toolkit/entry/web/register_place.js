// Brings the style of the register's start, and says what the page is about: the request that its address names, for a link of
// the annual form opens `request_register.ipynb?place=…&number=…`, or after a restart of the kernel the register that was open.

import { onePerPage } from "./elements.js";
import { limitPaste } from "./paste_limit.js";

/** @typedef {{ get(name: "place"): string, on(event: string, handler: () => void): void, send(content: unknown): void }} PlaceModel */

export default {
  /** @param {{ model: PlaceModel }} shown */
  render({ model }) {
    limitPaste();
    const state = onePerPage("register.place", () => ({ place: "", asked: false }));
    // JupyterLab rewrites its address; the page keeps the one that it was opened with
    const opened = performance.getEntriesByType("navigation")[0]?.name ?? location.href;
    const { searchParams } = new URL(opened, location.href);
    const number = state.asked ? "" : (searchParams.get("number") ?? "");
    const place = state.place || (number ? (searchParams.get("place") ?? "") : "");
    state.asked = true;
    state.place = model.get("place");
    model.on("change:place", () => {
      state.place = model.get("place");
    });
    if (place || number) model.send({ kind: "asked", place, number });
  },
};
