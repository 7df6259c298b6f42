// What a typed figure means.

/**
 * The number a typed text means, as text, or null. The same cases as toolkit.entry.form.typed.typed_value.
 * @param {string} raw
 * @param {{ money?: boolean, unit?: string }} [column]
 * @returns {string | null}
 */
export function understood(raw, { money = false, unit = "" } = {}) {
  let text = raw.normalize("NFKC").replace(/\s+/g, " ").trim();
  text = text
    .replace(/(?<=[0-9])[,，\s](?=[0-9]{3}([^0-9]|$))/g, "")
    .replace(/−/g, "-")
    .replace(/ /g, "");
  text = text.replace(/^(增加|增|新增)(?=[0-9])/, "+").replace(/^(减少|减|下降)(?=[0-9])/, "-");
  const last = unit || "元";
  if (!money) text = text.replace(/(件次|人次|件|条|次|项|个|人|部)$/, "");
  else if (text.endsWith(last)) text = text.slice(0, -last.length);
  if (!(money ? /^[-+]?[0-9]{1,15}(\.[0-9]+)?$/ : /^[-+]?[0-9]{1,15}$/).test(text)) return null;
  const digits = text.replace(/^[-+]/, "").replace(/^0+(?=[0-9])/, "");
  return (text.startsWith("-") && /[1-9]/.test(digits) ? "-" : "") + digits;
}
