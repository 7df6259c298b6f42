// Where the page is scrolled to when a composition ends, and what waits while a button is held down.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

class Box {
  constructor() {
    this.isConnected = true;
    this.text = ""; // as a person or the browser changes it
    this.heard = ""; // by its widget
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
    this.heard = this.text;
    return true;
  }

  get value() {
    return this.text;
  }

  set value(text) {
    this.text = text;
  }

  get selectionEnd() {
    return this.text.length;
  }

  /**
   * @param {string} text
   * @param {number} start
   * @param {number} end
   */
  setRangeText(text, start, end) {
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
  }
}
const page = new EventTarget();
globalThis.document = /** @type {any} */ (Object.assign(new EventTarget(), { defaultView: page }));
globalThis.HTMLInputElement = /** @type {any} */ (Box);
globalThis.HTMLTextAreaElement = /** @type {any} */ (Box);
globalThis.Element = /** @type {any} */ (Box);
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

test("letters that Ctrl+Z takes back end the composition, though the browser does not say so", () => {
  const undone = Object.assign(new Event("input"), { inputType: "historyUndo", isComposing: false });
  Object.defineProperties(undone, { target: { value: box }, isTrusted: { value: true } });
  composition.keepQuiet(/** @type {any} */ (undone));
  assert.equal(composition.running, false);
});

for (const [data, kept, why] of [
  ["公开xin'xi", "已公开", "what was chosen is text"],
  ["xinxi", "已", "half-typed letters are none"],
  ["主动公开", "已主动公开", "dictation and handwriting compose words"],
])
  test(`a window that is closed in the middle of a composition: ${why}`, () => {
    box = new Box();
    box.text = "已";
    composition.begin(box);
    box.text = `已${data}`;
    composition.update(/** @type {any} */ ({ target: box, data }));
    page.dispatchEvent(new Event("pagehide"));
    assert.equal(box.text, kept);
    assert.equal(box.heard || "已", kept);
    assert.equal(composition.running, false);
  });

test("nothing is drawn while a button is held down; what its click draws is not held up", async () => {
  composition.finish();
  /** @type {string[]} */
  const drawn = [];
  composition.hold(new Box());
  composition.after("list", () => drawn.push("old answer"));
  composition.after("list", () => drawn.push("answer"));
  composition.letGo(/** @type {any} */ ({ type: "pointermove", buttons: 1 }));
  document.dispatchEvent(new Event("keyup")); // of the last key, which a fast typist lets go of after the press
  await new Promise((resolve) => setTimeout(resolve, 5));
  composition.resume();
  assert.deepEqual(drawn, []);
  composition.letGo(new Event("pointerup"));
  composition.letGo(new Event("click"));
  composition.after("place", () => drawn.push("place"));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(drawn, ["place", "answer"]);
});

test("a button that is released elsewhere holds nothing up", async () => {
  composition.finish();
  let drawn = 0;
  composition.hold(new Box());
  composition.after("list", () => drawn++);
  composition.letGo(/** @type {any} */ ({ type: "pointermove", buttons: 0 }));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(drawn, 1);
});
