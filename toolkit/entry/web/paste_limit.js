// A paste that no box can hold (a whole workbook, ten megabytes of a log) is refused in words, before it stops the form.

const FORMS = ".nb-form, .nb-start, .nb-register";
const KEY = Symbol.for("nianbao.paste-limit"); // every widget brings a copy of this module, the page needs one
const LONG_TEXT = 200_000; // characters; the longest report known has 40,000
const LONG_BLOCK = 400_000; // a table copied from a workbook with its markup
const LONG_LINE = 2000;

/** Watch every paste into form and start screen. */
export function limitPaste() {
  const page = /** @type {Record<symbol, boolean>} */ (/** @type {unknown} */ (globalThis));
  if (page[KEY]) return;
  page[KEY] = true;
  document.addEventListener("paste", refuseLong, true);
}

/** @param {ClipboardEvent} event */
function refuseLong(event) {
  const box = event.target;
  if (!(box instanceof HTMLInputElement || box instanceof HTMLTextAreaElement) || !box.closest(FORMS)) return;
  if (box.matches(".nb-paste-area")) return; // whole ledgers go there
  const length = textLength(event.clipboardData);
  const most = mostCharacters(box);
  if (length <= most) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  complain(box, `要粘贴的内容有 ${length} 个字，这里最多 ${most} 个，没有粘贴。请只复制需要的部分`);
}

/**
 * Characters of what would be pasted; markup counts only where there is nothing else.
 * @param {DataTransfer | null} data
 */
function textLength(data) {
  return data?.getData("text/plain").length || (data?.getData("text/html").length ?? 0);
}

/** @param {HTMLInputElement | HTMLTextAreaElement} box */
function mostCharacters(box) {
  if (box instanceof HTMLTextAreaElement) return LONG_TEXT;
  return box.matches(".nb-editor") ? LONG_BLOCK : LONG_LINE;
}

/**
 * Say at the box what is wrong, until the next key.
 * @param {HTMLInputElement | HTMLTextAreaElement} box
 * @param {string} sentence
 */
function complain(box, sentence) {
  box.setCustomValidity(sentence);
  box.reportValidity();
  for (const kind of ["input", "keydown", "blur"]) box.addEventListener(kind, () => box.setCustomValidity(""), { once: true });
}
