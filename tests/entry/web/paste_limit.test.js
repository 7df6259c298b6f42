// What is too long for a box, and files, are refused however they come.

import assert from "node:assert/strict";
import { test } from "node:test";

class FakeElement {
  constructor(inForm = true) {
    this.inForm = inForm;
    this.complaint = "";
  }

  closest() {
    return this.inForm ? this : null;
  }

  matches() {
    return false;
  }

  querySelector() {
    return new Input();
  }

  reportValidity() {}

  addEventListener() {}

  /** @param {string} sentence */
  setCustomValidity(sentence) {
    this.complaint = sentence;
  }
}
class Input extends FakeElement {}
/** @type {Map<string, (event: object) => void>} */
const listeners = new Map();
Object.assign(globalThis, {
  Element: FakeElement,
  HTMLInputElement: Input,
  HTMLTextAreaElement: class extends FakeElement {},
  document: {
    addEventListener: (/** @type {string} */ kind, /** @type {(event: object) => void} */ act) => listeners.set(kind, act),
  },
});
const { limitPaste } = await import("../../../toolkit/entry/web/paste_limit.js");
limitPaste();

/**
 * Whether the browser is kept from what it would do.
 * @param {string} kind
 * @param {FakeElement} target
 * @param {object} more
 */
function isRefused(kind, target, more) {
  let refused = false;
  const refuse = () => {
    refused = true;
  };
  listeners.get(kind)?.({ target, preventDefault: refuse, stopPropagation() {}, stopImmediatePropagation() {}, ...more });
  return refused;
}

/** @param {number} length */
const text = (length) => ({ getData: () => "9".repeat(length), types: ["text/plain"], dropEffect: "copy" });

test("ten thousand characters are no name, pasted or dropped", () => {
  const box = new Input();
  assert.equal(isRefused("paste", box, { clipboardData: text(10_000) }), true);
  assert.match(box.complaint, /要粘贴的内容有 10000 个字，这里最多 2000 个，没有粘贴/);
  assert.equal(isRefused("drop", box, { dataTransfer: text(10_000) }), true);
  assert.match(box.complaint, /没有拖入/);
  assert.equal(isRefused("drop", box, { dataTransfer: text(20) }), false);
  assert.equal(isRefused("drop", new FakeElement(), { dataTransfer: text(10_000) }), true, "a cell of a table");
  assert.equal(isRefused("drop", new Input(false), { dataTransfer: text(10_000) }), false, "a box of JupyterLab");
});

test("a file is not dropped on the form, text is", () => {
  const file = { ...text(0), types: ["Files"] };
  assert.equal(isRefused("dragover", new FakeElement(), { dataTransfer: file }), true);
  assert.equal(file.dropEffect, "none");
  assert.equal(isRefused("dragover", new FakeElement(false), { dataTransfer: file }), false, "JupyterLab's list of files");
  assert.equal(isRefused("dragover", new FakeElement(), { dataTransfer: text(3) }), false);
});

test("what has no text takes nothing away from a box", () => {
  const data = (/** @type {Record<string, string>} */ texts) => ({
    clipboardData: { getData: (/** @type {string} */ kind) => texts[kind] ?? "" },
  });
  const box = new Input();
  assert.equal(isRefused("paste", box, data({})), true);
  assert.match(box.complaint, /没有文字（可能是图片或文件），没有粘贴/);
  assert.equal(isRefused("paste", box, data({ "text/html": "<img src=x>" })), true);
  assert.equal(isRefused("paste", box, data({ "text/plain": "12" })), false);
  assert.equal(isRefused("paste", new Input(false), data({})), false, "outside our forms nothing is ours");
  const editor = new Input();
  editor.matches = () => true;
  assert.equal(isRefused("paste", editor, data({ "text/html": "<table><tr><td>1</td></tr></table>" })), false);
});
