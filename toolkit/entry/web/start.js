// The start screen is ordinary widgets; this keeps JupyterLab's shortcuts off, and puts the keyboard where one types first.

import { composition } from "./composing.js";
import { ownKeys, widgetOf } from "./elements.js";
import { limitPaste } from "./paste_limit.js";
import { StartBoxes } from "./start_boxes.js";

const TRIES = 60; // three seconds

/**
 * @param {HTMLElement} el
 * @param {(screen: HTMLElement) => unknown} ready
 */
function settleIn(el, ready) {
  const box = /** @type {HTMLElement | null} */ (el.closest(".nb-start"));
  if (!box) {
    setTimeout(() => settleIn(el, ready), 20); // a widget is drawn before it is put into the page
    return;
  }
  ready(box);
  ownKeys(box);
  new MutationObserver(bringIntoView(box)).observe(box, { childList: true, subtree: true, attributeFilter: ["style", "class"] });
  takeKeyboard(box, TRIES);
}

/**
 * What scrolls to an answer that has just been given below a button, which may be at the edge of the window.
 * @param {HTMLElement} box
 */
function bringIntoView(box) {
  /** @type {Element | null} */
  let shown = null;
  return () => {
    const answer = box.querySelector(".nb-question [role='alert']");
    if (answer === shown || (answer && !answer.getClientRects().length)) return; // not drawn yet
    shown = answer;
    answer?.scrollIntoView({ block: "nearest" });
  };
}

/**
 * Focus the report worked on last, or the search field, unless the keyboard is somewhere already; under a veil nothing can be focused yet.
 * @param {HTMLElement} box
 * @param {number} tries
 */
function takeKeyboard(box, tries) {
  const held = document.activeElement;
  const free = !held || held.matches("body, .jp-Notebook, .jp-Cell") || held.closest(".nianbao-veil");
  if (!free || composition.running || !box.isConnected || !tries) return;
  /** @type {HTMLElement | null} */ (box.querySelector("button.nb-go-on, .nb-search input"))?.focus();
  setTimeout(() => takeKeyboard(box, box.closest("[inert]") ? tries : tries - 1), 50);
}

export default widgetOf((_, el, signal) => {
  limitPaste();
  settleIn(el, (screen) => new StartBoxes(screen, signal));
});
