// What the keys do in a table, as in Excel.

/** @import { Grid } from "./grid.js" */

const PAGE_ROWS = 10;

/**
 * @param {Grid} grid
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key has done its work here
 */
export function pressKey(grid, event) {
  if (event.ctrlKey || event.metaKey) return pressControlKey(grid, event);
  return moveByKey(grid, event) || editByKey(grid, event);
}

/**
 * @param {Grid} grid
 * @param {KeyboardEvent} event
 */
function pressControlKey(grid, { key, shiftKey: extend }) {
  const line = grid.lines[grid.active.down];
  switch (key.toLowerCase()) {
    case "z":
      return grid.undo(extend ? "redo" : "undo");
    case "y":
      return grid.undo("redo");
    case "s":
      grid.settle();
      grid.wire.ask("save");
      return true;
    case "home":
      return grid.place(grid.order[0], { extend });
    case "end":
      return grid.place(grid.order[grid.order.length - 1], { extend });
    case "arrowup":
      return grid.moveDown(-grid.lines.length, extend);
    case "arrowdown":
      return grid.moveDown(grid.lines.length, extend);
    case "arrowleft":
      return grid.place(line[0], { extend });
    case "arrowright":
      return grid.place(line[line.length - 1], { extend });
    case "a":
      if (grid.editing) return false;
      grid.anchor = grid.order[0];
      return grid.place(grid.order[grid.order.length - 1], { extend: true });
  }
  return false;
}

/**
 * @param {Grid} grid
 * @param {KeyboardEvent} event
 */
function moveByKey(grid, { key, shiftKey: extend }) {
  const line = grid.lines[grid.active.down];
  // while F2 edits, left and right move the caret; after plain typing they leave the cell
  const leaves = !(grid.editing && grid.caret);
  switch (key) {
    case "ArrowUp":
      return grid.moveDown(-1, extend);
    case "ArrowDown":
      return grid.moveDown(1, extend);
    case "PageUp":
      return grid.moveDown(-PAGE_ROWS, extend);
    case "PageDown":
      return grid.moveDown(PAGE_ROWS, extend);
    case "ArrowLeft":
      return leaves && grid.moveAcross(-1, extend);
    case "ArrowRight":
      return leaves && grid.moveAcross(1, extend);
    case "Home":
      return leaves && grid.place(line[0], { extend });
    case "End":
      return leaves && grid.place(line[line.length - 1], { extend });
  }
  return false;
}

/**
 * @param {Grid} grid
 * @param {KeyboardEvent} event
 */
function editByKey(grid, { key, shiftKey }) {
  switch (key) {
    case "Enter":
      grid.settle();
      if (!shiftKey && grid.scan.waits(grid.active)) grid.scan.confirm();
      else grid.moveDown(shiftKey ? -1 : 1, false);
      grid.draw();
      return true;
    case "Tab":
      grid.settle();
      return !grid.leaving && grid.step(shiftKey ? -1 : 1);
    case "F2":
      return grid.startEditing();
    case "Escape":
      return grid.escape();
    case "Delete":
    case "Backspace":
      return !grid.editing && grid.clear();
  }
  return false;
}
