// The container JupyterLab expects of an extension, written by hand so that nothing has to be built; the work is in form.js.
(() => {
  const { src: base } = /** @type {HTMLScriptElement} */ (document.currentScript);
  /** @type {import("../types.d.ts").Scope} */
  let scope = {};

  /** @param {string} name of a package that JupyterLab shares */
  const shared = async (name) => (await Object.values(scope[name])[0].get())();

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["nianbao-lab"] = {
    init: (offered) => {
      scope = offered;
    },
    get: async () => {
      const [{ plugin }, { workspaceInMemory }, apputils, statedb] = await Promise.all([
        import(new URL("form.js", base).href),
        import(new URL("workspace.js", base).href),
        shared("@jupyterlab/apputils"),
        shared("@jupyterlab/statedb"),
      ]);
      return () => ({ __esModule: true, default: [plugin, ...workspaceInMemory({ ...apputils, ...statedb })] });
    },
  };
})();
