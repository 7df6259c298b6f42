// What a killed kernel never took is sent again by the wire of the next form, and only that.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Unsent } from "../../../toolkit/entry/web/unsent.js";
import { Wire } from "../../../toolkit/entry/web/wire.js";

/** @type {Map<string, string>} */
const stored = new Map();
globalThis.document = /** @type {any} */ (new EventTarget());
globalThis.localStorage = /** @type {any} */ ({
  getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
  setItem: (/** @type {string} */ key, /** @type {string} */ text) => stored.set(key, text),
  removeItem: (/** @type {string} */ key) => stored.delete(key),
});

beforeEach(() => stored.clear());

/** A model whose Python answers when the test says so. */
class Model {
  /** @param {string} text */
  constructor(text) {
    this.state = { values: { text }, answered: 0, locked: false };
    /** @type {any[]} */
    this.sent = [];
    this.heard = () => undefined;
  }

  /** @param {string} name */
  get(name) {
    return name === "state" ? this.state : name;
  }

  /**
   * @param {string} _
   * @param {() => undefined} heard
   */
  on(_, heard) {
    this.heard = heard;
  }

  /** @param {any} message */
  send(message) {
    this.sent.push(message);
  }

  /** Python has taken the last message into account. */
  answer() {
    const { number, changes } = this.sent.at(-1);
    this.state = { values: changes, answered: number, locked: false };
    this.heard();
  }
}

/**
 * @param {string} saved what the disk holds
 * @returns {Promise<string | undefined>} what the next form sends by itself
 */
async function recovered(saved) {
  const model = new Model(saved);
  const wire = new Wire(/** @type {any} */ (model));
  await new Promise((resolve) => setTimeout(resolve, 5));
  clearTimeout(wire.timer);
  return model.sent[0]?.changes.text;
}

/** @param {string} saved */
async function wireOf(saved) {
  const model = new Model(saved);
  const wire = new Wire(/** @type {any} */ (model));
  await new Promise((resolve) => setTimeout(resolve, 5)); // nothing to recover
  return { model, wire };
}

test("a word typed while an earlier pause was being kept", async () => {
  const { model, wire } = await wireOf("旧");
  wire.change({ text: "" }, true);
  wire.change({ text: "公开" }, false);
  model.answer(); // the pause is on the disk, the word is on its way
  clearTimeout(wire.timer);
  assert.equal(await recovered(""), "公开");
});

test("a kernel that dies after it wrote and before it answered", async () => {
  const { wire } = await wireOf("旧");
  wire.change({ text: "" }, true);
  wire.change({ text: "公开" }, false);
  clearTimeout(wire.timer);
  assert.equal(await recovered(""), "公开");
});

test("a kernel that wrote the last key it heard when the form was left", async () => {
  const { model, wire } = await wireOf("40");
  wire.change({ text: "8" }, false);
  model.answer();
  wire.change({ text: "84" }, false); // never heard: the network is gone
  clearTimeout(wire.timer);
  assert.equal(await recovered("8"), "84");
});

test("many keys after a pause that was kept", async () => {
  const { model, wire } = await wireOf("旧");
  wire.change({ text: "甲" }, true);
  wire.change({ text: "甲乙" }, false);
  model.answer();
  for (const text of ["甲乙丙", "甲乙丙丁", "甲乙丙丁戊", "甲乙丙丁戊己"]) {
    wire.change({ text }, false);
    model.answer();
  }
  clearTimeout(wire.timer);
  assert.equal(await recovered("甲"), "甲乙丙丁戊己");
});

test("a page that is left while an answer is due sends what was typed since", async () => {
  const { model, wire } = await wireOf("0");
  const ending = new AbortController();
  wire.listen(ending.signal, () => undefined);
  wire.change({ text: "3" }, false);
  wire.change({ text: "37" }, false);
  assert.deepEqual(
    model.sent.map(({ changes }) => changes.text),
    ["3"],
  );
  document.dispatchEvent(new Event("nianbao:leave"));
  assert.deepEqual(
    model.sent.map(({ changes }) => changes.text),
    ["3", "37"],
  );
  model.answer();
  clearTimeout(wire.timer);
  assert.equal(wire.values.text, "37");
  assert.equal(wire.flying, null);
  ending.abort();
});

test("a kernel that dies before it wrote", async () => {
  const { wire } = await wireOf("旧");
  wire.change({ text: "公开" }, true);
  clearTimeout(wire.timer);
  assert.equal(await recovered("旧"), "公开");
});

test("what somebody else has written since stays", async () => {
  const { wire } = await wireOf("旧");
  wire.change({ text: "公开" }, true);
  clearTimeout(wire.timer);
  assert.equal(await recovered("别人写的"), undefined);
});

test("what was kept is not sent again", async () => {
  const { model, wire } = await wireOf("旧");
  wire.change({ text: "公开" }, true);
  model.answer();
  assert.equal(stored.size, 0);
  assert.equal(await recovered("旧"), undefined, "somebody may have put the old text back");
});

test("a box whose every key is on its way", () => {
  const unsent = new Unsent("boxes", 20);
  for (const [text, before] of [
    ["云", "旧"],
    ["云溪", "云"],
    ["云溪县", "云溪"],
  ]) {
    unsent.remember("organ-name", text, "旧");
    unsent.onItsWay("organ-name", before);
  }
  const entry = unsent.all()["organ-name"];
  assert.deepEqual(
    ["旧", "云", "云溪", "云溪县", "别人"].map((saved) => Unsent.isLost(entry, saved)),
    [true, true, true, false, false],
  );
  unsent.forget("organ-name");
  assert.equal(stored.size, 0);
});

test("a change goes out before the boxes are drawn, which takes longer the longer the text is", async () => {
  const { model, wire } = await wireOf("旧");
  /** @type {number[]} */
  const sent = [];
  wire.listen(new AbortController().signal, () => sent.push(model.sent.length));
  wire.change({ text: "新" }, false);
  clearTimeout(wire.timer);
  assert.deepEqual(sent, [1]);
});
