// Which way the frames go: what works, and nothing that hangs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeSocketWay, FakeSocket, FakeStorage, load, useClock } from "./fakes.mjs";

const { Connection } = await load("connection.js");
const { Ways } = await load("ways.js");

// A way of which the test holds the other end.
class FakeWay {
  lines = [];
  tries = 1;
  constructor(name) {
    this.name = name;
  }
  begin(ears) {
    const line = { ...ears, frames: [] };
    line.put = (frame) => Boolean(line.frames.push(frame));
    line.close = () => (line.isClosed = true);
    this.lines.push(line);
    return line;
  }
  get last() {
    return this.lines.at(-1);
  }
  greet() {
    this.last.hear({ t: "welcome", v: 1, who: "user:1" });
  }
}

function start(storage = new FakeStorage()) {
  const [events, poll] = [new FakeWay("events"), new FakeWay("poll")];
  const connection = new Connection([fakeSocketWay(), events, poll], { storage });
  connection.follow("room:1", { epoch: "a", seq: 4 });
  return { connection, events, poll, storage };
}

test("a socket that fails twice before the greeting gives way, and a way that fails to the next", (context) => {
  const tick = useClock(context);
  const { connection, events, poll } = start();
  FakeSocket.last.end();
  tick(500);
  assert.equal(events.lines.length, 0);
  FakeSocket.last.end();
  tick(500);
  assert.equal(events.lines.length, 1);
  events.last.lost(1006);
  tick(500);
  poll.greet();
  assert.deepEqual([connection.state, connection.way], ["live", "poll"]);
  assert.deepEqual(poll.last.frames.map(({ t }) => t), ["sub"]);
});

test("a socket that hangs gives way after eight seconds", (context) => {
  const tick = useClock(context);
  const { connection, events } = start();
  const hanging = FakeSocket.last;
  tick(8000);
  tick(500);
  assert.equal(events.lines.length, 1);
  events.greet();
  hanging.greet();
  assert.equal(connection.way, "events");
});

test("looking for the way that works alarms nobody, before all have failed", (context) => {
  const tick = useClock(context);
  const { connection, events, poll } = start();
  const states = new Set();
  connection.addEventListener("state", ({ detail }) => states.add(detail.state));
  FakeSocket.last.end();
  tick(500);
  FakeSocket.last.end();
  tick(500);
  events.last.lost(1006);
  assert.deepEqual([...states], ["connecting"]);
  tick(500);
  poll.last.lost(1006);
  assert.equal(connection.state, "waiting");
});

test("a way that has worked is not given up for a server that is away for a moment", (context) => {
  const tick = useClock(context);
  context.mock.method(Math, "random", () => 0);
  const { events } = start();
  FakeSocket.last.greet();
  // The first end is no failure of the way: it had greeted.
  for (let failures = 0; failures <= 5; failures += 1) {
    FakeSocket.last.end();
    tick(1);
  }
  assert.equal(events.lines.length, 0);
  tick(8000);
  tick(1);
  assert.equal(events.lines.length, 1);
});

test("what works is remembered in the tab, for some minutes", () => {
  const storage = new FakeStorage();
  let now = 0;
  const all = ["socket", "events", "poll"].map((name) => ({ name, tries: 1 }));
  const first = new Ways(all, { storage, now: () => now });
  assert.equal(first.failed(), true);
  first.worked();
  now = 4 * 60_000;
  assert.equal(new Ways(all, { storage, now: () => now }).current.name, "events");
  now = 6 * 60_000;
  assert.equal(new Ways(all, { storage, now: () => now }).current.name, "socket");
});

test("a storage with nonsense, or none, begins with the best", () => {
  const all = [{ name: "socket", tries: 2 }, { name: "poll", tries: 1 }];
  const nonsense = ["{", "3", '{"name":"x","at":9e15}'].map((text) => new FakeStorage([["live way", text]]));
  for (const storage of [null, ...nonsense]) {
    const ways = new Ways(all, { storage });
    ways.worked();
    assert.equal(ways.current.name, "socket");
  }
});

test("beside a lesser way a socket is tried now and then, and taken when it greets", (context) => {
  const tick = useClock(context);
  const { connection, events } = start();
  tick(8000);
  tick(500);
  events.greet();
  const seen = FakeSocket.all.length;
  tick(60_000);
  assert.equal(FakeSocket.all.length, seen + 1);
  assert.equal(connection.state, "live");
  FakeSocket.last.end();
  assert.deepEqual([connection.state, connection.way, events.last.isClosed], ["live", "events", undefined]);
  tick(119_000);
  assert.equal(FakeSocket.all.length, seen + 1);
  tick(1000);
  FakeSocket.last.greet();
  assert.deepEqual([connection.state, connection.way, events.last.isClosed], ["live", "socket", true]);
  assert.deepEqual(FakeSocket.last.types, ["hello", "sub"]);
});

test("a way that the browser forbids is one that fails", (context) => {
  const tick = useClock(context);
  const poll = new FakeWay("poll");
  const forbidden = { name: "socket", tries: 1, begin: () => { throw new Error("SecurityError"); } };
  const connection = new Connection([forbidden, poll]);
  connection.follow("room:1", {});
  tick(1);
  tick(500);
  assert.equal(poll.lines.length, 1);
});
