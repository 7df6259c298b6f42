// 对照上一年: last year's text and this year's side by side.

import { make } from "./elements.js";

/** @import { TextTraits } from "./types.d.ts" */

/**
 * The two texts; words that only one of them has are marked.
 * @param {TextTraits["comparison"]} comparison
 * @returns {HTMLElement[]}
 */
export function compareYears({ year, pieces, alike }) {
  if (!pieces) return [];
  const marks = { same: "", only_last: "nb-only-last", only_this: "nb-only-this" };
  /** @type {(heading: string, skip: string, tag: "ins" | "del") => HTMLElement} */
  const side = (heading, skip, tag) => {
    const shown = pieces.filter(([kind]) => kind !== skip);
    const text = shown.map(([kind, piece]) => (marks[kind] ? make(tag, { class: marks[kind] }, piece) : piece));
    return make("section", { "aria-label": heading }, make("h3", {}, heading), make("div", { class: "nb-last-text" }, ...text));
  };
  const help = `与 ${year} 年相同的文字约占 ${alike}%。划线的是上一年有、今年没有的，加底色的是今年新写的。`;
  const sides = [side(`${year}年`, "only_this", "del"), side("本年", "only_last", "ins")];
  return [make("p", { class: "nb-help" }, help), make("div", { class: "nb-last-sides" }, ...sides)];
}
