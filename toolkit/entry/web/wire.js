// What every widget of the form shares, sent to the browser in front of each of them (anywidget takes one file).
// Typed text goes out as messages, one in flight at a time: what is typed meanwhile waits and goes out together.
// Whatever Python has not yet answered also lies in the browser's storage, so a killed kernel loses no key.

const UNSENT = "nianbao-unsent:";
const ANSWER_MS = 6000; // longer than any check; then the connection counts as lost
const wires = new WeakMap();

function wireOf(model) {
  if (!wires.has(model)) wires.set(model, new Wire(model));
  return wires.get(model);
}

class Wire {
  constructor(model) {
    this.model = model;
    this.values = { ...model.get("state").values };
    this.waiting = new Map(); // path → {text, keep}: not sent yet
    this.flying = null; // {number, sent}: sent, not answered
    this.asks = []; // presses wait until what was typed before them has been answered
    this.number = 0;
    this.listeners = new Set();
    this.lost = false;
    model.on("change:state", () => this.answered());
    setTimeout(() => this.recover(), 0);
  }

  get store() {
    return UNSENT + this.model.get("form_id") + ":" + this.model.get("part");
  }

  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  // keep: false while a key is still being followed by others, true once the clerk has left the cell or paused
  change(changes, keep) {
    const sent = new Map(Object.entries(changes));
    for (const [path, text] of sent) {
      this.remember(path, text);
      this.values[path] = text;
      // a pause that has not gone out yet is not undone by the next key
      this.waiting.set(path, { text, keep: keep || Boolean(this.waiting.get(path)?.keep) });
    }
    this.tell();
    this.flush();
  }

  ask(kind, more = {}) {
    this.asks.push({ kind, ...more });
    this.flush();
  }

  send(content) {
    try {
      this.model.send({ ...content, at: performance.timeOrigin + performance.now() });
    } catch {
      this.setLost(true);
    }
  }

  flush() {
    if (this.flying) return;
    if (!this.waiting.size) {
      for (const content of this.asks.splice(0)) this.send(content);
      return;
    }
    const sent = this.waiting;
    this.waiting = new Map();
    this.number += 1;
    this.flying = { number: this.number, sent };
    const keep = [...sent.values()].some((item) => item.keep);
    const changes = Object.fromEntries([...sent].map(([path, item]) => [path, item.text]));
    this.send({ kind: "change", number: this.number, keep, changes });
    this.timer = setTimeout(() => this.setLost(true), ANSWER_MS);
  }

  answered() {
    const state = this.model.get("state");
    if (this.flying && state.answered >= this.flying.number) {
      clearTimeout(this.timer);
      const { sent } = this.flying;
      this.flying = null;
      this.setLost(false);
      for (const [path, item] of sent) if (item.keep && !this.waiting.has(path)) this.forget(path);
    }
    // what was typed after the last answer is newer than what the answer says
    for (const [path, text] of Object.entries(state.values)) {
      if (!this.waiting.has(path) && !this.flying?.sent.has(path)) this.values[path] = text;
    }
    for (const path of Object.keys(this.values)) {
      if (!(path in state.values) && !this.waiting.has(path) && !this.flying?.sent.has(path)) delete this.values[path];
    }
    this.tell();
    this.flush();
  }

  setLost(lost) {
    if (this.lost === lost || (lost && !this.listeners.size)) return; // a table that left the screen has nothing to say
    this.lost = lost;
    this.tell();
    document.dispatchEvent(new CustomEvent("nianbao:lost", { detail: { form: this.model.get("form_id"), lost } }));
  }

  remember(path, text) {
    const all = this.unsent();
    all[path] = { text, base: all[path]?.base ?? this.model.get("state").values[path] ?? "" };
    this.keepUnsent(all);
  }

  forget(path) {
    const all = this.unsent();
    delete all[path];
    this.keepUnsent(all);
  }

  unsent() {
    try {
      return JSON.parse(localStorage.getItem(this.store) ?? "{}");
    } catch {
      return {};
    }
  }

  keepUnsent(all) {
    try {
      if (Object.keys(all).length) localStorage.setItem(this.store, JSON.stringify(all));
      else localStorage.removeItem(this.store);
    } catch {
      // storage is full or forbidden: the journal on disk is still there
    }
  }

  // Keys that a killed kernel never answered; only where nobody has changed the place since.
  recover() {
    const saved = this.model.get("state").values;
    const all = this.unsent();
    this.keepUnsent({});
    const lost = Object.entries(all).filter(([path, item]) => (saved[path] ?? "") === item.base && item.text !== item.base);
    if (lost.length) this.change(Object.fromEntries(lost.map(([path, item]) => [path, item.text])), true);
  }
}

// The number a typed text means, as text, or null. The same cases as toolkit.entry.form.typed.typed_value.
function understood(raw, { money = false, unit = "" } = {}) {
  let text = raw.normalize("NFKC").replace(/\s+/g, " ").trim();
  text = text.replace(/(?<=[0-9])[,，\s](?=[0-9]{3}([^0-9]|$))/g, "").replace(/−/g, "-").replace(/ /g, "");
  text = text.replace(/^(增加|增|新增)(?=[0-9])/, "+").replace(/^(减少|减|下降)(?=[0-9])/, "-");
  const last = unit || "元";
  if (!money) text = text.replace(/(件次|人次|件|条|次|项|个|人|部)$/, "");
  else if (text.endsWith(last)) text = text.slice(0, -last.length);
  if (!(money ? /^[-+]?[0-9]{1,15}(\.[0-9]+)?$/ : /^[-+]?[0-9]{1,15}$/).test(text)) return null;
  const digits = text.replace(/^[-+]/, "").replace(/^0+(?=[0-9])/, "");
  return (text.startsWith("-") && /[1-9]/.test(digits) ? "-" : "") + digits;
}

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

const SEVERITY = { error: "错误", warning: "警告", notice: "提示" };

function severityMark(severity) {
  return make("span", { class: `nb-mark nb-mark-${severity}`, "aria-hidden": "true" });
}

// The mends of a finding: what each would do, if that has to be said, and its button.
function mendButtons(finding, press, attributes = () => ({})) {
  return finding.mends.flatMap((mend) => {
    const button = make("button", { type: "button", class: "nb-button nb-mend", ...attributes(mend), onclick: () => press(mend) }, mend.label);
    return mend.said ? [make("span", { class: "nb-next" }, mend.said), button] : [button];
  });
}

// Ask whichever part of the form shows `finding.place` to bring it into view and take the keyboard there.
function goTo(form, finding) {
  document.dispatchEvent(new CustomEvent("nianbao:goto", { detail: { form, finding } }));
}

function onGoTo(model, handle) {
  return onForm(model, "nianbao:goto", (detail) => handle(detail.finding));
}

// The parts of a form speak to each other through the page, so that a press needs no way to Python and back.
function onForm(model, name, handle) {
  const listener = (event) => {
    if (event.detail.form === model.get("form_id")) handle(event.detail);
  };
  document.addEventListener(name, listener);
  return () => document.removeEventListener(name, listener);
}

// JupyterLab takes keys for itself (D D deletes the cell the form stands in) unless the very element that has the keyboard
// says no; so each one does when it gets it. A widget is drawn before it is put into the page: the form is looked for.
function keepKeys(el) {
  const form = el.closest(".nb-form");
  if (!form) setTimeout(() => keepKeys(el), 20);
  else if (!form.dataset.lmSuppressShortcuts) {
    form.dataset.lmSuppressShortcuts = "true";
    form.addEventListener("focusin", (event) => (event.target.dataset.lmSuppressShortcuts = "true"));
  }
}
