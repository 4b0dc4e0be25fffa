// Prints every frame that the browser's side sends: the server's side reads them (test_following.py).
import { writeSync } from "node:fs";
import { load } from "./fakes.mjs";

const { Connection } = await load("connection.js");
const { socketWay } = await load("socket.js");

class PrintingSocket {
  readyState = 1;
  constructor() {
    PrintingSocket.last = this;
  }
  send(text) {
    writeSync(1, `${text}\n`);
  }
  close() {}
}

const say = (frame) => PrintingSocket.last.onmessage({ data: JSON.stringify(frame) });
const answer = (re) => say({ t: "ok", re, cid: re, seq: 1 });
const connection = new Connection([socketWay("ws://test/ws/", PrintingSocket)]);
connection.follow("room:1", { ticket: "a:b:c", epoch: "e", seq: 4, here: true });
connection.follow("user:7", {});
PrintingSocket.last.onopen();
say({ t: "welcome" });
say({ t: "head", stream: "room:1", epoch: "other", seq: 9 });
connection.send("room:1", "c1", { text: "hi", reply: 3 });
answer("c1");
connection.edit("room:1", "c2", 5, { text: "hello" });
answer("c2");
connection.remove("room:1", "c3", 5);
connection.ask({ t: "hist", stream: "room:1", around: 4, limit: 1 }).catch(() => {});
connection.tell({ t: "read", stream: "room:1", seq: 5 });
connection.tell({ t: "typing", stream: "room:1", on: true });
connection.away(true);
connection.unfollow("user:7");
say({ t: "ev", stream: "room:1", events: [{ seq: 5 }] });
const now = Date.now();
Date.now = () => now + 30_000;
setTimeout(() => process.exit(), 6_000);
