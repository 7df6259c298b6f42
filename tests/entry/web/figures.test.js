// The shared cases of a typed figure, as the browser reads them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { understood } from "../../../toolkit/entry/web/figures.js";

const CASES = JSON.parse(readFileSync(new URL("../typed_cases.json", import.meta.url), "utf8"));

for (const { text, kind, unit, means, why } of CASES) {
  test(why, () => assert.equal(understood(text, { money: kind === "money", unit }), means));
}
