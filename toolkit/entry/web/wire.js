// The way from a widget to Python and back: typed text goes out as messages, one in flight at a time. What is typed meanwhile
// waits and goes out together. What Python has not yet answered is also in the browser's storage: a killed kernel loses no key.

import { Unsent } from "./unsent.js";

/** @import { Model, WireState, WireTraits } from "./types.d.ts" */
/** @typedef {{ text: string, keep: boolean }} Item */

const ANSWER_MS = 6000; // longer than any check; then the connection counts as lost
/** @type {WeakMap<object, Wire>} */
const wires = new WeakMap();

/**
 * The one wire of a model.
 * @param {Model<any>} model
 */
export function wireOf(model) {
  const wire = wires.get(model) ?? new Wire(model);
  wires.set(model, wire);
  return wire;
}

export class Wire {
  /** @param {Model<WireTraits>} model */
  constructor(model) {
    this.model = model;
    this.unsent = new Unsent(`nianbao-unsent:${model.get("form_id")}:${model.get("part")}`, 3);
    /** @type {Record<string, string>} */
    this.values = { ...model.get("state").values };
    /** @type {Map<string, Item>} by path: not sent yet */
    this.waiting = new Map();
    /** @type {{ number: number, sent: Map<string, Item> } | null} sent, not answered */
    this.flying = null;
    /** @type {{ kind: string }[]} presses, which wait until what was typed before them has been answered */
    this.asks = [];
    this.number = 0;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.lost = false;
    this.leave = () => this.sendRest();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    model.on("change:state", () => this.answered());
    setTimeout(() => this.recover(), 0);
  }

  /**
   * @param {AbortSignal} signal ends it
   * @param {() => void} listener called whenever a value has changed
   */
  listen(signal, listener) {
    if (!this.listeners.size) document.addEventListener("nianbao:leave", this.leave);
    this.listeners.add(listener);
    signal.addEventListener("abort", () => {
      this.listeners.delete(listener);
      if (!this.listeners.size) document.removeEventListener("nianbao:leave", this.leave);
    });
  }

  notify() {
    for (const listener of this.listeners) listener();
  }

  /**
   * @param {Record<string, string>} changes texts by path
   * @param {boolean} keep false while a key is still followed by others, true once the clerk has left the place or paused
   */
  change(changes, keep) {
    if (this.model.get("state").locked) {
      this.notify(); // the boxes go back to what is true
      return;
    }
    for (const [path, text] of Object.entries(changes)) {
      this.unsent.remember(path, text, this.saved(path));
      this.values[path] = text;
      // a pause that has not gone out yet is not undone by the next key
      this.waiting.set(path, { text, keep: keep || Boolean(this.waiting.get(path)?.keep) });
    }
    this.flush(); // first: Python reads while the browser draws
    this.notify();
  }

  /**
   * @param {string} kind
   * @param {Record<string, unknown>} [more]
   */
  ask(kind, more = {}) {
    this.asks.push({ kind, ...more });
    this.flush();
  }

  /** @param {{ kind: string }} content */
  send(content) {
    try {
      this.model.send({ ...content, at: performance.timeOrigin + performance.now() });
    } catch {
      this.setLost(true);
    }
  }

  /** The page is left: what waits for an answer to something before it goes out now, or the file keeps half a number. */
  sendRest() {
    if (!this.flying || !this.waiting.size) return;
    const { sent } = this.flying;
    clearTimeout(this.timer);
    this.sendWaiting();
    for (const [path, item] of sent) if (!this.flying.sent.has(path)) this.flying.sent.set(path, item);
  }

  flush() {
    if (this.flying) return;
    if (this.waiting.size) this.sendWaiting();
    else for (const content of this.asks.splice(0)) this.send(content);
  }

  sendWaiting() {
    const sent = this.waiting;
    this.waiting = new Map();
    this.number += 1;
    this.flying = { number: this.number, sent };
    const keep = [...sent.values()].some((item) => item.keep);
    // the disk may have it although no answer comes: the kernel dies, or keeps what was typed last when it is left
    for (const [path, item] of sent) this.unsent.onItsWay(path, item.text);
    const changes = Object.fromEntries([...sent].map(([path, item]) => [path, item.text]));
    this.send(/** @type {{ kind: string }} */ ({ kind: "change", number: this.number, keep, changes }));
    this.timer = setTimeout(() => this.setLost(true), ANSWER_MS);
  }

  answered() {
    const state = this.model.get("state");
    if (this.flying && state.answered >= this.flying.number) this.land(this.flying.sent);
    if (state.locked) this.drop();
    this.take(state);
    this.notify();
    this.flush();
  }

  /** @param {Map<string, Item>} sent */
  land(sent) {
    clearTimeout(this.timer);
    this.flying = null;
    this.setLost(false);
    for (const [path, item] of sent) {
      if (!item.keep) continue;
      if (this.waiting.has(path)) this.unsent.arrived(path, this.saved(path));
      else this.unsent.forget(path);
    }
  }

  /**
   * What Python has for a path.
   * @param {string} path
   */
  saved(path) {
    return this.model.get("state").values[path] ?? "";
  }

  /** The report was taken over: what was not answered yet is not taken any more. */
  drop() {
    this.waiting.clear();
    this.unsent.put({});
  }

  /**
   * Take Python's values, except where something newer was typed after the last answer.
   * @param {WireState} state
   */
  take(state) {
    /** @param {string} path */
    const newer = (path) => this.waiting.has(path) || Boolean(this.flying?.sent.has(path));
    for (const [path, text] of Object.entries(state.values)) if (!newer(path)) this.values[path] = text;
    for (const path of Object.keys(this.values)) if (!(path in state.values) && !newer(path)) delete this.values[path];
  }

  /** @param {boolean} lost */
  setLost(lost) {
    if (this.lost === lost || (lost && !this.listeners.size)) return; // a table that left the screen has nothing to say
    this.lost = lost;
    this.notify();
    document.dispatchEvent(new CustomEvent("nianbao:lost", { detail: { form: this.model.get("form_id"), lost } }));
  }

  /** Send what a killed kernel never answered, only where nobody else has changed the place since. */
  recover() {
    const all = Object.entries(this.unsent.all());
    this.unsent.put({});
    const lost = all.filter(([path, entry]) => Unsent.isLost(entry, this.saved(path)));
    if (lost.length) this.change(Object.fromEntries(lost.map(([path, { text }]) => [path, text])), true);
  }
}
