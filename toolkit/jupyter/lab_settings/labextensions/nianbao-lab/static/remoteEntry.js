// The container JupyterLab expects of an extension, written by hand so that nothing has to be built; the work is in form.js.
(() => {
  const { src: base } = /** @type {HTMLScriptElement} */ (document.currentScript);
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["nianbao-lab"] = {
    init: () => undefined,
    get: async () => {
      const { plugin } = await import(new URL("form.js", base).href);
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
