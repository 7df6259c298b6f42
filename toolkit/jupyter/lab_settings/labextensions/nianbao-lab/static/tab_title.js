// The browser's tab is called after what it shows: JupyterLab calls it after a file of the program.

import { SHOWN } from "./notebooks.js";

/**
 * Keep the title of the page the name of what is shown, as long as that is one of our notebooks.
 * @param {() => string | undefined} path of the document in front
 * @returns {() => void} look again: another document is in front
 */
export function keepTitle(path) {
  const rename = () => {
    const name = SHOWN[path() ?? ""]?.name;
    if (name && document.title !== name) document.title = name;
  };
  const title = document.querySelector("title");
  if (title) new MutationObserver(rename).observe(title, { childList: true });
  return rename;
}
