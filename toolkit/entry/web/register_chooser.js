// A narrow list beside a text box of the register.

import { make } from "./elements.js";

/**
 * A narrow list beside a box: all that may be chosen, whatever the box holds; words may be typed as well.
 * @param {string} label
 * @param {HTMLInputElement | HTMLTextAreaElement} box
 * @param {() => string[]} offered
 * @param {() => void} changed
 */
export function chooser(label, box, offered, changed) {
  const list = make("select", { class: "nb-register-choose", "aria-label": `选${label}`, tabindex: "-1" });
  const fill = () =>
    list.replaceChildren(make("option", { value: "" }, "（空）"), ...offered().map((text) => make("option", {}, text)));
  list.addEventListener("mousedown", () => fill());
  list.addEventListener("focus", () => {
    fill();
    list.value = box.value;
  });
  list.addEventListener("change", () => {
    box.value = list.value;
    changed();
    box.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent) || !event.altKey || event.key !== "ArrowDown") return;
    event.preventDefault();
    list.focus();
    list.showPicker?.();
  });
  box.setAttribute("title", "可以直接写，也可以从右边（Alt+↓）选");
  fill();
  return list;
}
