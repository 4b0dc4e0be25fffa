import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./fakes.mjs";

const { Attention, AWAY_MS } = await load("attention.js");
const { noticeOf } = await load("notices.js");
const { fill } = await load("words.js");

test("away is who hides the page or does not touch it for minutes, until they are back", () => {
  let now = 0;
  const told = [];
  const attention = new Attention((isAway) => told.push(isAway), { now: () => now });
  now = AWAY_MS - 1;
  attention.look();
  assert.deepEqual(told, []);
  now = AWAY_MS;
  attention.look();
  attention.look();
  assert.deepEqual(told, [true]);
  attention.touched();
  assert.deepEqual(told, [true, false]);
  attention.hidden(true);
  now += AWAY_MS * 3;
  attention.hidden(false);
  assert.deepEqual(told, [true, false, true, false]);
});

test("a page that is opened in the background is away from the start", () => {
  const told = [];
  new Attention((isAway) => told.push(isAway), { isHidden: true });
  assert.deepEqual(told, [true]);
});

test("a notice speaks the page's language, and what is no news to a person is none", () => {
  const words = { mention: "{name} te menciona en {room}", reply: "{name} te responde" };
  const data = { name: "Ada {room}", room: "La galería", seq: 3, url: "/chat/gallery/?at=3" };
  assert.deepEqual(noticeOf({ kind: "chat.mention", data }, words), {
    text: "Ada {room} te menciona en La galería",
    url: "/chat/gallery/?at=3",
  });
  assert.equal(noticeOf({ kind: "chat.reply", data }, words).text, "Ada {room} te responde");
  const paid = { text: "Paid", url: "/orders/1/" };
  assert.deepEqual(noticeOf({ kind: "order.state", data: { ...paid, state: "paid" } }, words), paid);
  assert.equal(noticeOf({ kind: "something.new", data: { of: 3 } }, words), null);
  assert.equal(noticeOf({ kind: "chat.mention" }, words), null);
});

test("a sentence keeps the gaps that nothing fills", () => {
  assert.equal(fill("{a} and {b}", { a: "$&" }), "$& and {b}");
  assert.equal(fill(undefined, {}), "");
});
