// Printing the pages of the preview.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

class Element {}
const printed = { times: 0 };
const window = Object.assign(new EventTarget(), {
  print: () => {
    printed.times += 1;
  },
});
class Observer {
  observe() {}

  disconnect() {}
}
Object.assign(globalThis, { document: new EventTarget(), window, HTMLElement: Element, MutationObserver: Observer });
const { PreviewPages } = await import("../../../toolkit/entry/web/preview.js");

test("Ctrl+P, which JupyterLab hears too, opens one dialog", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const pages = { closest: () => null, querySelectorAll: () => [{}] };
  const form = {
    querySelector: (/** @type {string} */ name) => (name === ".nb-pages" ? pages : null),
    querySelectorAll: () => [],
  };
  const preview = new PreviewPages(/** @type {any} */ (form));
  preview.print();
  document.dispatchEvent(new Event("nianbao:print"));
  mock.timers.tick(100);
  assert.equal(printed.times, 1, "both at once");
  mock.timers.tick(300);
  document.dispatchEvent(new Event("nianbao:print"));
  mock.timers.tick(2000);
  assert.equal(printed.times, 1, "JupyterLab's came when the dialog was closed");
  preview.print();
  mock.timers.tick(100);
  assert.equal(printed.times, 2, "the next time");
  preview.stop();
  mock.timers.reset();
});
