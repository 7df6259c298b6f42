// Our notebooks: what each is called, also by the browser's tab, what it draws, and which of them an address opens.

/** @import { Shown } from "../types.d.ts" */

/** @type {Record<string, Shown>} by path */
export const SHOWN = {
  "notebooks/annual_report.ipynb": {
    name: "填报表",
    kept: "已填的都在",
    roots: ".nb-form, .nb-start",
    ready: ".nb-form td[data-address], .nb-start input",
    alone: "open_paper(",
  },
  "notebooks/county_overview.ipynb": {
    name: "年报总览",
    kept: "收到的数据都在",
    roots: ".jp-OutputArea-output",
    ready: ".jp-OutputArea-output",
  },
  "notebooks/request_register.ipynb": {
    name: "依申请公开台账",
    kept: "保存过的都在台账里",
    roots: ".nb-register, .nb-register-place",
    ready: ".nb-register tbody, .nb-register-place input, .nb-register-place button",
    alone: "open_register_place(",
  },
};
const ADDRESS = /\/doc(?:\/workspaces\/[^/]+)?\/tree\/(.+)$/;

/**
 * The path of our notebook that an address opens, alone or in a workspace.
 * @param {string} pathname
 * @returns {string | undefined}
 */
export function shownPath(pathname) {
  const path = ADDRESS.exec(decodeURIComponent(pathname))?.[1];
  return path && path in SHOWN ? path : undefined;
}

/**
 * Keep the title of the page the name of what is shown, as long as that is one of our notebooks: JupyterLab calls the tab after a
 * file of the program.
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
