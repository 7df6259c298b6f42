// A workspace that is kept in memory only. JupyterLab's own asks other windows for a free name, then loads and saves the state of
// that workspace before it opens any notebook: a second in which nothing happens. The form needs nothing of it.

/** @import { Plugin, Shared } from "../types.d.ts" */

/**
 * @param {Shared} shared what JupyterLab shares with extensions
 * @returns {Plugin[]}
 */
export function workspaceInMemory({ IWindowResolver, IStateDB, StateDB }) {
  return [
    { id: "nianbao-lab:window", autoStart: true, provides: IWindowResolver, activate: () => ({ name: "default" }) },
    { id: "nianbao-lab:state", autoStart: true, provides: IStateDB, activate: () => new StateDB() },
  ];
}
