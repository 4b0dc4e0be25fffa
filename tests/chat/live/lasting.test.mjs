// How a line comes back: from where it was, with jitter, and without a word too many.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, FakeSocket, load, useClock } from "./fakes.mjs";

const { comesBack, waitMs, LONGEST_MS } = await load("backoff.js");

function statesOf(connection) {
  const states = [];
  connection.addEventListener("state", ({ detail }) => states.push(detail.state));
  return states;
}

test("the wait has full jitter and an end", () => {
  assert.equal(waitMs(3, () => 0), 0);
  assert.equal(waitMs(3, () => 1), 4000);
  assert.equal(waitMs(60, () => 1), LONGEST_MS);
});

test("codes from 4500 on mean: stay away", () => {
  assert.equal(comesBack(1006), true);
  assert.equal(comesBack(4012), true);
  assert.equal(comesBack(4500), false);
});

test("after a break it resumes where it was and sends again what nobody confirmed", async (context) => {
  const tick = useClock(context);
  const seen = [];
  const { connection, socket: first } = connect({ onEvent: (event) => seen.push(event.seq) });
  first.say({ t: "sub_ok", re: "sub:room:1", stream: "room:1", epoch: "a", seq: 4 });
  first.say({ t: "ev", stream: "room:1", events: [{ seq: 5 }] });
  const sent = connection.send("room:1", "c1", { text: "hi" });
  first.end();
  assert.equal(connection.state, "waiting");
  tick(500);
  const second = FakeSocket.last;
  second.greet();
  assert.deepEqual(second.types, ["hello", "sub", "send"]);
  assert.equal(second.sent[1].seq, 5);
  assert.equal(second.sent[2].cid, "c1");
  second.say({ t: "ev", stream: "room:1", events: [{ seq: 7, cid: "c1" }] });
  assert.deepEqual(second.sent.at(-1), { t: "sync", id: "sync:room:1", stream: "room:1", epoch: "a", seq: 5 });
  second.say({ t: "ev", stream: "room:1", events: [{ seq: 6 }, { seq: 7, cid: "c1" }] });
  assert.equal((await sent).seq, 7);
  assert.deepEqual(seen, [5, 6, 7]);
  second.end(4500);
  assert.equal(connection.state, "ended");
});

test("silence, or a clock that was put back, ends in another socket", (context) => {
  for (const minutes of [1, -60]) {
    const tick = useClock(context);
    const { connection, socket } = connect();
    const now = Date.now();
    context.mock.method(Date, "now", () => now + minutes * 60_000);
    tick(5000);
    assert.notEqual(FakeSocket.last === socket && connection.state, "live");
    assert.equal(socket.isClosed, true);
    context.mock.reset();
    context.mock.timers.reset();
  }
});

test("who is not let in does not knock again when another part of the page wants something", (context) => {
  useClock(context);
  const { connection, socket } = connect();
  socket.end(4500);
  connection.follow("order:1", {});
  assert.equal(connection.state, "ended");
});

test("a server that moves alarms nobody, and its pages do not all come at once", (context) => {
  const tick = useClock(context);
  const { connection, socket } = connect();
  const states = statesOf(connection);
  context.mock.method(Math, "random", () => 0.99);
  socket.say({ t: "drain", within_ms: 5000 });
  assert.deepEqual([connection.state, states], ["live", []]);
  socket.end(4012);
  assert.deepEqual(states, ["connecting"]);
  tick(1900);
  assert.equal(FakeSocket.last, socket);
  tick(100);
  assert.notEqual(FakeSocket.last, socket);
  FakeSocket.last.greet();
  assert.deepEqual(states, ["connecting", "connecting", "live"]);
  FakeSocket.last.end(1006);
  assert.equal(states.at(-1), "waiting");
});

test("nobody at the page: the server hears it, also after a break", (context) => {
  const tick = useClock(context);
  const { connection, socket } = connect();
  connection.away(true);
  assert.deepEqual(socket.sent.at(-1), { t: "ping", away: true });
  socket.end();
  tick(500);
  FakeSocket.last.greet();
  assert.deepEqual(FakeSocket.last.sent[1], { t: "ping", away: true });
  connection.away(false);
  assert.deepEqual(FakeSocket.last.sent.at(-1), { t: "ping", away: false });
});

test("who has named themselves is greeted anew, and hears who they are", (context) => {
  useClock(context);
  const { connection, socket } = connect();
  assert.equal(connection.who, "user:1");
  connection.reopen();
  assert.equal(socket.isClosed, true);
  FakeSocket.last.onopen();
  FakeSocket.last.say({ t: "welcome", v: 1, who: "guest:x", limits: {} });
  assert.deepEqual(FakeSocket.last.types, ["hello", "sub"]);
  assert.equal(connection.who, "guest:x");
});
