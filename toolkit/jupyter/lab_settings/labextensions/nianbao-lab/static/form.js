// Runs the notebook of the form, of the register or of the county's overview when it is opened, and again after its kernel
// was restarted: what people see is never dead. Whatever changes the notebook is switched off around it: every report is made
// from this very one.
import { openEarly } from "./early.js";
import { coverIfGone, noticeTheEnd } from "./lost_server.js";
import { keepTitle, SHOWN, shownPath } from "./notebooks.js";
import { opening } from "./opening.js";
import { Veil } from "./veil.js";

/** @import { App, Panel } from "../types.d.ts" */

const ASK_AGAIN_SECONDS = 3;
const WIDGET_MS = 2000; // anywidget throws away all messages to a widget whose script took longer to load (0.11)
const STYLE = new URL("calm.css", import.meta.url).href;
// commands that change, hide or close what is filled in, speak of kernels, or lead to what only programmers need
const PROGRAMMERS = new RegExp(
  "^(notebook:(?!run-all-cells$)|editmenu:(?!find|open)|viewmenu:|runmenu:(?!run-all$)|kernelmenu:|help-menu-|help:(open|jupyter)|inspector:|debugger:" +
    "|console:|filemenu:(create-console|close)|docmanager:(?!open)|launcher:|fileeditor:|codemirror:|application:(close|toggle-(?!full))" +
    "|filebrowser:|apputils:(activate|display)|toc:|property-inspector:|running:|jupyter-notebook:|jupyterlab-|@jupyter-widgets" +
    "|completer:|settingeditor:|documentsearch:)",
);

const { timeout } = AbortSignal;
AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms === WIDGET_MS ? 60 * ms : ms);

/**
 * @param {Panel | null} widget
 * @returns {widget is Panel}
 */
function isOurs(widget) {
  return Boolean(widget?.context && widget.sessionContext && widget.context.path in SHOWN);
}

/**
 * Other documents look as always.
 * @param {Panel | null} widget
 */
function dress(widget) {
  document.body.classList.toggle("nianbao-form", isOurs(widget));
  for (const name of ["overview", "register"])
    document.body.classList.toggle(`nianbao-${name}`, isOurs(widget) && widget.context.path.endsWith(`${name}.ipynb`));
}

/**
 * Menus, palette and keys ask these two before anything is done; what is executed by name still runs.
 * @param {App} app
 */
function switchOff(app) {
  for (const question of /** @type {const} */ (["isVisible", "isEnabled"])) {
    const answer = app.commands[question].bind(app.commands);
    app.commands[question] = (id, args) => !(PROGRAMMERS.test(id) && isOurs(app.shell.currentWidget)) && answer(id, args);
  }
}

/**
 * JupyterLab's own keys (Alt+W closes what is filled in) also work where a press on a margin has taken the keyboard out of the
 * form: while ours is in front it leaves all keys to the form and the browser.
 * @param {App} app
 */
function takeKeys(app) {
  const keep = (/** @type {KeyboardEvent} */ { target }) => {
    if (!(target instanceof HTMLElement)) return;
    if (isOurs(app.shell.currentWidget)) target.dataset.lmSuppressShortcuts = "true";
    else delete document.body.dataset.lmSuppressShortcuts;
  };
  window.addEventListener("keydown", keep, true);
}

/** The link for the keyboard that leads past the menus; JupyterLab's Chinese has no words for it. */
function nameSkipLink() {
  const link = document.querySelector("#jp-skiplink a");
  if (link) link.textContent = "跳过菜单，到填写的地方";
}

/**
 * 文件 → 打印 would print the notebook: the form prints the report.
 * @param {App} app
 */
function printReport(app) {
  const execute = app.commands.execute.bind(app.commands);
  app.commands.execute = (id, args) => {
    if (id !== "apputils:print" || !document.body.classList.contains("nianbao-form")) return execute(id, args);
    document.dispatchEvent(new Event("nianbao:print"));
    return Promise.resolve();
  };
}

/**
 * @param {App} app
 * @param {Panel} widget
 * @param {Veil} veil
 */
async function run(app, widget, veil) {
  await widget.sessionContext.ready;
  app.shell.activateById(widget.id);
  const ran = app.commands.execute("notebook:run-all-cells");
  widget.content.activeCellIndex = 0;
  await veil.lowerWhenDrawn(); // the first cell draws it, the others show nothing
  await ran;
  // outputs are not kept in the file, so saving only tells the browser that nothing is unsaved
  await widget.context.save();
}

/**
 * Run the notebook again when its kernel has died and is there again, or when the server was out of reach for a while.
 * @param {App} app
 * @param {Panel} widget
 * @param {Veil} veil
 */
function reviveAfterDeath(app, widget, veil) {
  let died = false;
  let seconds = 0;
  const goOn = () => {
    const kernel = widget.sessionContext.session?.kernel;
    if (!died || veil.aside || !kernel) return;
    if (kernel.status === "idle") {
      died = false;
      void run(app, widget, veil);
    } else if (kernel.connectionStatus === "connected" && seconds % ASK_AGAIN_SECONDS === 0) {
      // the status that follows a restart can be lost between two connections, and nothing asks for it a second time
      kernel.requestKernelInfo().catch(() => undefined);
    }
  };
  widget.sessionContext.statusChanged.connect((_, status) => {
    if (veil.aside) return; // the window that has the form revives it
    if (status === "autorestarting" || status === "restarting" || status === "dead") {
      died = true;
      veil.raise(status === "dead" ? "stuck" : "reviving");
      if (status === "dead") void coverIfGone(app, veil);
    } else goOn();
  });
  // a status that came while nobody listened, between two connections, is no reason to wait for ever
  setInterval(() => {
    seconds += 1;
    goOn();
  }, 1000);
  return () => {
    died = true;
    veil.raise("reviving");
  };
}

/**
 * Another window, of this browser or another, has run the notebook in the same kernel: the form is there now, and what is
 * drawn here reaches nobody. What was typed here is on the disk or in this browser's storage.
 * @param {Panel} widget
 * @param {Veil} veil
 */
function noticeAnotherWindow(widget, veil) {
  const { alone } = SHOWN[widget.context.path];
  widget.sessionContext.iopubMessage.connect(({ session }, { header, parent_header, content }) => {
    const made = header.msg_type === "execute_input" && Boolean(alone && content.code?.includes(alone));
    if (made && parent_header.session !== session?.kernel?.clientId) veil.raise("elsewhere");
  });
}

/**
 * @param {App} app
 * @param {Panel} widget
 */
async function show(app, widget) {
  await widget.context.ready;
  const veil = new Veil(widget, SHOWN[widget.context.path]);
  veil.raise("opening");
  opening.end();
  widget.toolbar.hide();
  for (const side of ["left", "right"]) {
    if (app.shell.isSideTabBarVisible?.(side)) app.shell.toggleSideTabBarVisibility(side);
  }
  // a right click means the browser's own copy and paste, not the menu of cells
  widget.content.node.addEventListener("contextmenu", (event) => event.stopPropagation(), true);
  noticeTheEnd(app, widget, veil, reviveAfterDeath(app, widget, veil));
  noticeAnotherWindow(widget, veil);
  await run(app, widget, veil);
}

export const plugin = {
  id: "nianbao-lab:form",
  autoStart: true,
  /** @param {App} app */
  activate: (app) => {
    const seen = new WeakSet();
    const rename = keepTitle(() => app.shell.currentWidget?.context?.path);
    /** @param {Panel | null} widget */
    const present = (widget) => {
      dress(widget);
      rename();
      if (isOurs(widget) && !seen.has(widget)) {
        seen.add(widget);
        void show(app, widget);
      } else if (widget && !isOurs(widget)) opening.end();
    };
    const look = () => present(app.shell.currentWidget);
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: STYLE });
    document.head.append(link);
    switchOff(app);
    takeKeys(app);
    printReport(app);
    void app.started.then(nameSkipLink); // by then the page is there
    const begin = () => {
      app.shell.currentChanged.connect(look);
      look();
    };
    const path = shownPath(location.pathname);
    if (path) void openEarly(app, path).then(present, () => undefined); // what cannot be opened JupyterLab says itself
    void app.restored.then(begin, begin); // a layout that cannot be restored is no reason to show nothing
  },
};
