// Credit, holes that stay open, and streams that end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, FakeSocket, load, useClock } from "./fakes.mjs";

const { Subscriptions } = await load("subscriptions.js");

function follow(options = {}) {
  const put = [];
  const subscriptions = new Subscriptions((frame) => Boolean(put.push(frame)), () => {});
  subscriptions.add("room:1", { epoch: "a", seq: 0, ...options });
  const hear = (frame) => subscriptions.heard({ stream: "room:1", ...frame });
  const events = (from, to) => {
    const seqs = Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index }));
    hear({ t: "ev", events: seqs });
  };
  return { subscriptions, put, hear, events, acks: () => put.filter(({ t }) => t === "ack").map(({ seq }) => seq) };
}

test("a few events are acknowledged half a second after the first", (context) => {
  const tick = useClock(context);
  const { events, acks } = follow();
  events(1, 1);
  tick(400);
  events(2, 3);
  assert.deepEqual(acks(), []);
  tick(100);
  assert.deepEqual(acks(), [3]);
  tick(5000);
  assert.deepEqual(acks(), [3]);
});

test("many events are acknowledged after fifty, or after half of what may be open", (context) => {
  useClock(context);
  const { subscriptions, events, acks } = follow();
  events(1, 49);
  assert.deepEqual(acks(), []);
  events(50, 50);
  assert.deepEqual(acks(), [50]);
  subscriptions.unackedEvents = 20;
  events(51, 60);
  assert.deepEqual(acks(), [50, 60]);
});

test("a sync is an ack as well", (context) => {
  const tick = useClock(context);
  const { hear, events, put, acks } = follow();
  events(1, 2);
  hear({ t: "lag", seq: 9 });
  assert.deepEqual(put.at(-1), { t: "sync", id: "sync:room:1", stream: "room:1", epoch: "a", seq: 2 });
  tick(5000);
  assert.deepEqual(acks(), []);
});

test("one hole is asked for once, and one that stays open not in a circle", (context) => {
  const tick = useClock(context);
  const { hear, events, put } = follow();
  const syncs = () => put.filter(({ t }) => t === "sync").length;
  events(2, 2);
  events(3, 3);
  assert.equal(syncs(), 1);
  hear({ t: "head", epoch: "a", seq: 3 });
  assert.equal(syncs(), 1);
  tick(1000);
  assert.equal(syncs(), 2);
  events(1, 3);
  hear({ t: "head", epoch: "a", seq: 3 });
  tick(5000);
  assert.equal(syncs(), 2);
});

test("a hole that could not be filled now is asked for again", (context) => {
  const tick = useClock(context);
  const { socket } = connect();
  socket.say({ t: "ev", stream: "room:1", events: [{ seq: 6 }] });
  assert.equal(socket.types.at(-1), "sync");
  socket.say({ t: "err", re: "sync:room:1", code: "unavailable", retry_ms: 2000 });
  tick(2000);
  assert.deepEqual([socket.types.at(-1), socket.sent.at(-1).seq], ["sub", 4]);
});

test("a stream that is not ours is told once and asked for no more", (context) => {
  const tick = useClock(context);
  const codes = [];
  const { socket } = connect({ onRefused: (code) => codes.push(code) });
  socket.say({ t: "err", re: "sub:room:1", code: "forbidden" });
  socket.end();
  tick(500);
  FakeSocket.last.greet();
  assert.deepEqual(codes, ["forbidden"]);
  assert.deepEqual(FakeSocket.last.types, ["hello"]);
});

test("a stream that the server ends has ended, and an answer to something else ends nothing", (context) => {
  useClock(context);
  const codes = [];
  const { socket } = connect({ onRefused: (code) => codes.push(code) });
  socket.say({ t: "err", re: "a typing sign", stream: "room:1", code: "rate" });
  assert.deepEqual(codes, []);
  socket.say({ t: "err", stream: "room:1", code: "forbidden" });
  assert.deepEqual(codes, ["forbidden"]);
  socket.say({ t: "ev", stream: "room:1", events: [{ seq: 5 }] });
  assert.equal(socket.types.includes("ack"), false);
});

test("a second follower from an older page gets what it misses, and is shown among those who are there", (context) => {
  useClock(context);
  const seen = [];
  const { connection, socket } = connect({ onEvent: ({ seq }) => seen.push(seq) });
  socket.say({ t: "ev", stream: "room:1", events: [{ seq: 5 }, { seq: 6 }] });
  connection.follow("room:1", { epoch: "a", seq: 5, here: true, ticket: "new", onEvent: ({ seq }) => seen.push(seq) });
  assert.deepEqual(socket.sent.at(-1), {
    t: "sub", id: "sub:room:1", stream: "room:1", ticket: "new", epoch: "a", seq: 5, here: true,
  });
  socket.say({ t: "ev", stream: "room:1", events: [{ seq: 6 }] });
  assert.deepEqual(seen, [5, 6, 6]);
});

test("who stays in a stream and is shown there no more leaves it, and comes back where they were", (context) => {
  useClock(context);
  const { connection, socket } = connect({ here: true });
  socket.say({ t: "ev", stream: "room:1", events: [{ seq: 5 }] });
  connection.follow("room:1", { here: false });
  assert.deepEqual(socket.sent.slice(-2), [
    { t: "unsub", stream: "room:1" },
    { t: "sub", id: "sub:room:1", stream: "room:1", epoch: "a", seq: 5 },
  ]);
});

test("signs go to who follows, unnumbered", (context) => {
  useClock(context);
  const signs = [];
  const { socket } = connect({ onSign: (sign) => signs.push(sign.t) });
  for (const t of ["typing", "presence", "read"]) socket.say({ t, stream: "room:1" });
  socket.say({ t: "typing", stream: "room:2" });
  assert.deepEqual(signs, ["typing", "presence", "read"]);
});
