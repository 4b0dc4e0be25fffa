// Who is typing, who is here, and what has been read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./loading.mjs";

const { SHOWN_MS, TOLD_EVERY_MS, TypingPulse, TypingSigns } = await load("typing.js");
const { initials, Roster } = await load("roster.js");
const { ReadMark } = await load("readmark.js");
const { shownCount, Unread } = await load("unread.js");

test("a sign is shown until it ends by itself, is taken back, or its writer has spoken; one's own never", () => {
  let now = 0;
  const signs = new TypingSigns(new Set(["user:1"]), () => now);
  for (const [who, name] of [["user:1", "Me"], ["user:2", "Ada"], ["guest:x", "Bob"], ["user:3", "Cleo"]]) {
    signs.heard({ who, name, on: true });
  }
  assert.deepEqual(signs.names, ["Ada", "Bob", "Cleo"]);
  signs.heard({ who: "guest:x", name: "Bob", on: false });
  signs.said("user:3");
  assert.deepEqual(signs.names, ["Ada"]);
  now = SHOWN_MS - 1;
  signs.heard({ who: "user:3", name: "Cleo", on: true });
  now = SHOWN_MS;
  assert.deepEqual(signs.names, ["Cleo"]);
});

test("one's own sign is told every few seconds while one types, and taken back once", () => {
  let now = 0;
  const told = [];
  const pulse = new TypingPulse((on) => told.push([on, now]), () => now);
  pulse.typed("   ");
  for (now = 0; now <= TOLD_EVERY_MS; now += 500) pulse.typed("hi");
  assert.deepEqual(told, [[true, 0], [true, TOLD_EVERY_MS]]);
  pulse.typed("");
  pulse.stopped();
  assert.equal(told.length, 3);
  assert.equal(told[2][0], false);
});

test("a sign that has ended by itself, or with the message, is not taken back", () => {
  let now = 0;
  const told = [];
  const pulse = new TypingPulse((on) => told.push(on), () => now);
  pulse.typed("hi");
  now = SHOWN_MS;
  pulse.stopped();
  pulse.typed("hi");
  pulse.sent();
  pulse.stopped();
  pulse.typed("and");
  assert.deepEqual(told, [true, true, true]);
});

test("the roster follows who comes, changes and goes, and forgets at a new beginning", () => {
  const roster = new Roster();
  const person = (who, name, away = false) => ({ who, name, away });
  roster.heard({ here: [person("user:2", "Zoe"), person("user:1", "Ada"), person("guest:x", "Bob", true)], all: true });
  assert.deepEqual(roster.people.map(({ name }) => name), ["Ada", "Zoe", "Bob"]);
  roster.heard({ here: [person("guest:x", "Bob"), person("user:1", "Ada", true)], gone: ["user:2", "nobody"] });
  assert.deepEqual(roster.people.map(({ name, away }) => [name, away]), [["Bob", false], ["Ada", true]]);
  assert.equal(roster.count, 2);
  roster.heard({ here: [person("user:9", "Ivy")], all: true, count: 150 });
  assert.deepEqual([roster.people.length, roster.count], [1, 150]);
});

test("a name has initials, whatever it is", () => {
  const names = ["ada lovelace", "Bob", "  ", "józef-maria k", "😀 x"];
  assert.deepEqual(names.map(initials), ["AL", "B", "?", "JM", "😀X"]);
});

test("what is read is told at most every two seconds, and again when the line is back", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let isLive = true;
  const told = [];
  const mark = new ReadMark((seq) => isLive && Boolean(told.push(seq)));
  for (const seq of [3, 4, 5, 5]) mark.seen(seq);
  assert.deepEqual(told, [3]);
  context.mock.timers.tick(2000);
  assert.deepEqual(told, [3, 5]);
  context.mock.timers.tick(2000);
  mark.seen(4);
  isLive = false;
  mark.seen(6);
  isLive = true;
  mark.again();
  mark.again();
  assert.deepEqual(told, [3, 5, 6]);
});

test("unread is what the page came with and what has come since, until it is read in any tab", () => {
  const unread = new Unread();
  unread.begin("room:1", { count: 2, seq: 10 });
  unread.begin("room:2", { count: 0, seq: 5 });
  for (const [stream, seq] of [["room:1", 10], ["room:1", 11], ["room:1", 11], ["room:2", 6], ["room:9", 1]]) {
    unread.arrived(stream, seq);
  }
  assert.deepEqual([unread.of("room:1"), unread.of("room:2"), unread.of("room:9"), unread.total], [3, 1, 0, 4]);
  unread.gone("room:2", 6);
  unread.read("room:1", 12);
  unread.arrived("room:1", 12);
  unread.arrived("room:1", 13);
  assert.deepEqual([unread.of("room:1"), unread.total], [1, 1]);
  unread.begin("room:1", { count: 50, seq: 9 });
  assert.equal(unread.total, 1);
});

test("where a page does not say which rooms they are in, they count until all of those have been read", () => {
  const unread = new Unread(5);
  unread.begin("room:1", { count: null, seq: 10 });
  unread.begin("room:2", { count: null, seq: 5 });
  unread.arrived("room:1", 11);
  assert.equal(unread.total, 6);
  unread.read("room:1", 11);
  assert.equal(unread.total, 5);
  unread.read("room:2", 5);
  assert.equal(unread.total, 0);
  const placed = new Unread(3);
  placed.begin("room:1", { count: 3, seq: 10 });
  assert.equal(placed.total, 3);
});

test("nobody counts beyond ninety-nine", () => {
  assert.deepEqual([1, 99, 100].map(shownCount), ["1", "99", "99+"]);
});
