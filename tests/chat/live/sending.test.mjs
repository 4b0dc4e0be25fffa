// What is sent is kept once, in its order, or comes back with the reason.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, load, useClock } from "./fakes.mjs";

const { Outbox } = await load("outbox.js");

test("an event is as good as an ok, and settles once", () => {
  const outbox = new Outbox(() => true);
  const answers = [];
  outbox.add({ t: "send", cid: "c" }, (answer) => answers.push(answer));
  outbox.arrived({ seq: 3, cid: "c" });
  outbox.answered({ t: "ok", re: "c", cid: "c", seq: 3 });
  assert.deepEqual(answers, [{ t: "ok", cid: "c", seq: 3 }]);
});

test("a refusal that time mends is tried again and overtaken by nothing, another one settles", (context) => {
  const tick = useClock(context);
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
  tick(300);
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

test("the server's own limit counts as soon as it is known", async (context) => {
  useClock(context);
  const { connection, socket } = connect();
  socket.say({ t: "welcome", v: 1, who: "user:1", limits: { frame_bytes: 100 } });
  const answer = await connection.send("room:1", "c", { text: "a".repeat(100) });
  assert.equal(answer.code, "too_large");
  assert.equal(socket.types.includes("send"), false);
});

test("an edit waits for the message before it, and its event confirms it", async (context) => {
  useClock(context);
  const { connection, socket } = connect();
  connection.send("room:1", "c1", { text: "Helo" });
  const edited = connection.edit("room:1", "c2", 5, { text: "Hello" });
  const removed = connection.remove("room:1", "c3", 5);
  assert.equal(socket.types.at(-1), "send");
  socket.say({ t: "ok", re: "c1", cid: "c1", seq: 5 });
  const edit = { t: "edit", id: "c2", stream: "room:1", cid: "c2", seq: 5, data: { text: "Hello" } };
  assert.deepEqual(socket.sent.at(-1), edit);
  socket.say({ t: "ev", stream: "room:1", events: [{ seq: 5, cid: "c1" }, { seq: 6, cid: "c2" }] });
  assert.equal((await edited).seq, 6);
  assert.deepEqual(socket.sent.at(-1), { t: "del", id: "c3", stream: "room:1", cid: "c3", seq: 5 });
  socket.say({ t: "err", re: "c3", code: "not_yours", text: "" });
  assert.equal((await removed).code, "not_yours");
});

test("a question to a line that is away, or goes away, is answered by no", async (context) => {
  useClock(context);
  const { connection, socket } = connect();
  const asked = connection.ask({ t: "hist", stream: "room:1" });
  socket.end();
  await assert.rejects(asked);
  await assert.rejects(connection.ask({ t: "hist", stream: "room:1" }));
  assert.equal(connection.tell({ t: "read", stream: "room:1", seq: 3 }), false);
});
