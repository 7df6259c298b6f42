// Make elements of the page, and widgets of them.

/**
 * A widget as anywidget takes it. What draws it listens until `signal` says that it has left the screen.
 * @param {(model: any, el: HTMLElement, signal: AbortSignal) => unknown} draw
 */
export function widgetOf(draw) {
  return {
    /** @param {{ model: any, el: HTMLElement }} shown */
    render({ model, el }) {
      const ending = new AbortController();
      draw(model, el, ending.signal);
      return () => ending.abort();
    },
  };
}

/**
 * What there is one of on a page, although every widget brings a copy of the modules.
 * @template Thing
 * @param {string} name
 * @param {() => Thing} create
 * @returns {Thing}
 */
export function onePerPage(name, create) {
  const page = /** @type {Record<symbol, Thing | undefined>} */ (/** @type {unknown} */ (globalThis));
  const key = Symbol.for(`nianbao.${name}`);
  page[key] ??= create();
  return page[key];
}

/**
 * An element with attributes and children. Names that begin with "on" are listeners; null, undefined and false leave an
 * attribute out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Let an element have these children and no others. Those it has already stay in the page: only what differs is laid out again.
 * @param {Element} box
 * @param {Node[]} children
 */
export function showChildren(box, children) {
  const wanted = new Set(children);
  for (const node of [...box.childNodes]) if (!wanted.has(node)) box.removeChild(node);
  /** @type {Node | null} */
  let next = box.firstChild;
  for (const node of children) {
    if (node === next) next = next.nextSibling;
    else box.insertBefore(node, next);
  }
}

/** Children of an element that stay in the page as long as they look the same: a key changes one or two findings of dozens. */
export class KeptChildren {
  /** @param {Element} box */
  constructor(box) {
    this.box = box;
    /** @type {Map<string, HTMLElement>} by all that they show */
    this.shown = new Map();
  }

  /**
   * @template Item
   * @param {Item[]} items
   * @param {(item: Item) => HTMLElement} draw
   * @param {(item: Item) => unknown} [look] all that is drawn of an item
   */
  show(items, draw, look = (item) => item) {
    /** @type {Map<string, HTMLElement>} */
    const children = new Map();
    for (const item of items) {
      let key = JSON.stringify(look(item));
      while (children.has(key)) key += "+";
      children.set(key, this.shown.get(key) ?? draw(item));
    }
    this.shown = children;
    showChildren(this.box, [...children.values()]);
  }
}

/**
 * Text that stays in the page as it is when it is the same.
 * @param {Element} node
 * @param {string} text
 */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A button of the form.
 * @param {string} label
 * @param {(event: Event) => unknown} onclick
 * @param {Record<string, unknown>} [attributes]
 */
export function button(label, onclick, attributes = {}) {
  return make("button", { type: "button", class: "nb-button", onclick, ...attributes }, label);
}

/** Why nothing can be typed while somebody else has the report. */
export const READ_ONLY = "这里只能查看，不能改动：要自己来填，请先按页面上方的“接手”";

/**
 * Whether a key would put something into a box.
 * @param {KeyboardEvent} event
 */
export function changesText({ key, ctrlKey, metaKey, altKey }) {
  return (key.length === 1 && !ctrlKey && !metaKey && !altKey) || ["Process", "Delete", "Backspace"].includes(key);
}

/**
 * The part of a form an element is in.
 * @param {Element} element
 * @returns {HTMLElement | null}
 */
export function formOf(element) {
  return element.closest(".nb-form");
}

/**
 * Keep JupyterLab from taking keys for itself (D D deletes the cell that shows the form). It does so unless the very element
 * that has the keyboard says no; so each one does when it gets it. A widget is drawn before it is put into the page.
 * @param {HTMLElement} el
 */
export function keepKeys(el) {
  const form = formOf(el);
  if (!form) setTimeout(() => keepKeys(el), 20);
  else if (!form.dataset.lmSuppressShortcuts) ownKeys(form);
}

/**
 * Take the keys of a screen away from JupyterLab, and its boxes away from the browser: figures and official texts are neither
 * filled in from other pages, nor underlined as misspelt, nor translated.
 * @param {HTMLElement} screen
 */
export function ownKeys(screen) {
  screen.dataset.lmSuppressShortcuts = "true";
  Object.assign(screen, { lang: "zh-CN", translate: false, spellcheck: false });
  screen.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement) target.dataset.lmSuppressShortcuts = "true";
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) target.autocomplete = "off";
  });
}
