// A calm sheet over the form while there is no form to type into: being opened, or its kernel died and is restarted.
// It takes the keyboard, so that keys reach neither a form that is about to go nor the notebook around it.

import { pressOnlyButton } from "./lost_server.js";
import { loadAgain, opened, openingWords } from "./opening.js";

/** @import { Panel, Reason, Shown } from "../types.d.ts" */

const GONE = "nianbaoGone"; // marks what stood there before, so that the new form can be told from the old one
const PATIENCE_SECONDS = 60; // a slow machine needs ten; then something else is wrong, and the clerk is told
const DRAWN_SECONDS = 40; // after the notebook has run
const OFFLINE_NEXT = {
  desk: "运行 nianbao lab 的窗口可能被关掉了：请再启动一次，接着来。",
  hub: "网络恢复后会自动接着来，请稍候；一直不恢复的，请按下面的按钮重新打开，或找管理员。", // on a JupyterHub
};
/** @type {Partial<Record<Reason, string>>} */
const ENDS = { stuck: "重新打开", offline: "重新打开", elsewhere: "在这里继续" }; // nothing goes on by itself: a button helps

/**
 * What the veil says: a head and what follows from it.
 * @param {Shown} shown
 * @returns {Record<Reason, [head: string, more: string]>}
 */
function words({ name, kept }) {
  return {
    opening: openingWords(name),
    reviving: [`正在恢复${name}……${kept}`, "这几秒按的键不会填入；恢复后回到刚才的位置，请接着来。"],
    stuck: [`${name}没有显示出来。${kept}`, "请按下面的按钮重新打开；仍不行时，请结束 nianbao lab 再启动一次。"],
    offline: [`与程序的连接断开了。${kept}`, OFFLINE_NEXT[location.pathname.includes("/user/") ? "hub" : "desk"]],
    elsewhere: [`${name}已在另一个窗口打开。${kept}`, "请在那个窗口接着来，这个窗口可以关掉；要在这里接着来，请按下面的按钮。"],
  };
}

export class Veil {
  /**
   * @param {Panel} panel
   * @param {Shown} shown
   */
  constructor(panel, shown) {
    this.panel = panel;
    this.shown = shown;
    this.words = words(shown);
    this.notebook = panel.content.node;
    /** @type {Reason} */
    this.why = "opening";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.patience = undefined;
    this.node = document.createElement("div");
    Object.assign(this.node, { className: "nianbao-veil", tabIndex: -1 });
    this.node.setAttribute("role", "alertdialog");
    this.node.addEventListener("keydown", (event) => this.swallow(event));
    // JupyterLab's own words for what died, with nothing to choose: the veil says it better
    this.dialogs = new MutationObserver(() => {
      pressOnlyButton();
      setTimeout(() => this.hold()); // a dialog takes the keyboard with it
    });
  }

  get up() {
    return this.node.isConnected;
  }

  get aside() {
    return this.up && this.why === "elsewhere";
  }

  /** The server does not answer. */
  get gone() {
    return this.up && this.why === "offline";
  }

  /** @param {Reason} why */
  raise(why) {
    for (const old of this.roots()) old.dataset[GONE] = "";
    if (!this.up) {
      this.panel.node.append(this.node);
      this.dialogs.observe(document.body, { childList: true });
    }
    document.dispatchEvent(new Event("nianbao:cover")); // letters of an input method that nobody has chosen a word for are no text
    this.notebook.inert = true; // whoever was typing there leaves the cell, which keeps what was typed
    this.say(why);
    pressOnlyButton();
    this.wait(PATIENCE_SECONDS);
  }

  /** @param {Reason} why */
  say(why) {
    const [head, more] = this.words[why];
    /** @type {HTMLElement[]} */
    const lines = [line("p", head), line("p", more)];
    const end = ENDS[why];
    if (end) lines.push(Object.assign(line("button", end), { onclick: () => location.reload() }));
    this.why = why;
    this.node.dataset.why = why;
    this.node.setAttribute("aria-label", `${head}。${more}`);
    this.node.replaceChildren(...lines);
    this.hold();
  }

  hold() {
    if (this.up) (this.node.querySelector("button") ?? this.node).focus();
  }

  /** @param {number} seconds */
  wait(seconds) {
    clearTimeout(this.patience);
    if (this.why in ENDS) return;
    this.patience = setTimeout(() => (this.why === "opening" && loadAgain()) || this.say("stuck"), seconds * 1000);
  }

  /** Off when the new form is there to be typed into; the form itself takes the keyboard back to where it was. */
  async lowerWhenDrawn() {
    this.wait(DRAWN_SECONDS);
    while (!this.drawn()) await new Promise((resolve) => setTimeout(resolve, 10));
    clearTimeout(this.patience);
    opened();
    this.dialogs.disconnect();
    this.notebook.inert = false;
    this.node.remove();
  }

  /** @returns {NodeListOf<HTMLElement>} */
  roots() {
    return this.notebook.querySelectorAll(this.shown.roots);
  }

  drawn() {
    const { ready } = this.shown;
    return [...this.roots()].some(
      (root) => root.dataset[GONE] === undefined && (root.matches(ready) || root.querySelector(ready)),
    );
  }

  /**
   * Nothing that types or walks away gets through; the browser's own keys (F5, Ctrl+R) do.
   * @param {KeyboardEvent} event
   */
  swallow(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^F\d+$/.test(event.key)) return;
    if (event.target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ")) return;
    event.preventDefault();
  }
}

/**
 * @template {"p" | "button"} Tag
 * @param {Tag} tag
 * @param {string} text
 */
function line(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}
