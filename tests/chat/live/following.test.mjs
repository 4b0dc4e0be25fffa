// The browser's side of the shared vectors, and of the rules for coming back and sending again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const live = new URL("../../../chat/live/static/live/", import.meta.url);
const { reduce } = await import(new URL("reducer.js", live));
const { comesBack, waitMs, LONGEST_MS } = await import(new URL("backoff.js", live));
const { Outbox } = await import(new URL("outbox.js", live));
const { Connection } = await import(new URL("connection.js", live));

const vectors = JSON.parse(readFileSync(new URL("vectors/follow.json", import.meta.url)));

for (const { says, start, frames, shown, asks, end } of vectors) {
  test(says, () => {
    let state = start;
    const seen = [];
    const asked = [];
    for (const frame of frames) {
      const next = reduce(state, frame);
      state = next.state;
      seen.push(...next.events.map((event) => event.seq));
      asked.push(next.ask);
    }
    assert.deepEqual(seen, shown);
    assert.deepEqual(asked, asks);
    assert.deepEqual(state, end);
  });
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

test("an event is as good as an ok, and settles once", () => {
  const outbox = new Outbox(() => true);
  const answers = [];
  outbox.add({ t: "send", cid: "c" }, (answer) => answers.push(answer));
  outbox.arrived({ seq: 3, cid: "c" });
  outbox.answered({ t: "ok", re: "c", cid: "c", seq: 3 });
  assert.deepEqual(answers, [{ t: "ok", cid: "c", seq: 3 }]);
});

test("a refusal that time mends is tried again and overtaken by nothing, another one settles", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const outbox = new Outbox((frame) => sent.push(frame.cid));
  const answers = [];
  for (const cid of ["a", "b"]) {
    outbox.add({ t: "send", stream: "room:1", cid }, (answer) => answers.push(answer.code ?? answer.t));
  }
  outbox.add({ t: "send", stream: "room:2", cid: "other" }, () => {});
  assert.deepEqual(sent, ["a", "other"]);
  outbox.answered({ t: "err", re: "a", code: "rate", retry_ms: 300 });
  assert.deepEqual(answers, []);
  context.mock.timers.tick(300);
  assert.deepEqual(sent, ["a", "other", "a"]);
  outbox.answered({ t: "err", re: "a", code: "text_long" });
  assert.deepEqual(sent, ["a", "other", "a", "b"]);
  outbox.answered({ t: "ok", re: "b", cid: "b", seq: 2 });
  assert.deepEqual(answers, ["text_long", "ok"]);
});

test("what the server could not even read is refused here, and blocks nothing", () => {
  const answers = [];
  const outbox = new Outbox(() => assert.fail("sent"));
  outbox.add({ t: "send", cid: "c", data: { text: "ñ".repeat(8192) } }, (answer) => answers.push(answer.code));
  assert.deepEqual(answers, ["too_large"]);
});

class FakeSocket {
  static all = [];
  readyState = 1;
  sent = [];
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {}
  say(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
  greet() {
    this.onopen();
    this.say({ t: "welcome", v: 1, who: "user:1", limits: {} });
  }
}

test("after a break it resumes where it was and sends again what nobody confirmed", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const connection = new Connection("ws://test/ws/", { WebSocket: FakeSocket });
  const seen = [];
  connection.follow("room:1", { epoch: "a", seq: 4, onEvent: (event) => seen.push(event.seq) });
  const first = FakeSocket.all.at(-1);
  first.greet();
  first.say({ t: "sub_ok", re: "sub:room:1", stream: "room:1", epoch: "a", seq: 4 });
  first.say({ t: "ev", stream: "room:1", events: [{ seq: 5 }] });
  const sent = connection.send("room:1", "c1", { text: "hi" });
  first.onclose({ code: 1006 });
  assert.equal(connection.state, "waiting");
  context.mock.timers.tick(31_000);
  const second = FakeSocket.all.at(-1);
  second.greet();
  assert.deepEqual(second.sent.map((frame) => frame.t), ["hello", "sub", "send"]);
  assert.equal(second.sent[1].seq, 5);
  assert.equal(second.sent[2].cid, "c1");
  second.say({ t: "ev", stream: "room:1", events: [{ seq: 7, cid: "c1" }] });
  assert.deepEqual(second.sent.at(-1), { t: "sync", id: "sync:room:1", stream: "room:1", epoch: "a", seq: 5 });
  second.say({ t: "ev", stream: "room:1", events: [{ seq: 6 }, { seq: 7, cid: "c1" }] });
  assert.equal((await sent).seq, 7);
  assert.deepEqual(seen, [5, 6, 7]);
  second.onclose({ code: 4500 });
  assert.equal(connection.state, "ended");
});

function connect(options = {}) {
  const connection = new Connection("ws://test/ws/", { WebSocket: FakeSocket });
  connection.follow("room:1", { epoch: "a", seq: 4, ...options });
  const socket = FakeSocket.all.at(-1);
  socket.greet();
  return { connection, socket };
}

test("a hole that could not be filled now is asked for again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { socket } = connect();
  socket.say({ t: "ev", stream: "room:1", events: [{ seq: 6 }] });
  assert.equal(socket.sent.at(-1).t, "sync");
  socket.say({ t: "err", re: "sync:room:1", code: "unavailable", retry_ms: 2000 });
  context.mock.timers.tick(2000);
  assert.deepEqual([socket.sent.at(-1).t, socket.sent.at(-1).seq], ["sub", 4]);
});

test("a stream that is not ours is told once and asked for no more", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const codes = [];
  const { socket } = connect({ onRefused: (code) => codes.push(code) });
  socket.say({ t: "err", re: "sub:room:1", code: "forbidden" });
  socket.onclose({ code: 1006 });
  context.mock.timers.tick(31_000);
  FakeSocket.all.at(-1).greet();
  assert.deepEqual(codes, ["forbidden"]);
  assert.deepEqual(FakeSocket.all.at(-1).sent.map((frame) => frame.t), ["hello"]);
});

test("silence, or a clock that was put back, ends in another socket", (context) => {
  for (const minutes of [1, -60]) {
    context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    const { connection } = connect();
    const now = Date.now();
    context.mock.method(Date, "now", () => now + minutes * 60_000);
    context.mock.timers.tick(5_000);
    assert.notEqual(connection.state, "live");
    context.mock.reset();
    context.mock.timers.reset();
  }
});

test("who is not let in does not knock again when another part of the page wants something", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { connection, socket } = connect();
  socket.onclose({ code: 4500 });
  connection.follow("order:1", {});
  assert.equal(connection.state, "ended");
});
