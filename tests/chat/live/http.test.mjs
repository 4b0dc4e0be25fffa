// The ways for a network that lets no WebSocket pass.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, settle, useClock } from "./fakes.mjs";

const { Connection } = await load("connection.js");
const { eventsWay } = await load("events.js");
const { pollWay } = await load("poll.js");
const { Pace } = await load("pace.js");
const { post } = await load("posting.js");

class FakeSource {
  static all = [];
  static get last() {
    return FakeSource.all.at(-1);
  }
  constructor(address) {
    this.subs = JSON.parse(new URL(address, "http://test").searchParams.get("subs"));
    FakeSource.all.push(this);
  }
  close() {
    this.isClosed = true;
  }
  say(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function openStream() {
  const posted = [];
  const send = async (frame) => {
    posted.push(frame);
    return { t: "ok", re: frame.id, cid: frame.cid, seq: 9 };
  };
  const connection = new Connection([eventsWay({ EventSource: FakeSource, send })]);
  const seen = [];
  connection.follow("room:1", { epoch: "a", seq: 4, ticket: "t", here: true, onEvent: ({ seq }) => seen.push(seq) });
  FakeSource.last.say({ t: "welcome", v: 1, who: "user:1", limits: {} });
  return { connection, posted, seen };
}

test("the event stream begins from the page's numbers, and sends by requests", async (context) => {
  const tick = useClock(context);
  const { connection, posted } = openStream();
  const source = FakeSource.last;
  assert.deepEqual(source.subs, [{ stream: "room:1", ticket: "t", epoch: "a", seq: 4, here: true }]);
  tick(100);
  assert.equal(FakeSource.last, source, "what it began with is not asked for again");
  assert.equal((await connection.send("room:1", "c", { text: "hi" })).seq, 9);
  connection.tell({ t: "typing", stream: "room:1", on: true });
  assert.deepEqual(posted.map(({ t }) => t), ["send", "typing"]);
});

test("a hole, and another set of streams, are asked for from where the page is by now", (context) => {
  const tick = useClock(context);
  const { connection, seen } = openStream();
  const first = FakeSource.last;
  first.say({ t: "ev", stream: "room:1", events: [{ seq: 5 }, { seq: 7 }] });
  tick(50);
  assert.equal(first.isClosed, true);
  assert.equal(FakeSource.last.subs[0].seq, 5);
  FakeSource.last.say({ t: "welcome", v: 1 });
  FakeSource.last.say({ t: "sub_ok", stream: "room:1", epoch: "a", seq: 7 });
  FakeSource.last.say({ t: "ev", stream: "room:1", events: [{ seq: 6 }, { seq: 7 }] });
  assert.deepEqual(seen, [5, 6, 7]);
  connection.follow("user:1", {});
  connection.follow("order:x", {});
  tick(50);
  assert.deepEqual(FakeSource.last.subs.map(({ stream }) => stream), ["room:1", "user:1", "order:x"]);
  const third = FakeSource.last;
  connection.unfollow("order:x");
  tick(50);
  assert.notEqual(FakeSource.last, third);
  assert.equal(FakeSource.last.subs[0].seq, 7);
});

test("an event stream that breaks or falls silent comes back from the page's numbers", (context) => {
  const tick = useClock(context);
  const { connection } = openStream();
  FakeSource.last.say({ t: "ev", stream: "room:1", events: [{ seq: 5 }] });
  FakeSource.last.onerror();
  assert.equal(connection.state, "waiting");
  tick(500);
  assert.equal(FakeSource.last.subs[0].seq, 5);
  FakeSource.last.say({ t: "welcome", v: 1 });
  const source = FakeSource.last;
  tick(60_000);
  assert.equal(source.isClosed, true);
});

// A server that is asked again and again; the test answers.
function openPoll() {
  const asked = [];
  const fetch = (address, { signal }) =>
    new Promise((resolve, reject) => {
      const query = new URL(address, "http://test").searchParams;
      const answer = (frames, ok = true) => resolve({ ok, status: ok ? 200 : 503, json: async () => ({ frames }) });
      signal.addEventListener("abort", () => reject(new Error("aborted")));
      asked.push({ subs: JSON.parse(query.get("subs")), wait: Number(query.get("wait")), signal, answer });
    });
  const send = async (frame) => ({ t: "ok", re: frame.id, cid: frame.cid, seq: 9 });
  const connection = new Connection([pollWay({ fetch, send })]);
  const seen = [];
  connection.follow("room:1", { epoch: "a", seq: 4, here: true, onEvent: ({ seq }) => seen.push(seq) });
  return { connection, asked, seen };
}

const head = { t: "head", stream: "room:1", epoch: "a", seq: 4 };

test("the first question is answered at once, the next one is held until there is news", async (context) => {
  useClock(context);
  const { connection, asked, seen } = openPoll();
  assert.deepEqual([asked[0].wait, asked[0].subs], [0, [{ stream: "room:1", epoch: "a", seq: 4 }]]);
  asked[0].answer([head]);
  await settle();
  assert.deepEqual([connection.state, connection.way, asked[1].wait], ["live", "poll", 25]);
  asked[1].answer([{ t: "ev", stream: "room:1", events: [{ seq: 5 }] }]);
  await settle();
  assert.deepEqual([seen, asked[2].subs[0].seq], [[5], 5]);
});

test("a server that answers at once is asked ever more rarely, and at once after a word of ours", async (context) => {
  const tick = useClock(context);
  const { connection, asked } = openPoll();
  for (let round = 0; round < 2; round += 1) {
    asked.at(-1).answer([head]);
    await settle();
  }
  assert.equal(asked.length, 2);
  tick(1499);
  await settle();
  assert.equal(asked.length, 2);
  tick(1);
  await settle();
  assert.equal(asked.length, 3);
  asked.at(-1).answer([head]);
  await settle();
  assert.equal((await connection.send("room:1", "c", { text: "hi" })).seq, 9);
  await settle();
  assert.equal(asked.length, 4);
});

test("a stream that joins interrupts the question, and a failure is a line that is lost", async (context) => {
  useClock(context);
  const { connection, asked } = openPoll();
  asked[0].answer([head]);
  await settle();
  connection.follow("user:1", {});
  await settle();
  assert.equal(asked[1].signal.aborted, true);
  assert.deepEqual(asked[2].subs.map(({ stream }) => stream), ["room:1", "user:1"]);
  asked[2].answer([], false);
  await settle();
  assert.equal(connection.state, "waiting");
});

test("the pace: none where the server waits, from 1.5 to 5 seconds where it cannot", () => {
  const pace = new Pace();
  assert.equal(pace.after({ tookMs: 25_000, isNews: false }), 0);
  assert.equal(pace.after({ tookMs: 20, isNews: true }), 0);
  const pauses = Array.from({ length: 6 }, () => pace.after({ tookMs: 20, isNews: false }));
  assert.equal(pauses[0], 1500);
  assert.equal(pauses.at(-1), 5000);
  assert.deepEqual(pauses, [...pauses].sort((a, b) => a - b));
  assert.equal(pace.after({ tookMs: 20, isNews: true }), 1500);
  pace.hurry();
  assert.equal(pace.after({ tookMs: 20, isNews: false }), 1500);
  assert.equal(pace.after({ tookMs: 25_000, isNews: false }), 0);
});

test("a frame by request is answered as over the socket, and what got lost can be sent again", async () => {
  const asked = [];
  const server = (status, body) => async (address, options) => {
    asked.push([address, options]);
    return { status, json: async () => JSON.parse(body) };
  };
  const frame = { t: "send", id: "c", cid: "c", stream: "room:1", data: {} };
  const by = (fetch) => post(frame, { fetch, token: "secret" });
  assert.deepEqual(await by(server(200, '{"t":"ok","re":"c","seq":3}')), { t: "ok", re: "c", seq: 3 });
  assert.equal(asked[0][1].headers["X-CSRFToken"], "secret");
  assert.deepEqual(JSON.parse(asked[0][1].body), frame);
  const hasty = await by(server(429, '{"t":"err","code":"rate"}'));
  assert.deepEqual(hasty, { t: "err", re: "c", code: "rate", retry_ms: 2000 });
  assert.equal((await by(server(200, '{"t":"err","re":"c","code":"text_long"}'))).retry_ms, undefined);
  assert.deepEqual(await by(server(403, "<h1>CSRF</h1>")), { t: "err", re: "c", code: "forbidden" });
  assert.equal((await by(server(502, "<h1>nginx</h1>"))).retry_ms, 2000);
  assert.equal((await by(async () => { throw new TypeError("network"); })).code, "unavailable");
});
