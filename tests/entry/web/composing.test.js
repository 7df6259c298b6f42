// Where the page is scrolled to when a composition ends.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

class Box {
  constructor() {
    this.isConnected = true;
    this.value = "";
    this.parentElement = {
      scrollHeight: 900,
      clientHeight: 300,
      scrollTop: 200,
      scrollLeft: 0,
      parentElement: null,
      scrollTo: (/** @type {{ top: number }} */ { top }) => {
        this.parentElement.scrollTop = top;
      },
    };
  }

  closest() {
    return this;
  }

  dispatchEvent() {
    return true;
  }
}
globalThis.document = /** @type {any} */ (new EventTarget());
globalThis.HTMLInputElement = /** @type {any} */ (Box);
globalThis.HTMLTextAreaElement = /** @type {any} */ (Box);
globalThis.InputEvent = /** @type {any} */ (Event);
const { composition } = await import("../../../toolkit/entry/web/composing.js");

/** @type {any} */
let box;
const around = () => box.parentElement;
const key = () => composition.keepQuiet(/** @type {any} */ ({ type: "keydown", target: box, stopImmediatePropagation() {} }));
const end = () => composition.end(/** @type {any} */ ({ target: box, data: "公开" }));

beforeEach(() => {
  box = new Box();
  composition.begin(box);
});

test("a press that ends the composition leaves what was pressed under the mouse", () => {
  composition.press(new EventTarget());
  around().scrollTop = 0; // the browser scrolls the box into view
  end();
  assert.equal(around().scrollTop, 200);
  composition.close();
});

test("a scroll bar that was pressed does not end it, and where it was moved to stays", () => {
  composition.press(new EventTarget());
  around().scrollTop = 500;
  key();
  end();
  assert.equal(around().scrollTop, 500);
  composition.close();
});

test("a press in an earlier composition moves nothing in the next one", () => {
  composition.press(new EventTarget());
  composition.finish();
  around().scrollTop = 500;
  composition.begin(box);
  end();
  assert.equal(around().scrollTop, 500);
  composition.close();
});
