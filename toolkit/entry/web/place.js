// Where in a form the keyboard is: noted in the window's own storage, taken up again when the form is drawn anew
// (kernel started anew, page reloaded, notebook run again). Sent to the browser in front of findings_panel.js.

const PLACE = "nianbao-place:";
const COME_BACK_MS = 4000; // by then every part is drawn
const NOWHERE = "body, .jp-Notebook, .jp-Cell, .jp-Document, .jp-NotebookPanel"; // what the browser or JupyterLab falls back on

// A place is what `goTo` takes: the cells, field or words a finding would name.
function placeOf(element) {
  const cell = element.closest("[data-address]");
  if (cell) return { cells: [cell.dataset.address], where: "" };
  if (element.matches(".nb-text-area")) {
    const at = [...element.value.slice(0, element.selectionStart)].length;
    return { cells: [], where: `narrative.${element.dataset.part}`, start: at, end: at };
  }
  const field = /nb-at-([\w-]+)/.exec(element.closest('[class*="nb-at-"]')?.className ?? "");
  return field ? { cells: [], where: field[1] } : null;
}

class PlaceKeeper {
  constructor(formId, form, scroller) {
    Object.assign(this, { formId, form, scroller, store: PLACE + formId });
    form.addEventListener("focusin", (event) => this.note(event.target));
    this.caret = () => { if (document.activeElement?.matches(".nb-text-area")) this.note(document.activeElement); };
    document.addEventListener("selectionchange", this.caret);
    this.comeBack(performance.now() + COME_BACK_MS);
  }

  stop() {
    document.removeEventListener("selectionchange", this.caret);
  }

  // Bar, list and buttons are only passed through; the last section (换一个机关) is the end of a visit.
  note(element) {
    if (!this.form.contains(element)) return;
    const place = placeOf(element);
    try {
      if (place) sessionStorage.setItem(this.store, JSON.stringify(place));
      else if (element.closest(".nb-section-finish")) sessionStorage.removeItem(this.store);
    } catch {
      // storage is full or forbidden: the form opens at its top
    }
  }

  noted() {
    try {
      return JSON.parse(sessionStorage.getItem(this.store));
    } catch {
      return null;
    }
  }

  // Parts are drawn one after the other, perhaps under a veil: tried until the keyboard is in, or somebody has moved it.
  comeBack(end) {
    const free = !document.activeElement || document.activeElement.matches(NOWHERE) || Boolean(document.activeElement.closest(".nianbao-veil"));
    if (!this.form.isConnected || !free || performance.now() > end) return;
    if (this.form.closest("[inert]")) end = performance.now() + COME_BACK_MS;
    else this.take();
    setTimeout(() => this.comeBack(end), 50);
  }

  take() {
    const place = this.noted();
    if (place) return goTo(this.formId, place);
    const title = this.form.querySelector(".nb-title");
    if (!title) return undefined;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    this.scroller.scrollTop = 0;
    return undefined;
  }
}
