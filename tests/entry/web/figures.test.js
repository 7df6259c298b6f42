// The shared cases of a typed figure, as the browser reads them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { exactFigure, readFigure } from "../../../toolkit/entry/web/figures.js";

const CASES = JSON.parse(readFileSync(new URL("../typed_cases.json", import.meta.url), "utf8"));

for (const { text, kind, unit, value, approximate, why } of CASES) {
  const column = { money: kind === "money", unit };
  test(why, () => {
    assert.deepEqual(readFigure(text, column), { value, approximate });
    assert.equal(exactFigure(text, column), approximate ? null : value);
  });
}
