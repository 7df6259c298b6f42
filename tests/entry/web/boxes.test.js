// Ordinary boxes beside the tables.

import assert from "node:assert/strict";
import { test } from "node:test";

class Box extends EventTarget {
  /**
   * @param {string} name the class that Python gives the box
   * @param {string} value
   */
  constructor(name, value) {
    super();
    Object.assign(this, { name, value, disabled: false, type: "text" });
  }

  closest() {
    return { className: `jupyter-widgets nb-at-${Reflect.get(this, "name")}` };
  }

  focus() {}
}
Object.assign(globalThis, {
  document: new EventTarget(),
  HTMLInputElement: Box,
  HTMLTextAreaElement: class {},
  HTMLSelectElement: class {},
});
const { replaceFigure } = await import("../../../toolkit/entry/web/boxes.js");

const DROPS = [
  { name: "channels-1-count", dropped: " 350余条\n", value: "350余条", why: "the count of a channel" },
  { name: "processing_fee-amount_yuan", dropped: "1,000元", value: "1,000元", why: "an amount" },
  { name: "processing_fee-notices", dropped: "", value: "0", why: "nothing that is text" },
  { name: "channels-1-name", dropped: "微信", value: "0", why: "a name takes it where it is dropped, by the browser" },
];

for (const { name, dropped, value, why } of DROPS)
  test(`${why}: a dropped figure replaces the one there`, () => {
    const box = new Box(name, "0");
    let heard = 0;
    box.addEventListener("input", () => {
      heard += 1;
    });
    const event = { dataTransfer: { getData: () => dropped }, preventDefault: () => undefined };
    replaceFigure(/** @type {any} */ (event), box);
    assert.deepEqual([Reflect.get(box, "value"), heard], [value, value === "0" ? 0 : 1]);
  });
