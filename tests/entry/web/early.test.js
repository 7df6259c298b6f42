// The notebook is opened once, before JupyterLab has restored anything.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openEarly } from "../../../toolkit/jupyter/lab_settings/labextensions/nianbao-lab/static/early.js";
import { shownPath } from "../../../toolkit/jupyter/lab_settings/labextensions/nianbao-lab/static/notebooks.js";

const PATH = "notebooks/annual_report.ipynb";

/**
 * As much of JupyterLab as opens a document.
 * @param {boolean} there whether the file is
 */
function jupyterLab(there) {
  /** @type {string[]} */
  const done = [];
  const app = {
    started: Promise.resolve(),
    restored: new Promise(() => undefined),
    commands: {
      /** @param {string} id */
      execute: async (id) => {
        done.push(id);
        if (!there && id === "docmanager:open") throw new Error("404");
        return id;
      },
    },
    shell: { restoreLayout: async () => void done.push("layout") },
  };
  return { app: /** @type {any} */ (app), done };
}

test("the layout is there before the notebook, and the request of the file browser opens no second one", async () => {
  const { app, done } = jupyterLab(true);
  assert.equal(await openEarly(app, PATH), "docmanager:open");
  assert.equal(await app.commands.execute("filebrowser:open-path", { path: PATH }), "docmanager:open");
  assert.deepEqual(done, ["layout", "docmanager:open"]);
  await app.commands.execute("filebrowser:open-path", { path: PATH });
  assert.deepEqual(done, ["layout", "docmanager:open", "filebrowser:open-path"], "only the first request is ours");
});

test("a file that cannot be opened is left to JupyterLab, which says so", async () => {
  const { app, done } = jupyterLab(false);
  await assert.rejects(openEarly(app, PATH));
  assert.equal(await app.commands.execute("filebrowser:open-path", { path: PATH }), "filebrowser:open-path");
  assert.deepEqual(done, ["layout", "docmanager:open", "filebrowser:open-path"]);
});

test("our notebooks are known by address, alone, in a workspace and on a hub", () => {
  for (const start of ["/doc/tree/", "/doc/workspaces/auto-X/tree/", "/user/%E7%8E%8B%E8%8A%B3/doc/tree/"])
    assert.equal(shownPath(`${start}${PATH}`), PATH);
  for (const other of ["/doc/tree/notebooks/other.ipynb", `/lab/tree/${PATH}`, `/doc/tree/copy/${PATH}`, "/doc"])
    assert.equal(shownPath(other), undefined);
});
