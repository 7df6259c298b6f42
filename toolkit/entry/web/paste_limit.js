// A paste or drop that no box can hold (a whole workbook, ten megabytes of a log) is refused in words, before it stops the form.
// Files are not dropped here: the browser would leave the form and open them. A picture on the clipboard is no text: pasted, it
// would take away what is selected.

import { onePerPage } from "./elements.js";

const FORMS = ".nb-form, .nb-start, .nb-register";
const LONG_TEXT = 200_000; // characters; the longest report known has 40,000
const LONG_BLOCK = 400_000; // a table copied from a workbook with its markup
const LONG_LINE = 2000;

/** Watch every paste and drop into form, start screen and register. */
export function limitPaste() {
  onePerPage("paste-limit", () => {
    document.addEventListener("paste", (event) => refuseTextless(event) || refuseLong(event, event.clipboardData, "粘贴"), true);
    document.addEventListener("drop", (event) => refuseLong(event, event.dataTransfer, "拖入"), true);
    document.addEventListener("dragover", refuseFiles, true);
    return true;
  });
}

/**
 * The mouse shows that a file is not taken, and a drop then does nothing.
 * @param {DragEvent} event
 */
function refuseFiles(event) {
  const { target, dataTransfer } = event;
  if (!dataTransfer?.types.includes("Files") || !(target instanceof Element && target.closest(FORMS))) return;
  event.preventDefault();
  event.stopPropagation();
  dataTransfer.dropEffect = "none";
}

/**
 * @param {ClipboardEvent} event
 * @returns {boolean} whether there was no text to paste
 */
function refuseTextless(event) {
  const box = boxOf(event.target);
  const data = event.clipboardData;
  const table = box?.matches(".nb-editor, .nb-paste-area") && /<table/i.test(data?.getData("text/html") ?? "");
  if (!box?.closest(FORMS) || !data || data.getData("text/plain") || table) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  complain(box, "复制的内容里没有文字（可能是图片或文件），没有粘贴");
  return true;
}

/**
 * @param {Event} event
 * @param {DataTransfer | null} data
 * @param {"粘贴" | "拖入"} way
 */
function refuseLong(event, data, way) {
  const box = boxOf(event.target);
  if (!box?.closest(FORMS)) return;
  if (box.matches(".nb-paste-area")) return; // whole ledgers go there
  const length = textLength(data);
  const most = mostCharacters(box);
  if (length <= most) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  complain(box, `要${way}的内容有 ${length} 个字，这里最多 ${most} 个，没有${way}。请只取需要的部分`);
}

/**
 * The box that takes the text; for a cell of a table, which takes what is dropped on it, the editor of the table.
 * @param {EventTarget | null} target
 * @returns {HTMLInputElement | HTMLTextAreaElement | null}
 */
function boxOf(target) {
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return target;
  const table = target instanceof Element ? target.closest("td[data-address]")?.closest("table") : null;
  return table?.querySelector("input") ?? null;
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
