// The server that does not answer: it was ended, or the network is gone. The form is covered until it is there again.

/** @import { App, Panel } from "../types.d.ts" */
/** @import { Veil } from "./veil.js" */

const ASK_SERVER_MS = 700;
const LOOK_AGAIN_MS = 2000;
const ANSWER_MS = 5000; // a network that swallows requests lets them hang for minutes
const LOST_DIALOG = ".jp-Dialog:has(input[type=checkbox])"; // JupyterLab's about the connection: not to be shown again

/**
 * Ask our server something; another one, of another person, may have been given the address meanwhile.
 * @param {App} app
 * @param {string} question
 */
async function ask(app, question) {
  const { baseUrl, token } = app.serviceManager.serverSettings;
  /** @type {Record<string, string>} */
  const headers = token ? { Authorization: `token ${token}` } : {};
  const signal = AbortSignal.timeout(ANSWER_MS);
  return fetch(`${baseUrl}api/${question}`, { headers, cache: "no-store", signal }).then(
    (answer) => answer.ok,
    () => false,
  );
}

/**
 * @param {App} app
 * @param {Veil} veil
 */
export async function coverIfGone(app, veil) {
  if (!(await ask(app, "status"))) veil.raise("offline");
}

/**
 * A connection that was lost may be the kernel's alone; the server that does not answer is gone, or out of reach for a while.
 * Where a cable was pulled the kernel's own connection says nothing: then a request of JupyterLab's that fails does.
 * @param {App} app
 * @param {Panel} widget
 * @param {Veil} veil
 * @param {() => void} revive
 */
export function noticeTheEnd(app, widget, veil, revive) {
  let asking = false;
  const doubt = async () => {
    if (asking || veil.gone || veil.aside || widget.isDisposed) return; // JupyterLab's signal outlives a closed tab
    asking = true;
    const there = await answersAfterAll(app);
    asking = false;
    if (widget.isDisposed) return;
    if (there) {
      pressOnlyButton(LOST_DIALOG);
      return;
    }
    veil.raise("offline");
    await waitForOurKernel(app, widget, veil, revive);
  };
  widget.sessionContext.connectionStatusChanged.connect((_, status) => status !== "connected" && void doubt());
  app.serviceManager.connectionFailure.connect(() => void doubt());
}

/**
 * Whether the server answers within a few tries.
 * @param {App} app
 */
async function answersAfterAll(app) {
  for (let tries = 0; tries < 3; tries += 1) {
    await pause(ASK_SERVER_MS);
    if (await ask(app, "status")) return true;
  }
  return false;
}

/**
 * A network that was gone: the kernel is still there, and the form goes on. A server that was started again has other kernels
 * and shows the form in a window of its own; there the button of the veil helps.
 * @param {App} app
 * @param {Panel} widget
 * @param {Veil} veil
 * @param {() => void} revive
 */
async function waitForOurKernel(app, widget, veil, revive) {
  const kernel = widget.sessionContext.session?.kernel;
  while (kernel && veil.gone) {
    await pause(LOOK_AGAIN_MS);
    if (!veil.gone || !(await ask(app, `kernels/${kernel.id}`))) continue;
    revive();
    await kernel.reconnect().catch(() => undefined);
  }
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Press the button of a dialog of JupyterLab's with nothing to choose, whose words ours replace.
 * @param {string} [dialog] selector
 */
export function pressOnlyButton(dialog = ".jp-Dialog") {
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll(`${dialog} .jp-Dialog-button`);
  if (buttons.length === 1) buttons[0].click();
}
