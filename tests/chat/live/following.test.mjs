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
  const outbox = new Outbox();
  const answers = [];
  outbox.add({ t: "send", cid: "c" }, (answer) => answers.push(answer));
  outbox.arrived({ seq: 3, cid: "c" });
  outbox.answered({ t: "ok", re: "c", cid: "c", seq: 3 });
  assert.deepEqual(answers, [{ t: "ok", cid: "c", seq: 3 }]);
});

test("a refusal that time mends is tried again, another one settles", () => {
  const outbox = new Outbox();
  const answers = [];
  outbox.add({ t: "send", cid: "c" }, (answer) => answers.push(answer.code));
  assert.equal(outbox.answered({ t: "err", re: "c", code: "rate", retry_ms: 300 }), 300);
  assert.deepEqual(answers, []);
  assert.equal(outbox.answered({ t: "err", re: "c", code: "text_long" }), null);
  assert.deepEqual(answers, ["text_long"]);
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
  const [first] = FakeSocket.all;
  first.greet();
  first.say({ t: "sub_ok", re: "room:1", stream: "room:1", epoch: "a", seq: 4 });
  first.say({ t: "ev", stream: "room:1", events: [{ seq: 5 }] });
  const sent = connection.send("room:1", "c1", { text: "hi" });
  first.onclose({ code: 1006 });
  assert.equal(connection.state, "waiting");
  context.mock.timers.tick(31_000);
  const second = FakeSocket.all[1];
  second.greet();
  assert.deepEqual(second.sent.map((frame) => frame.t), ["hello", "sub", "send"]);
  assert.equal(second.sent[1].seq, 5);
  assert.equal(second.sent[2].cid, "c1");
  second.say({ t: "ev", stream: "room:1", events: [{ seq: 7, cid: "c1" }] });
  assert.deepEqual(second.sent.at(-1), { t: "sync", stream: "room:1", epoch: "a", seq: 5 });
  second.say({ t: "ev", stream: "room:1", events: [{ seq: 6 }, { seq: 7, cid: "c1" }] });
  assert.equal((await sent).seq, 7);
  assert.deepEqual(seen, [5, 6, 7]);
  second.onclose({ code: 4500 });
  assert.equal(connection.state, "ended");
});
