// Servers and networks that do what a test says.

const live = new URL("../../../chat/live/static/live/", import.meta.url);
export const load = (name) => import(new URL(name, live));

const { Connection } = await load("connection.js");
const { socketWay } = await load("socket.js");

export class FakeSocket {
  static all = [];
  static get last() {
    return FakeSocket.all.at(-1);
  }
  readyState = 1;
  sent = [];
  isClosed = false;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.isClosed = true;
  }
  say(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  end(code = 1006) {
    this.onclose?.({ code });
  }
  greet(limits = {}) {
    this.onopen();
    this.say({ t: "welcome", v: 1, who: "user:1", limits });
  }
  get types() {
    return this.sent.map((frame) => frame.t);
  }
}

export class FakeStorage extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, text) => this.set(key, text);
  removeItem = (key) => this.delete(key);
}

export const fakeSocketWay = () => socketWay("ws://test/ws/", FakeSocket);

// A page whose socket is open and that follows one room.
export function connect(options = {}) {
  const connection = new Connection([fakeSocketWay()]);
  connection.follow("room:1", { epoch: "a", seq: 4, ...options });
  FakeSocket.last.greet();
  return { connection, socket: FakeSocket.last };
}

export function useClock(context) {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  return (milliseconds) => context.mock.timers.tick(milliseconds);
}

// Lets what promises have begun come to its end.
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
