// What was typed and is not on the disk yet, in the browser's storage: a killed kernel loses no key.

/** @typedef {{ text: string, bases: string[] }} Entry what was typed, and the texts that the disk may hold before it */

export class Unsent {
  /**
   * @param {string} key of the storage
   * @param {number} most so many texts of one place can be on their way at once
   */
  constructor(key, most) {
    this.key = key;
    this.most = most;
  }

  /** @returns {Record<string, Entry>} by path */
  all() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}");
    } catch {
      return {};
    }
  }

  /** @param {Record<string, Entry>} all */
  put(all) {
    try {
      if (Object.keys(all).length) localStorage.setItem(this.key, JSON.stringify(all));
      else localStorage.removeItem(this.key);
    } catch {
      // storage is full or forbidden: the journal on disk is still there
    }
  }

  /**
   * @param {string} path
   * @param {string} text what was typed
   * @param {string} base what the disk holds, as far as is known; counts for the first text only
   */
  remember(path, text, base) {
    const all = this.all();
    all[path] = { text, bases: all[path]?.bases ?? [base] };
    this.put(all);
  }

  /**
   * From now on the disk may hold another text: it is on its way there, and what comes after it is typed on top of it.
   * @param {string} path
   * @param {string} text
   */
  onItsWay(path, text) {
    const all = this.all();
    const [first, ...others] = all[path]?.bases ?? [];
    if (first === undefined || [first, ...others].includes(text)) return;
    all[path].bases = [first, ...[...others, text].slice(-this.most)];
    this.put(all);
  }

  /**
   * The disk holds this text now, and nothing older.
   * @param {string} path
   * @param {string} text
   */
  arrived(path, text) {
    const all = this.all();
    if (!all[path]) return;
    all[path].bases = [text];
    this.put(all);
  }

  /** @param {string} path */
  forget(path) {
    const all = this.all();
    if (!(path in all)) return;
    delete all[path];
    this.put(all);
  }

  /**
   * Whether a text was lost: it is not what is saved, and nobody else has changed the place since.
   * @param {Entry} entry
   * @param {string} saved
   */
  static isLost({ text, bases }, saved) {
    return text !== saved && Boolean(bases?.includes(saved));
  }
}
