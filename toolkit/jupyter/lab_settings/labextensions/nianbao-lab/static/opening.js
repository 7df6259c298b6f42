// The sheet over the page while JupyterLab itself is loading: there is no notebook yet to put a veil over. It says the same as
// the veil, which takes its place; a page that does not open gets a button.

import { SHOWN, shownPath } from "./notebooks.js";

/** @import { Shown } from "../types.d.ts" */

const LATE_SECONDS = 60; // a slow machine needs twenty
const TRIED = "nianbao:loaded-again";
// below JupyterLab's dialogs, which say what is wrong; the style sheet of the extension is not there yet
const STYLE =
  "position: fixed; inset: 0; z-index: 9000; box-sizing: border-box; padding: 20vh 20px 0; background: #eceff2; color: #1b2733;" +
  'font: 15px/1.8 "Microsoft YaHei", "微软雅黑", "Source Han Sans SC", "Noto Sans CJK SC", "PingFang SC", sans-serif; text-align: center;';

/**
 * What a notebook is called while it is being opened.
 * @param {string} name
 * @returns {[head: string, more: string]}
 */
export function openingWords(name) {
  return [`正在打开${name}……`, "第一次打开需要几秒钟。"];
}

/**
 * Load the page once more, which nothing can be lost by before it is open: a request of JupyterLab that is never answered on a
 * busy machine would leave it as it is.
 * @returns {boolean} false when that was tried already
 */
export function loadAgain() {
  if (sessionStorage.getItem(TRIED)) return false;
  sessionStorage.setItem(TRIED, "1");
  location.reload();
  return true;
}

/** The page is open. */
export function opened() {
  sessionStorage.removeItem(TRIED);
}

class Opening {
  /** @param {Shown | undefined} shown */
  constructor(shown) {
    this.node = document.createElement("div");
    if (!shown) return;
    Object.assign(this.node, { className: "nianbao-opening" });
    this.node.style.cssText = STYLE;
    this.node.setAttribute("role", "status");
    this.say(...openingWords(shown.name));
    document.body.append(this.node);
    this.late = setTimeout(() => loadAgain() || this.offerReload(shown.name), LATE_SECONDS * 1000);
  }

  /**
   * @param {string} head
   * @param {string} more
   */
  say(head, more) {
    const lines = [head, more].map((text) => Object.assign(document.createElement("p"), { textContent: text }));
    lines[0].style.cssText = "margin: 0 0 6px; font-size: 20px; font-weight: 600;";
    this.node.replaceChildren(...lines);
  }

  /** @param {string} name */
  offerReload(name) {
    this.say(`${name}还没有打开。`, "机器正忙的，请再等一会儿；等了很久的，请按下面的按钮。");
    const again = Object.assign(document.createElement("button"), { textContent: "重新打开", onclick: () => location.reload() });
    again.style.cssText = "margin-top: 10px; padding: 6px 22px; font: inherit; cursor: pointer;";
    this.node.append(again);
    again.focus();
  }

  /** There is something to look at now. */
  end() {
    clearTimeout(this.late);
    this.node.remove();
  }
}

export const opening = new Opening(SHOWN[shownPath(location.pathname) ?? ""]);
