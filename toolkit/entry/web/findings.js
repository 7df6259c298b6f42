// Findings as every part of the form shows them, and the way from a finding to its place.

import { make, onePerPage } from "./elements.js";

/** @import { Finding, Here, Mark, Mend, Model, Place, Severity } from "./types.d.ts" */

const AFTER_LIST_MS = 30; // a part whose own state follows that of the list is drawn once

/** @type {Map<string, Map<string, Finding>>} by form and number */
const listed = onePerPage("findings", () => new Map());

/** @type {Record<Severity, string>} */
export const SEVERITY_NAMES = { error: "错误", blank: "待填", warning: "警告", notice: "提示" };

/** @type {Severity[]} */
export const SEVERITIES = ["error", "blank", "warning", "notice"];

/** @param {Severity} severity */
export function severityMark(severity) {
  return make("span", { class: `nb-mark nb-mark-${severity}`, "aria-hidden": "true" });
}

/**
 * The worst severity of the findings that nobody has confirmed.
 * @param {Finding[]} findings
 * @returns {Severity | undefined}
 */
export function worstOf(findings) {
  return SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity && !finding.confirmed));
}

/**
 * All that is drawn of a finding: where it is in the text changes with every character typed before it.
 * @param {Finding} finding
 */
export function looksOf(finding) {
  return { ...finding, start: 0, end: 0 };
}

/**
 * The mends of a finding: what speaks for each, if anything, and its button.
 * @param {Finding} finding
 * @param {(mend: Mend) => void} press
 * @param {(mend: Mend) => Record<string, unknown>} [attributes]
 */
export function mendButtons(finding, press, attributes = () => ({})) {
  return finding.mends.flatMap((mend) => {
    const look = { type: "button", class: "nb-button nb-mend", ...attributes(mend), onclick: () => press(mend) };
    const button = make("button", look, mend.label);
    return mend.reason ? [make("span", { class: "nb-next" }, mend.reason), button] : [button];
  });
}

/**
 * Give the findings of the list, which come from Python once, to the parts of the form.
 * @param {string} form
 * @param {Finding[]} findings
 */
export function shareFindings(form, findings) {
  listed.set(form, new Map(findings.map((finding) => [finding.id, finding])));
  document.dispatchEvent(new CustomEvent("nianbao:listed", { detail: { form } }));
}

/**
 * The findings that a part marks, each at its place in the text of that part; the list is without those that are gone.
 * @param {string} form
 * @param {Mark[]} marks
 * @returns {Finding[]}
 */
export function findingsAt(form, marks) {
  return marks.flatMap(({ id, start, end }) => {
    const finding = listed.get(form)?.get(id);
    return finding ? [{ ...finding, start, end }] : [];
  });
}

/**
 * Draw a part when what the list says of it has changed, unless its own state comes right after.
 * @param {Model<{ form_id: string, state: { findings: (Mark | string)[] } }>} model
 * @param {AbortSignal} signal
 * @param {() => void} draw
 */
export function onListed(model, signal, draw) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let last = "";
  const forget = () => clearTimeout(timer);
  model.on("change:state", forget);
  signal.addEventListener("abort", forget);
  onForm(model, "nianbao:listed", signal, () => {
    const ids = model.get("state").findings.map((mark) => (typeof mark === "string" ? mark : mark.id));
    const marks = ids.map((id) => ({ id, start: 0, end: 0 }));
    const looks = JSON.stringify(findingsAt(model.get("form_id"), marks));
    if (looks === last) return; // a key elsewhere: nothing here is drawn for it
    last = looks;
    forget();
    timer = setTimeout(draw, AFTER_LIST_MS);
  });
}

/**
 * Ask the part of the form that shows a place to bring it into view and take the keyboard there.
 * @param {string} form
 * @param {Place} place
 */
export function goTo(form, place) {
  document.dispatchEvent(new CustomEvent("nianbao:goto", { detail: { form, place } }));
}

/**
 * @param {Model<{ form_id: string }>} model
 * @param {AbortSignal} signal
 * @param {(place: Place) => void} handle
 */
export function onGoTo(model, signal, handle) {
  onForm(model, "nianbao:goto", signal, (detail) => handle(detail.place));
}

/**
 * Say where the keyboard is and what was found there, for the panel to show. The last owner that has something to show wins.
 * @param {string} form
 * @param {Here} here
 */
export function showHere(form, here) {
  document.dispatchEvent(new CustomEvent("nianbao:here", { detail: { form, here } }));
}

/**
 * Listen to what the other parts of the form say through the page: a press needs no way to Python and back.
 * @param {Model<{ form_id: string }>} model
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {(detail: any) => void} handle
 */
export function onForm(model, name, signal, handle) {
  /** @param {Event} event */
  const listener = (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.form === model.get("form_id")) handle(detail);
  };
  document.addEventListener(name, listener, { signal });
}

/**
 * Send a message to Python; a model that cannot be reached says so to the whole form.
 * @param {Model<{ form_id: string }>} model
 * @param {import("./types.d.ts").Message} message
 */
export function sendTo(model, message) {
  try {
    model.send(message);
  } catch {
    document.dispatchEvent(new CustomEvent("nianbao:lost", { detail: { form: model.get("form_id"), lost: true } }));
  }
}
