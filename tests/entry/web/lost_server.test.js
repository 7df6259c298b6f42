// A network that is gone is noticed however it shows: the kernel's connection ends, or only a request of JupyterLab's fails.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

let answers = true;
let closed = 0;
let hangs = false;
mock.method(AbortSignal, "timeout", () => AbortSignal.abort()); // the time is over at once
globalThis.fetch = /** @type {any} */ (
  async (/** @type {string} */ _, /** @type {RequestInit} */ { signal }) => {
    if (hangs && !signal?.aborted) await new Promise(() => undefined);
    if (hangs) throw signal?.reason;
    return { ok: answers };
  }
);
globalThis.document = /** @type {any} */ ({
  querySelectorAll: () => [
    {
      click: () => {
        closed += 1;
      },
    },
  ],
});
mock.method(globalThis, "setTimeout", (/** @type {() => void} */ call) => queueMicrotask(call));
const { noticeTheEnd } = await import("../../../toolkit/jupyter/lab_settings/labextensions/nianbao-lab/static/lost_server.js");

/** As much of JupyterLab as tells of a lost connection. */
function jupyterLab() {
  /** @type {((sender: unknown, content: any) => void)[]} */
  const heard = [];
  const signal = { connect: (/** @type {any} */ listener) => void heard.push(listener) };
  const done = { raised: "", reconnected: 0, revived: 0 };
  const kernel = {
    id: "k",
    reconnect: async () => {
      done.reconnected += 1;
    },
  };
  const veil = {
    aside: false,
    get gone() {
      return done.raised === "offline" && !done.revived;
    },
    raise: (/** @type {string} */ why) => {
      done.raised = why;
      answers = true; // the network is back
      hangs = false;
    },
  };
  const app = { serviceManager: { serverSettings: { baseUrl: "/", token: "" }, connectionFailure: signal } };
  const widget = { isDisposed: false, sessionContext: { session: { kernel }, connectionStatusChanged: signal } };
  noticeTheEnd(/** @type {any} */ (app), /** @type {any} */ (widget), /** @type {any} */ (veil), () => {
    done.revived += 1;
  });
  const [status, failure] = heard;
  return { done, status, failure, widget };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  answers = true;
  closed = 0;
});

test("a request that fails covers the form until the server answers, though the kernel's connection says nothing", async () => {
  const { done, failure } = jupyterLab();
  answers = false;
  failure(null, new Error("network"));
  failure(null, new Error("network"));
  await settled();
  assert.deepEqual(done, { raised: "offline", reconnected: 1, revived: 1 });
});

test("a request that fails while the server is there covers nothing, and its dialog is closed", async () => {
  const { done, failure } = jupyterLab();
  failure(null, new Error("network"));
  await settled();
  assert.deepEqual(done, { raised: "", reconnected: 0, revived: 0 });
  assert.equal(closed, 1);
});

test("a connection of the kernel that ends is asked after as well", async () => {
  const { done, status } = jupyterLab();
  status(null, "connected");
  await settled();
  assert.equal(done.raised, "");
  answers = false;
  status(null, "connecting");
  await settled();
  assert.equal(done.raised, "offline");
});

test("a network that swallows requests covers the form as well", async () => {
  const { done, failure } = jupyterLab();
  hangs = true;
  failure(null, new Error("network"));
  await settled();
  assert.equal(done.raised, "offline");
});

test("a closed tab covers nothing and presses no buttons", async () => {
  const { done, failure, widget } = jupyterLab();
  widget.isDisposed = true;
  answers = false;
  failure(null, new Error("network"));
  await settled();
  assert.equal(done.raised, "");
  assert.equal(closed, 0);
});
