// The parts of JupyterLab that the extension uses (JupyterLab 4, Lumino 2).

/** A signal of Lumino: `connect` has a listener called with the sender and what it sends. */
export interface Signal<Content> {
  connect(listener: (sender: unknown, content: Content) => void): void;
}

export interface Settings {
  baseUrl: string;
  token: string;
}

export interface Commands {
  isVisible(id: string, args?: unknown): boolean;
  isEnabled(id: string, args?: unknown): boolean;
  execute(id: string, args?: { path?: string }): Promise<unknown>;
}

/** The areas of JupyterLab's window as they were; null: as in a new one. */
export interface Layout {
  fresh: boolean;
  mainArea: null;
  downArea: null;
  leftArea: null;
  rightArea: null;
  topArea: null;
  relativeSizes: null;
}

export interface Restorer {
  isDeferred: boolean;
  fetch(): Promise<Layout>;
}

export interface App {
  commands: Commands;
  started: Promise<void>;
  restored: Promise<void>;
  serviceManager: { serverSettings: Settings; connectionFailure: Signal<unknown> };
  shell: {
    currentWidget: Panel | null;
    currentChanged: Signal<unknown>;
    activateById(id: string): void;
    restoreLayout?(mode: string, restorer: Restorer): Promise<void>;
    isSideTabBarVisible?(side: string): boolean;
    toggleSideTabBarVisibility(side: string): void;
  };
}

/** A message of the kernel. */
export interface Message {
  header: { msg_type: string };
  parent_header: { session?: string };
  content: { code?: string };
}

export interface Kernel {
  id: string;
  status: string;
  connectionStatus: string;
  clientId: string;
  requestKernelInfo(): Promise<unknown>;
  reconnect(): Promise<void>;
}

export interface Session {
  kernel?: Kernel | null;
}

export interface SessionContext {
  ready: Promise<void>;
  session: Session | null;
  statusChanged: Signal<string>;
  connectionStatusChanged: Signal<string>;
  iopubMessage: { connect(listener: (context: SessionContext, message: Message) => void): void };
}

/** An open document; of a notebook, its cells are in `content`. */
export interface Panel {
  id: string;
  isDisposed: boolean;
  node: HTMLElement;
  content: { node: HTMLElement; activeCellIndex: number };
  toolbar: { hide(): void };
  context: { path: string; ready: Promise<void>; save(): Promise<void> };
  sessionContext: SessionContext;
}

/**
 * One of our notebooks: `name` is what the veil calls it and `kept` what is safe whatever happens, `roots` what a new kernel
 * draws again, `ready` what is there when it can be used, `alone` words of the cell that only one window can have run.
 */
export interface Shown {
  name: string;
  kept: string;
  roots: string;
  ready: string;
  alone?: string;
}

/** Why the veil is up. */
export type Reason = "opening" | "reviving" | "stuck" | "offline" | "elsewhere";

declare global {
  interface Window {
    _JUPYTERLAB?: Record<string, { init: () => void; get: () => Promise<() => unknown> }>;
  }
}
