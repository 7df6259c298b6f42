// The report for a site's editor: shown as it will be pasted, and put on the clipboard as it is written, not as it looks here.

import { button, make } from "./elements.js";
import { onFinish } from "./preview.js";

const PAGE = ".nb-page-copy";
const COPIED = "已复制：到网站的编辑器里按 Ctrl+V 粘贴。图片没有带过去的，用生成的同名 PNG 上传。";
const NOT_COPIED = "浏览器没有允许自动复制，请按“复制”。";

/**
 * Put HTML on the clipboard. Works on intranet sites without TLS too, where navigator.clipboard is missing.
 * @param {HTMLElement} shown what is selected meanwhile: without a selection browsers copy nothing
 * @param {string} html
 * @returns {boolean} whether the browser allowed it
 */
export function copyHtml(shown, html) {
  /** @param {ClipboardEvent} event */
  const put = (event) => {
    event.clipboardData?.setData("text/html", html);
    event.clipboardData?.setData("text/plain", shown.innerText);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const selection = document.getSelection();
  selection?.selectAllChildren(shown);
  window.addEventListener("copy", put, true);
  const copied = document.execCommand("copy");
  window.removeEventListener("copy", put, true);
  selection?.removeAllRanges();
  return copied;
}

export class PageCopy {
  /**
   * @param {HTMLElement} form
   * @param {AbortSignal} signal
   */
  constructor(form, signal) {
    this.form = form;
    /** @type {Element | null} */
    this.shown = form.querySelector(PAGE);
    onFinish(form, signal, () => this.look());
  }

  look() {
    const page = this.form.querySelector(PAGE);
    if (page === this.shown) return;
    this.shown = page;
    if (!(page instanceof HTMLElement)) return;
    const said = make("span", { role: "status" });
    const html = page.innerHTML;
    const copy = () => said.replaceChildren(copyHtml(page, html) ? COPIED : NOT_COPIED);
    page.before(make("div", { class: "nb-tools" }, button("复制", copy), said));
    copy(); // the press on 复制到网站 is recent enough for most browsers
  }
}
