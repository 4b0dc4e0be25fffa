// The browser's side of the shared vectors, and what must hold for whatever a network does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./fakes.mjs";

const { begin, earlier, reduce } = await load("reducer.js");
const { Subscriptions } = await load("subscriptions.js");

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

test("of two parts of a page the earlier one says where both miss nothing", () => {
  assert.deepEqual(earlier(begin("a", 7), begin("a", 4)), begin("a", 4));
  assert.deepEqual(earlier(begin("a", 4), begin("a", 7)), begin("a", 4));
  assert.deepEqual(earlier(begin("a", 4), begin()), begin("a", 4));
  assert.deepEqual(earlier(begin(), begin("a", 7)), begin("a", 7));
  assert.deepEqual(earlier(begin("a", 4), begin("b", 9)), begin("b", 9));
});

// The same numbers for the same seed (mulberry32): a failure says which one to run again.
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const HOLE = 12;
const CREDIT = 6;

// A server with one stream, and a network that loses, doubles and reorders what it sends. An `ev` names no epoch, so
// nothing overtakes a reset: on one line that holds by itself, and an older line is heard no more.
class World {
  epoch = 1;
  log = [];
  flying = [];
  shown = new Map();
  resets = 0;

  constructor(random) {
    this.random = random;
    const put = (frame) => this.receive(frame);
    this.subscriptions = new Subscriptions(put, () => {});
    this.subscriptions.add("room:1", {
      epoch: "1",
      seq: 0,
      onEvent: (event) => this.shown.set(event.seq, event.text),
      onReset: () => this.readAnew(),
    });
  }

  under(count) {
    return Math.floor(this.random() * count);
  }

  readAnew() {
    this.resets += 1;
    this.shown = new Map(this.log.map((event) => [event.seq, event.text]));
  }

  event(index) {
    return this.log[index];
  }

  send(frame) {
    this.flying.push({ stream: "room:1", ...frame });
  }

  append() {
    const event = { seq: this.log.length + 1, text: `${this.epoch}.${this.log.length + 1}` };
    this.log.push(event);
    this.send({ t: "ev", events: [event] });
  }

  // A restored backup: what came last is gone, and numbers begin to mean something else.
  restore() {
    this.epoch += 1;
    this.log = this.log.slice(0, this.under(this.log.length + 1));
    this.flying = [];
    this.reset();
  }

  reset() {
    this.send({ t: "reset", epoch: String(this.epoch), seq: this.log.length });
  }

  head() {
    this.send({ t: "head", epoch: String(this.epoch), seq: this.log.length });
  }

  receive({ t, epoch, seq }) {
    if (t !== "sub" && t !== "sync") return true;
    const missing = this.log.slice(seq);
    if (epoch !== String(this.epoch) || seq > this.log.length || missing.length > HOLE) this.reset();
    else {
      if (t === "sub") this.send({ t: "sub_ok", epoch, seq: this.log.length });
      const part = missing.slice(0, CREDIT);
      if (part.length) this.send({ t: "ev", events: part });
      if (part.length < missing.length && this.random() < 0.3) this.send({ t: "lag", seq: this.log.length });
      else this.head();
    }
    return true;
  }

  // Deliver, lose, double or overtake, but nothing across a reset.
  step() {
    const resetAt = this.flying.findIndex(({ t }) => t === "reset");
    const reach = resetAt < 0 ? this.flying.length : Math.max(1, resetAt);
    const [frame] = this.flying.splice(this.under(Math.min(3, reach)), 1);
    if (frame === undefined) return;
    const fate = this.random();
    if (fate < 0.25 && frame.t !== "reset") return;
    this.subscriptions.heard(frame);
    if (fate > 0.75) this.flying.splice(0, 0, frame);
  }

  live() {
    const what = this.random();
    if (what < 0.35) this.append();
    else if (what < 0.37) this.restore();
    else if (what < 0.42) this.head();
    else if (what < 0.45) this.subscriptions.resume();
    else this.step();
  }
}

test("whatever is lost, doubled, overtaken or reset: in the end exactly the log is shown", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let resets = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const world = new World(randomOf(seed));
    for (let step = 0; step < 200; step += 1) world.live();
    // The network is quiet again, and heads come as they always do.
    for (let round = 0; round < 60; round += 1) {
      world.head();
      while (world.flying.length) world.subscriptions.heard(world.flying.shift());
      context.mock.timers.tick(1000);
    }
    const log = world.log.map(({ seq, text }) => [seq, text]);
    assert.deepEqual([...world.shown].sort(([a], [b]) => a - b), log, `seed ${seed}`);
    resets += world.resets;
  }
  assert.ok(resets > 300, "the seeds should meet resets");
});
