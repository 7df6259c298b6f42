// Notes that outlive the widget that wrote them, a reload and a killed kernel; every window has other ones.

/**
 * @param {string} key
 * @returns {any} the note under the key, `null` for nothing
 */
export function readNote(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Write a note; `null` removes it.
 * @param {string} key
 * @param {unknown} value
 */
export function writeNote(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // storage is full or forbidden: it only spares typing
  }
}
