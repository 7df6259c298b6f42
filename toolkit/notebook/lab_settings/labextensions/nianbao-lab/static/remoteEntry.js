// Runs the form's notebook, or the county's overview, when it is opened, and again when its kernel had to start anew:
// what a clerk sees is never a dead form. Written by hand as the container JupyterLab expects of an extension, so that
// nothing has to be built.
(function () {
  const NOTEBOOKS = { 'notebooks/annual_report.ipynb': [], 'notebooks/county_overview.ipynb': ['nianbao-overview'] };
  const STYLE = new URL('calm.css', document.currentScript.src).href;

  function isForm(widget) {
    return Boolean(widget && widget.context && widget.sessionContext && widget.context.path in NOTEBOOKS);
  }

  async function run(app, widget) {
    await widget.sessionContext.ready;
    app.shell.activateById(widget.id);
    await app.commands.execute('notebook:run-all-cells');
    widget.content.activeCellIndex = 0;
    widget.content.node.scrollTop = 0;
    // outputs are not kept in the file, so saving only tells the browser that nothing is unsaved
    await widget.context.save();
  }

  // JupyterLab's own words for a kernel that died, in English and with nothing to choose: the form says it better
  function pressOnlyButton(tries) {
    const buttons = document.querySelectorAll('.jp-Dialog .jp-Dialog-button');
    if (buttons.length === 1) buttons[0].click();
    else if (tries) setTimeout(() => pressOnlyButton(tries - 1), 100);
  }

  async function show(app, widget) {
    await widget.context.ready;
    document.body.classList.add('nianbao-form', ...NOTEBOOKS[widget.context.path]);
    widget.toolbar.hide();
    for (const side of ['left', 'right']) {
      if (app.shell.isSideTabBarVisible?.(side)) app.shell.toggleSideTabBarVisibility(side);
    }
    let died = false;
    widget.sessionContext.statusChanged.connect((_, status) => {
      if (status === 'autorestarting') pressOnlyButton(50);
      died = died || status === 'autorestarting' || status === 'restarting' || status === 'dead';
      if (died && status === 'idle') {
        died = false;
        void run(app, widget);
      }
    });
    await run(app, widget);
  }

  const plugin = {
    id: 'nianbao-lab:form',
    autoStart: true,
    activate: app => {
      const seen = new WeakSet();
      const look = () => {
        const widget = app.shell.currentWidget;
        if (isForm(widget) && !seen.has(widget)) {
          seen.add(widget);
          void show(app, widget);
        }
      };
      const link = document.createElement('link');
      Object.assign(link, { rel: 'stylesheet', href: STYLE });
      document.head.append(link);
      void app.restored.then(() => {
        app.shell.currentChanged.connect(look);
        look();
      });
    }
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['nianbao-lab'] = {
    init: () => undefined,
    get: async () => () => ({ __esModule: true, default: plugin })
  };
})();
