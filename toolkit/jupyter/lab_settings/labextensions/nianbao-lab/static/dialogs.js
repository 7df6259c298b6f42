// Dialogs of JupyterLab that the form's own words replace.

/**
 * Press the button of a dialog with nothing to choose.
 * @param {string} [dialog] selector
 */
export function pressOnlyButton(dialog = ".jp-Dialog") {
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll(`${dialog} .jp-Dialog-button`);
  if (buttons.length === 1) buttons[0].click();
}
