// The pages of 预览: brought into view, enlarged to the width of the form, printed instead of the screen.

import { button, make } from "./elements.js";

const PAGES = ".nb-pages";
const SOON_MS = 100;
const NO_PAGES = "请先按“预览”，再打印：打印的是报告的各页，不是屏幕。";

/**
 * Hear of what is drawn in the last section of a form.
 * @param {HTMLElement} form
 * @param {AbortSignal} signal
 * @param {() => void} look
 */
export function onFinish(form, signal, look) {
  const watch = new MutationObserver(look);
  watch.observe(form.querySelector(".nb-section-finish") ?? form, { childList: true, subtree: true });
  signal.addEventListener("abort", () => watch.disconnect());
}

export class PreviewPages {
  /**
   * @param {HTMLElement} form
   * @param {AbortSignal} signal
   */
  constructor(form, signal) {
    this.form = form;
    this.printing = false; // 打印 was asked for before there were pages
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.soon = undefined;
    /** @type {Element | null} */
    this.shown = form.querySelector(PAGES);
    onFinish(form, signal, () => this.look());
    window.addEventListener("beforeprint", () => this.fill(), { signal });
    window.addEventListener("afterprint", () => this.clear(), { signal });
    document.addEventListener("nianbao:print", () => this.print(), { signal });
  }

  /** The pages as they are now; none when they are of an older state. */
  images() {
    const pages = this.form.querySelector(PAGES);
    return pages && !pages.closest(".nb-stale") ? [...pages.querySelectorAll("img")] : [];
  }

  look() {
    const pages = this.form.querySelector(PAGES);
    if (pages === this.shown) return;
    this.shown = pages;
    if (!(pages instanceof HTMLElement)) return;
    const enlarge = button("放大到页宽", () => this.enlarge(pages, enlarge), { "aria-pressed": "false" });
    pages.before(
      make(
        "div",
        { class: "nb-tools" },
        enlarge,
        button("打印", () => this.print(), { title: "Ctrl+P" }),
      ),
    );
    pages.addEventListener("click", (event) => {
      if (event.target instanceof HTMLImageElement) this.enlarge(pages, enlarge, event.target);
    });
    if (this.printing) this.print();
    else pages.previousElementSibling?.scrollIntoView({ block: "nearest" });
    if (!this.printing) pages.scrollIntoView({ block: "nearest" });
  }

  /**
   * One page below the other at full width, or small ones side by side.
   * @param {HTMLElement} pages
   * @param {HTMLElement} toggle
   * @param {HTMLElement} [page] the page to go on reading
   */
  enlarge(pages, toggle, page) {
    const large = pages.classList.toggle("nb-large");
    toggle.setAttribute("aria-pressed", String(large));
    toggle.textContent = large ? "缩小" : "放大到页宽";
    (page ?? pages).scrollIntoView({ block: "start" });
  }

  /** Print the pages; without any, make them first. */
  print() {
    if (this.images().length) {
      this.printing = false;
      clearTimeout(this.soon); // the key and JupyterLab's menu may both ask
      this.soon = setTimeout(() => window.print(), SOON_MS);
      return;
    }
    if (this.printing) return;
    this.printing = true;
    const buttons = [...this.form.querySelectorAll(".nb-section-finish button")];
    const preview = buttons.find((item) => item.textContent === "预览");
    if (preview instanceof HTMLElement) preview.click();
  }

  /** What is printed is put beside JupyterLab, whose own boxes would cut it off. */
  fill() {
    this.clear();
    const pages = this.images().map((image) => make("img", { src: image.src, alt: image.alt }));
    document.body.append(make("div", { class: "nb-print" }, ...(pages.length ? pages : [NO_PAGES])));
  }

  clear() {
    document.querySelector("body > .nb-print")?.remove();
  }
}
