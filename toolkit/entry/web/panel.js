// The bar and the list of findings are two views of one kind of widget.

import { Bar } from "./bar.js";
import { widgetOf } from "./elements.js";
import { FindingsList } from "./findings_list.js";

export default widgetOf((model, el, signal) =>
  model.get("view") === "bar" ? new Bar(model, el, signal) : new FindingsList(model, el, signal),
);
