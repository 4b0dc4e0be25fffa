// The page's one connection: it follows streams, sends until it is kept, and asks.
import { newId } from "./ids.js";
import { Outbox } from "./outbox.js";
import { LastingSocket } from "./socket.js";
import { Subscriptions } from "./subscriptions.js";

// Dispatches "state" ({state: idle|connecting|live|waiting|ended, retryMs}).
export class Connection extends EventTarget {
  #asked = new Map();
  #socket;
  #outbox;
  #subscriptions;

  constructor(url, { WebSocket = globalThis.WebSocket } = {}) {
    super();
    const put = (frame) => this.#socket.put(frame);
    this.#outbox = new Outbox(put);
    this.#subscriptions = new Subscriptions(put, (event) => this.#outbox.arrived(event));
    this.#socket = new LastingSocket(url, {
      WebSocket,
      onFrame: (frame) => this.#hear(frame),
      onState: (detail) => this.#changed(detail),
    });
  }

  get state() {
    return this.#socket.state;
  }

  // Follow a stream from the state that the page shows. onEvent gets each event once and in order;
  // onReset says that the state must be read anew; onRefused that it is not ours to see.
  follow(stream, { ticket, epoch = null, seq = null, onEvent, onReset, onRefused }) {
    this.#subscriptions.add(stream, { ticket, epoch, seq, onEvent, onReset, onRefused });
    this.#socket.open();
  }

  unfollow(stream) {
    this.#subscriptions.remove(stream);
  }

  // Resolves when the server has kept it, or has refused it for good: with its ok or err.
  send(stream, cid, data) {
    return new Promise((resolve) => this.#outbox.add({ t: "send", id: cid, stream, cid, data }, resolve));
  }

  // A question that is not worth repeating (hist): rejects when the socket is away.
  ask(frame) {
    return new Promise((resolve, reject) => {
      const id = newId();
      if (!this.#socket.put({ ...frame, id })) return reject(new Error("away"));
      this.#asked.set(id, { resolve, reject });
    });
  }

  #hear(frame) {
    if (frame.t === "welcome") {
      this.#subscriptions.resume();
      this.#outbox.resume();
    } else if (frame.t === "ok" || frame.t === "err") {
      this.#subscriptions.answered(frame) || this.#outbox.answered(frame) || this.#answered(frame);
    } else this.#subscriptions.heard(frame);
  }

  #answered(frame) {
    const asked = this.#asked.get(frame.re);
    this.#asked.delete(frame.re);
    if (frame.t === "err") asked?.reject(frame);
    else asked?.resolve(frame);
  }

  #changed(detail) {
    if (detail.state !== "live") {
      for (const { reject } of this.#asked.values()) reject(new Error("away"));
      this.#asked.clear();
    }
    this.dispatchEvent(new CustomEvent("state", { detail }));
  }
}
