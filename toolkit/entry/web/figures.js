// Read the text of a figure as toolkit/report/cell_text.py does, from the same data, for the totals and for what is pasted.

import cellText from "../../report/cell_text.json" with { type: "json" };

/** @typedef {{ money?: boolean, unit?: string }} Column */
/** @typedef {{ value: string | null, approximate: boolean }} FigureReading value: digits, null when the text is no number */

const EDGES = new RegExp(cellText.edges, "g"); // trim() and strip() differ in control characters
const INVISIBLE = new RegExp(cellText.invisible, "g");
/** @type {Map<string, string>} */
const WIDTHS = new Map([...cellText.wide].map((sign, at) => [sign, cellText.narrow[at]]));
/** @type {Map<string, RegExp>} */
const patterns = new Map();
/** @type {FigureReading} */
const UNREAD = { value: null, approximate: false };

/**
 * What a text certainly means in a column of counts, or of money in its unit.
 * @param {string} text
 * @param {Column} [column]
 * @returns {FigureReading}
 */
export function readFigure(text, { money = false, unit = "" } = {}) {
  const plain = [...text.replace(INVISIBLE, "")].map((sign) => WIDTHS.get(sign) ?? sign).join("");
  const found = patternOf(money, unit).exec(plain.replace(EDGES, ""))?.groups;
  if (!found) return UNREAD;
  const value = checkedDigits(found.number.replace(/[, ]/g, ""), money);
  if (value === null) return UNREAD;
  const negative = found.minus !== undefined && /[1-9]/.test(value);
  return { value: negative ? `-${value}` : value, approximate: Boolean(found.before || found.after || found.rounded) };
}

/**
 * The exact number that a text means in a cell of a table, as text, or null.
 * @param {string} text
 * @param {Column} [column]
 * @returns {string | null}
 */
export function exactFigure(text, column = {}) {
  const { value, approximate } = readFigure(text, column);
  return approximate ? null : value;
}

/** @param {string[]} words */
function alternatives(words) {
  return words.map((word) => word.replace(/[-\\^$*+?.()|[\]{}]/g, "\\$&")).join("|");
}

/**
 * Sign, words for 约, number, unit, in the order in which people write them.
 * @param {boolean} money
 * @param {string} unit
 */
function patternOf(money, unit) {
  const key = `${money}${unit}`;
  const known = patterns.get(key);
  if (known) return known;
  const yuan = money && (unit === "" || unit === "元");
  const units = money ? (yuan ? cellText.yuan : [unit]) : cellText.count_units;
  const before = yuan ? `(?:${alternatives(cellText.yuan_before)})? *` : "";
  const sign = `(?:(?<minus>${alternatives(cellText.minus)})|${alternatives(cellText.plus)})?`;
  const after = alternatives(cellText.approximate_after);
  const head = `(?<before>${alternatives(cellText.approximate_before)})? *${sign} *${before}`;
  const tail = `(?<after>${after})? *(?:${alternatives(units)})? *(?<rounded>${after})?`;
  const pattern = new RegExp(`^${head}(?<number>${cellText.number}) *${tail}$`);
  patterns.set(key, pattern);
  return pattern;
}

/**
 * Digits within the bounds of the column, without leading zeros; a count has no decimals.
 * @param {string} number
 * @param {boolean} money
 * @returns {string | null}
 */
function checkedDigits(number, money) {
  const [integer, decimals = ""] = number.split(".");
  const digits = integer.replace(/^0+(?=[0-9])/, "");
  if (digits.length > cellText.count_digits || decimals.length > cellText.money_decimals) return null;
  if (money) return decimals ? `${digits}.${decimals}` : digits;
  return /^0*$/.test(decimals) && decimals.length <= cellText.count_decimals ? digits : null;
}
