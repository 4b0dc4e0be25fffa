import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./loading.mjs";

const { dayKey, dayName } = await load("moments.js");
const { refusalOf } = await load("refusals.js");

test("days have names near today", () => {
  const names = { today: "Today", yesterday: "Yesterday" };
  const now = new Date(2026, 2, 1, 9);
  assert.equal(dayName(new Date(2026, 2, 1, 23), names, now), "Today");
  assert.equal(dayName(new Date(2026, 1, 28, 1), names, now), "Yesterday");
  assert.equal(dayKey(new Date(2026, 0, 5)), "2026-01-05");
});

test("a refusal says why and until when, and whether trying again can help", () => {
  const strings = { refusedTextLong: "Too long.", refusedMuted: "Until {moment}.", refusedInternal: "Broken." };
  assert.deepEqual(refusalOf({ code: "text_long" }, strings), { sentence: "Too long.", isFinal: true });
  assert.match(refusalOf({ code: "muted", until: Date.UTC(2026, 10, 28) }, strings).sentence, /^Until .*2026.*\.$/);
  assert.deepEqual(refusalOf({ code: "something_new" }, strings), { sentence: "Broken.", isFinal: false });
});
