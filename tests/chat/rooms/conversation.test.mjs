import assert from "node:assert/strict";
import { test } from "node:test";

const rooms = new URL("../../../chat/rooms/static/rooms/", import.meta.url);
const { Conversation, messageOf } = await import(new URL("conversation.js", rooms));
const { dayKey, dayName } = await import(new URL("moments.js", rooms));

test("a message is shown once, and again when it changed", () => {
  const talk = new Conversation();
  assert.equal(talk.keep({ seq: 1, text: "a", deleted: false }), "added");
  assert.equal(talk.keep({ seq: 1, text: "a", deleted: false }), "same");
  assert.equal(talk.keep({ seq: 1, text: "b", deleted: false }), "changed");
});

test("older messages go before the ones that are there", () => {
  const talk = new Conversation();
  for (const seq of [7, 9]) talk.keep({ seq });
  assert.equal(talk.successor(8), 9);
  assert.equal(talk.successor(3), 7);
  assert.equal(talk.successor(10), null);
  assert.equal(talk.oldest, 7);
});

test("what is on its way is settled once", () => {
  const talk = new Conversation();
  talk.begin("c", "hi");
  assert.equal(talk.fail("c", "text_long").state, "failed");
  assert.equal(talk.settle("c"), true);
  assert.equal(talk.settle("c"), false);
  assert.equal(talk.fail("c", "late"), null);
});

test("an event of another kind is no message", () => {
  assert.equal(messageOf({ kind: "something.new", seq: 1, data: {} }), null);
  assert.equal(messageOf({ kind: "message", seq: 1, data: { text: "a", name: "A" } }).text, "a");
});

test("days have names near today", () => {
  const names = { today: "Today", yesterday: "Yesterday" };
  const now = new Date(2026, 2, 1, 9);
  assert.equal(dayName(new Date(2026, 2, 1, 23), names, now), "Today");
  assert.equal(dayName(new Date(2026, 1, 28, 1), names, now), "Yesterday");
  assert.equal(dayKey(new Date(2026, 0, 5)), "2026-01-05");
});
