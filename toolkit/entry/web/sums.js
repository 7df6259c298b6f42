// Totals of a table, computed from the cells as they are typed.

import { exactFigure } from "./figures.js";

/** @import { Cell } from "./types.d.ts" */
/** @typedef {{ value: number, whole: boolean, any: boolean }} Total whole: every part is a number; any: at least one is */

/**
 * Totals by address. A corner total is the sum of totals, so parts come before wholes.
 * @param {Map<string, Cell>} cells
 * @param {Record<string, string>} values texts by address
 * @returns {Map<string, Total>}
 */
export function computeTotals(cells, values) {
  /** @type {Map<string, Total>} */
  const totals = new Map();
  /** @type {(address: string, visiting: Set<string>) => Total} */
  const number = (address, visiting) => {
    const cell = cells.get(address);
    const own = exactFigure(values[address] ?? "", cell);
    if (!cell?.sums || own !== null) return { value: Number(own ?? 0), whole: own !== null, any: own !== null };
    if (!totals.has(address) && !visiting.has(address)) totals.set(address, add(cell.sums, new Set([...visiting, address])));
    return totals.get(address) ?? { value: 0, whole: false, any: false };
  };
  /** @type {(ways: string[][], visiting: Set<string>) => Total} */
  const add = (ways, visiting) => {
    const tried = ways.map((parts) => parts.map((part) => number(part, visiting)));
    const best = tried.find((parts) => parts.every((part) => part.whole)) ?? tried[0];
    const cents = best.reduce((total, part) => total + Math.round(part.value * 100), 0);
    return { value: cents / 100, whole: best.every((part) => part.whole), any: best.some((part) => part.any) };
  };
  const sums = [...cells.values()].filter((cell) => cell.sums);
  for (const cell of sums) number(cell.address, new Set());
  for (const cell of sums)
    if (!totals.has(cell.address) && cell.sums) totals.set(cell.address, add(cell.sums, new Set([cell.address])));
  return totals;
}
