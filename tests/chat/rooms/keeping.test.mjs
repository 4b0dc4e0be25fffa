// What survives a reload of the page, in this tab.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeStorage } from "../live/fakes.mjs";
import { load } from "./loading.mjs";

const { Draft, Unsent } = await load("unsent.js");

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

test("what is half written survives it, too", () => {
  const storage = new FakeStorage();
  new Draft("room:1", "user:7", storage).text = "Half a th";
  assert.equal(new Draft("room:1", "user:7", storage).text, "Half a th");
  assert.equal(new Draft("room:2", "user:7", storage).text, "");
  new Draft("room:1", "user:7", storage).text = "";
  assert.equal(storage.size, 0);
});

test("without a storage nothing breaks", () => {
  const unsent = new Unsent("room:1", "user:7", null);
  unsent.add({ cid: "a", text: "one" });
  assert.deepEqual(unsent.all(), []);
  const draft = new Draft("room:1", "user:7", null);
  draft.text = "one";
  assert.equal(draft.text, "");
});
