// The page's one socket: opens it, keeps it, comes back, resumes every stream, resends what was not confirmed.
import { comesBack, waitMs } from "./backoff.js";
import { newId } from "./ids.js";
import { Outbox } from "./outbox.js";
import { begin, reduce } from "./reducer.js";

const VERSION = 1;
const PING_MS = 25_000;
const SILENCE_MS = 40_000;

// Dispatches "state" ({state: connecting|live|waiting|ended, retryMs}).
export class Connection extends EventTarget {
  state = "ended";
  who = "";
  #url;
  #socket = null;
  #streams = new Map();
  #outbox = new Outbox();
  #asked = new Map();
  #attempt = 0;
  #heardAt = 0;
  #timer = 0;

  constructor(url, { WebSocket = globalThis.WebSocket } = {}) {
    super();
    this.#url = url;
    this.WebSocket = WebSocket;
    globalThis.addEventListener?.("online", () => this.state === "waiting" && this.#open());
    setInterval(() => this.#watch(), PING_MS / 5);
  }

  // Follow a stream from the state that the page shows. onEvent gets each event once and in order;
  // onReset says that the state must be read anew; onRefused that it is not ours to see.
  follow(stream, { ticket, epoch = null, seq = null, onEvent, onReset, onRefused }) {
    this.#streams.set(stream, { place: begin(epoch, seq), ticket, onEvent, onReset, onRefused });
    if (this.state === "live") this.#subscribe(stream);
    else if (this.state === "ended") this.#open();
  }

  unfollow(stream) {
    if (this.#streams.delete(stream)) this.#put({ t: "unsub", stream });
  }

  // Resolves when the server has kept it, or has refused it for good: with its ok or err.
  send(stream, cid, data) {
    return new Promise((resolve) => {
      const frame = { t: "send", id: cid, stream, cid, data };
      this.#outbox.add(frame, resolve);
      this.#put(frame);
    });
  }

  // A question that is not worth repeating (hist): rejects when the socket is away.
  ask(frame) {
    return new Promise((resolve, reject) => {
      const id = newId();
      if (!this.#put({ ...frame, id })) return reject(new Error("away"));
      this.#asked.set(id, { resolve, reject });
    });
  }

  #open() {
    clearTimeout(this.#timer);
    this.#become("connecting");
    const socket = new this.WebSocket(this.#url);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", v: VERSION, client: "web" }));
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data));
    socket.onclose = (close) => socket === this.#socket && this.#lost(close.code);
  }

  #lost(code) {
    this.#socket = null;
    for (const { reject } of this.#asked.values()) reject(new Error("away"));
    this.#asked.clear();
    if (!comesBack(code)) return this.#become("ended");
    const retryMs = waitMs(this.#attempt++);
    this.#timer = setTimeout(() => this.#open(), retryMs);
    this.#become("waiting", retryMs);
  }

  #hear(frame) {
    this.#heardAt = Date.now();
    if (frame.t === "welcome") return this.#welcomed(frame);
    const entry = this.#streams.get(frame.stream);
    if (entry && frame.t !== "ok" && frame.t !== "err") return this.#advance(frame.stream, entry, frame);
    const asked = this.#asked.get(frame.re);
    if (asked) {
      this.#asked.delete(frame.re);
      return frame.t === "err" ? asked.reject(frame) : asked.resolve(frame);
    }
    if (frame.t === "err" && this.#streams.has(frame.re)) return this.#refused(frame);
    const retryMs = this.#outbox.answered(frame);
    if (retryMs !== null) setTimeout(() => this.#resend(frame.re), retryMs);
  }

  #welcomed(frame) {
    this.#attempt = 0;
    this.who = frame.who;
    this.#become("live");
    for (const stream of this.#streams.keys()) this.#subscribe(stream);
    for (const send of this.#outbox.frames()) this.#put(send);
  }

  #advance(stream, entry, frame) {
    const { state, events, ask } = reduce(entry.place, frame);
    entry.place = state;
    for (const event of events) {
      this.#outbox.arrived(event);
      entry.onEvent?.(event);
    }
    if (frame.t !== "ev") entry.syncing = false;
    if (ask === "sync" && !entry.syncing) entry.syncing = this.#put({ t: "sync", stream, ...state });
    if (ask === "reload") entry.onReset?.();
  }

  #refused(frame) {
    const stream = frame.re;
    if (frame.retry_ms !== undefined) {
      setTimeout(() => this.#streams.has(stream) && this.#subscribe(stream), frame.retry_ms);
      return;
    }
    const entry = this.#streams.get(stream);
    this.#streams.delete(stream);
    entry.onRefused?.(frame);
  }

  #subscribe(stream) {
    const entry = this.#streams.get(stream);
    const { place, ticket } = entry;
    entry.syncing = false;
    const frame = { t: "sub", id: stream, stream };
    if (ticket) frame.ticket = ticket;
    if (place.seq !== null) frame.seq = place.seq;
    if (place.epoch !== null) frame.epoch = place.epoch;
    this.#put(frame);
  }

  #resend(cid) {
    const frame = this.#outbox.frames().find((waiting) => waiting.cid === cid);
    if (frame) this.#put(frame);
  }

  #put(frame) {
    const open = this.state === "live" && this.#socket?.readyState === 1;
    if (open) this.#socket.send(JSON.stringify(frame));
    return open;
  }

  // A half-open connection looks alive for ever: ask, and give it up when nothing comes back.
  #watch() {
    if (!this.#socket) return;
    const silent = Date.now() - this.#heardAt;
    if (silent > SILENCE_MS) {
      this.#socket.close();
      this.#lost(1006);
    } else if (silent > PING_MS) this.#put({ t: "ping" });
  }

  #become(state, retryMs = 0) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, retryMs } }));
  }
}
