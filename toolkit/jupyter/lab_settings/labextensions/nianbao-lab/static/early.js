// Opens our notebook as soon as JupyterLab's plugins are there. JupyterLab itself first loads and saves the state of a workspace,
// asks for the file and lists its folder; with two windows on a busy machine that sometimes never ends, and nothing of it is
// needed for one notebook.

/** @import { App, Layout, Panel } from "../types.d.ts" */

/** @type {Layout} */
const NOTHING_OPEN = {
  fresh: false,
  mainArea: null,
  downArea: null,
  leftArea: null,
  rightArea: null,
  topArea: null,
  relativeSizes: null,
};

/**
 * @param {App} app
 * @param {string} path of a notebook
 * @returns {Promise<Panel | null>} null when this JupyterLab does not open it so
 */
export async function openEarly(app, path) {
  await app.started;
  if (!app.shell.restoreLayout) return null;
  const panel = openOnce(app, path);
  await app.shell.restoreLayout("single-document", { isDeferred: false, fetch: () => Promise.resolve(NOTHING_OPEN) });
  return panel();
}

/**
 * JupyterLab's own request to open the notebook, which comes later, gets the same one: the file browser would go to its folder
 * and put that into the address, so that a reload shows no form.
 * @param {App} app
 * @param {string} path
 */
function openOnce(app, path) {
  const execute = app.commands.execute.bind(app.commands);
  /** @type {Promise<Panel> | undefined} */
  let opened;
  const open = () => {
    opened ??= /** @type {Promise<Panel>} */ (execute("docmanager:open", { path }));
    return opened;
  };
  app.commands.execute = (id, args) => {
    if (id !== "filebrowser:open-path" || args?.path !== path) return execute(id, args);
    app.commands.execute = execute;
    return open().catch(() => execute(id, args)); // JupyterLab says what is wrong with the file
  };
  return open;
}
