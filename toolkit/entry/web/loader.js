// Loads the module of a widget when it is drawn, once a page. anywidget (0.11) throws away every later message to a widget whose
// own module took two seconds, as a large one may on a busy machine: this one is small, and those that follow it get more time.

import { onePerPage } from "./elements.js";

/** @typedef {{ default: { render(shown: unknown): unknown } }} WidgetModule */

const WIDGET_MS = 2000;

/** @type {Map<string, Promise<WidgetModule>>} by source */
const modules = onePerPage("modules", () => {
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms === WIDGET_MS ? 60 * ms : ms);
  return new Map();
});

export default {
  /** @param {{ model: { get(name: "module"): string } }} shown */
  async render(shown) {
    const source = shown.model.get("module");
    const module = modules.get(source) ?? import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    modules.set(source, module);
    return (await module).default.render(shown);
  },
};
