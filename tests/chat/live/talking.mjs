// Prints every frame that the browser's side sends: the server's side reads them (test_following.py).
import { writeSync } from "node:fs";

const { Connection } = await import(new URL("../../../chat/live/static/live/connection.js", import.meta.url));

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
const connection = new Connection("ws://test/ws/", { WebSocket: PrintingSocket });
connection.follow("room:1", { ticket: "a:b:c", epoch: "e", seq: 4 });
connection.follow("user:7", {});
PrintingSocket.last.onopen();
say({ t: "welcome" });
say({ t: "head", stream: "room:1", epoch: "other", seq: 9 });
connection.send("room:1", "c1", { text: "hi" });
connection.ask({ t: "hist", stream: "room:1", before: 4 }).catch(() => {});
connection.unfollow("user:7");
const now = Date.now();
Date.now = () => now + 30_000;
setTimeout(() => process.exit(), 6_000);
