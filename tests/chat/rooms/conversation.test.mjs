import assert from "node:assert/strict";
import { test } from "node:test";

const rooms = new URL("../../../chat/rooms/static/rooms/", import.meta.url);
const { Conversation, messageOf } = await import(new URL("conversation.js", rooms));
const { Unsent } = await import(new URL("unsent.js", rooms));
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
  assert.equal(talk.settle("c").text, "hi");
  assert.equal(talk.settle("c"), null);
});

test("what the server kept and the page shows already, or shows no more, waits no longer", () => {
  const talk = new Conversation();
  for (const cid of ["shown", "before", "after", "unknown"]) talk.begin(cid, cid);
  for (const seq of [50, 51]) talk.keep({ seq });
  talk.confirm("shown", 51);
  talk.confirm("before", 7);
  talk.confirm("after", 52);
  assert.deepEqual(talk.overtaken, ["shown", "before"]);
  talk.forget();
  assert.equal(talk.oldest, null);
  assert.deepEqual(talk.overtaken, []);
});

class FakeStorage extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, text) => this.set(key, text);
  removeItem = (key) => this.delete(key);
}

test("what is not confirmed survives a reload, for its author alone", () => {
  const storage = new FakeStorage();
  const unsent = new Unsent("room:1", "user:7", storage);
  unsent.add({ cid: "a", text: "one" });
  unsent.add({ cid: "b", text: "two" });
  unsent.remove("a");
  assert.deepEqual(new Unsent("room:1", "user:7", storage).all(), [{ cid: "b", text: "two" }]);
  assert.deepEqual(new Unsent("room:1", "user:8", storage).all(), []);
  unsent.remove("b");
  assert.equal(storage.size, 0);
});

test("without a storage nothing breaks", () => {
  const unsent = new Unsent("room:1", "user:7", null);
  unsent.add({ cid: "a", text: "one" });
  assert.deepEqual(unsent.all(), []);
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
