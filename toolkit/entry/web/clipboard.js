// Blocks of cells as spreadsheets and web pages put them on the clipboard; sent to the browser in front of grid.js.

// Cells of what Excel, WPS or a web page put on the clipboard; markup is read as text and never shown.
function pastedBlock(data) {
  const html = data.getData("text/html");
  const plain = data.getData("text/plain");
  if (plain.includes("\t") || !/<table/i.test(html)) return tabbed(plain);
  const page = new DOMParser().parseFromString(html, "text/html");
  const lines = [...page.querySelectorAll("tr")].map((line) => [...line.cells].map((cell) => cell.textContent.trim()));
  return lines.filter((line) => line.length);
}

// Tab-separated text as spreadsheets write it: a cell with a line break or a quote stands in quotes.
function tabbed(text) {
  const lines = [[""]];
  let quoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    const line = lines.at(-1);
    if (quoted && sign === '"' && source[at + 1] === '"') { line[line.length - 1] += '"'; at += 1; }
    else if (sign === '"' && (quoted || line.at(-1) === "")) quoted = !quoted;
    else if (!quoted && sign === "\t") line.push("");
    else if (!quoted && sign === "\n") lines.push([""]);
    else line[line.length - 1] += quoted && sign === "\n" ? " " : sign;
  }
  return source === "" ? [] : lines;
}

// A block copied with its row and column names is wider than the table: the names are left out.
function fitLabels(block, room) {
  let fitted = block;
  const worded = (text) => text.trim() !== "" && understood(text) === null && /[\p{L}（）]/u.test(text);
  while (fitted[0]?.length > room && fitted.every((line) => (line[0] ?? "").trim() === "" || worded(line[0]))) fitted = fitted.map((line) => line.slice(1));
  while (fitted.length > 1 && fitted[0].some(worded) && fitted[0].every((text) => text.trim() === "" || worded(text))) fitted = fitted.slice(1);
  return { fitted, dropped: fitted !== block };
}
