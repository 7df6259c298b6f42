// Findings as every part of the form shows them, and the way from a finding to its place.

import { make } from "./elements.js";

/** @import { Finding, Here, Mend, Model, Place, Severity } from "./types.d.ts" */

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
 * Ask the part of the form that shows a place to bring it into view and take the keyboard there.
 * @param {string} form
 * @param {Place} place
 */
export function goTo(form, place) {
  document.dispatchEvent(new CustomEvent("nianbao:goto", { detail: { form, place } }));
}

/**
 * @param {Model<{ form_id: string }>} model
 * @param {(place: Place) => void} handle
 * @returns {() => void} ends it
 */
export function onGoTo(model, handle) {
  return onForm(model, "nianbao:goto", (detail) => handle(detail.place));
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
 * @param {(detail: any) => void} handle
 * @returns {() => void} ends it
 */
export function onForm(model, name, handle) {
  /** @param {Event} event */
  const listener = (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.form === model.get("form_id")) handle(detail);
  };
  document.addEventListener(name, listener);
  return () => document.removeEventListener(name, listener);
}
