// The window of all that was said: what joins it, what changes in it, and what leaves it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./loading.mjs";

const { Conversation, messageOf } = await load("conversation.js");
const { numbered } = await load("addresses.js");

function said(seq, text = `Nr ${seq}`, fields = {}) {
  return { kind: "message", seq, author: "user:1", data: { text, ...fields } };
}

function talkOf(...seqs) {
  const talk = new Conversation();
  for (const seq of seqs) talk.keep(messageOf(said(seq)));
  return talk;
}

test("a message is shown once, and again when it changed", () => {
  const talk = new Conversation();
  assert.equal(talk.keep({ seq: 1, text: "a", deleted: false }), "added");
  assert.equal(talk.keep({ seq: 1, text: "a", deleted: false }), "same");
  assert.equal(talk.keep({ seq: 1, text: "b", deleted: false }), "changed");
  assert.equal(talk.keep({ seq: 1, text: "b", deleted: false, edited: true }), "changed");
});

test("older messages go before the ones that are there", () => {
  const talk = talkOf(7, 9);
  assert.equal(talk.successor(8), 9);
  assert.equal(talk.successor(3), 7);
  assert.equal(talk.successor(10), null);
  assert.deepEqual([talk.oldest, talk.newest], [7, 9]);
});

test("an edit and a deletion change the message that they are about, and nothing else", () => {
  const talk = talkOf(4, 5);
  const edited = talk.after({ kind: "message.edited", seq: 6, data: { of: 5, text: "better" } });
  assert.deepEqual([edited.seq, edited.text, edited.edited], [5, "better", true]);
  talk.keep(edited);
  const deleted = talk.after({ kind: "message.deleted", seq: 7, data: { of: 5, by: "author" } });
  assert.deepEqual([deleted.seq, deleted.text, deleted.deleted], [5, "", true]);
  talk.keep(deleted);
  assert.equal(talk.after({ kind: "message.edited", seq: 6, data: { of: 5, text: "better" } }), null);
  assert.equal(talk.after({ kind: "message.edited", seq: 8, data: { of: 4, text: "", deleted: true } }), null);
  assert.equal(talk.after({ kind: "message.deleted", seq: 9, data: { of: 99 } }), null);
  assert.equal(talk.after({ kind: "something.new", seq: 10, data: { of: 4 } }), null);
});

test("what was deleted before we came has its place and no words", () => {
  const message = new Conversation().after(said(3, "", { deleted: true }));
  assert.deepEqual([message.text, message.deleted], ["", true]);
});

test("behind a window that ends earlier nothing is shown before what lies between", () => {
  const talk = talkOf(10, 11);
  talk.joined("both", { older: true, newer: true });
  assert.equal(talk.after(said(50)), null);
  assert.equal(talk.after(said(5)), null);
  assert.equal(talk.after(said(11, "again")).text, "again");
  talk.keep(messageOf(said(12)));
  // The page said that it was the last one, and did not know of number 50 yet.
  talk.joined("newer", { older: true, newer: false });
  assert.equal(talk.hasNewer, true);
  talk.keep(messageOf(said(50)));
  talk.joined("newer", { older: true, newer: false });
  assert.equal(talk.hasNewer, false);
  assert.equal(talk.after(said(51)).seq, 51);
});

test("a page at one end says nothing of the other", () => {
  const talk = talkOf(10);
  talk.joined("both", { older: true, newer: true });
  talk.joined("older", { older: false, newer: true });
  assert.deepEqual([talk.hasOlder, talk.hasNewer], [false, true]);
});

test("the window has a size: what leaves it can come again", () => {
  const talk = talkOf(1, 2, 3, 4, 5);
  talk.joined("both", { older: false, newer: false });
  assert.deepEqual(talk.trim("newer", 9), []);
  assert.deepEqual(talk.trim("newer", 3), [4, 5]);
  assert.deepEqual([talk.hasOlder, talk.hasNewer, talk.newest], [false, true, 3]);
  assert.deepEqual(talk.trim("older", 2), [1]);
  assert.equal(talk.hasOlder, true);
});

test("what is on its way is settled once", () => {
  const talk = new Conversation();
  talk.begin("c", { text: "hi" });
  assert.equal(talk.settle("c").text, "hi");
  assert.equal(talk.settle("c"), null);
});

test("what the server kept and the page shows already, or shows no more, waits no longer", () => {
  const talk = talkOf(50, 51);
  for (const cid of ["shown", "before", "after", "unknown"]) talk.begin(cid, { text: cid });
  talk.confirm("shown", 51);
  talk.confirm("before", 7);
  talk.confirm("after", 52);
  assert.deepEqual(talk.overtaken, ["shown", "before"]);
  talk.forget();
  assert.equal(talk.oldest, null);
  assert.deepEqual(talk.overtaken, []);
});

test("the conversation knows who spoke, who answers whom, and what of ours can be changed", () => {
  const talk = new Conversation();
  const people = [["user:1", "Ada"], ["user:2", "Bob"], ["user:1", "Ada L."], ["", "somebody who is gone"]];
  for (const [index, [author, name]] of people.entries()) {
    talk.keep({ seq: index + 1, author, name, ...(index === 2 && { reply: 1 }) });
  }
  assert.deepEqual(talk.speakers.map(({ who }) => who), ["user:1", "user:2"]);
  assert.deepEqual(talk.answersTo(1).map(({ seq }) => seq), [3]);
  assert.equal(talk.lastBy(new Set(["user:1"])).seq, 3);
  talk.keep({ ...talk.get(3), deleted: true });
  assert.equal(talk.lastBy(new Set(["user:1"])).seq, 1);
  assert.equal(talk.lastBy(new Set()), null);
});

test("an address takes the number of a message in its last place", () => {
  assert.equal(numbered("/chat/room-0/message/0/")(42), "/chat/room-0/message/42/");
  assert.equal(numbered("/chat/0/0/edit")(7), "/chat/0/7/edit");
});
