// The bar and the list of findings are two views of one kind of widget.

import { Bar } from "./bar.js";
import { FindingsList } from "./findings_list.js";

/** @import { Model } from "./types.d.ts" */

export default {
  /** @param {{ model: Model<any>, el: HTMLElement }} shown */
  render({ model, el }) {
    const panel = model.get("view") === "bar" ? new Bar(model, el) : new FindingsList(model, el);
    return () => panel.stop();
  },
};
