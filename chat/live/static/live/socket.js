// A WebSocket that lasts: it greets, notices silence, comes back with full jitter, and tells how it stands.
import { comesBack, waitMs } from "./backoff.js";

const VERSION = 1;
const PING_MS = 25_000;
const SILENCE_MS = 40_000;

export class LastingSocket {
  // idle, connecting, live, waiting (to come back), ended (for good)
  state = "idle";
  #url;
  #options;
  #socket = null;
  #attempt = 0;
  #heardAt = 0;
  #timer = 0;

  // onFrame(frame) gets whatever comes; onState({state, retryMs}) each change.
  constructor(url, options) {
    this.#url = url;
    this.#options = options;
    globalThis.addEventListener?.("online", () => this.state === "waiting" && this.#connect());
    // Without it a socket looks alive until the silence has lasted long enough.
    globalThis.addEventListener?.("offline", () => this.#giveUp());
    setInterval(() => this.#watch(), PING_MS / 5);
  }

  open() {
    if (this.state === "idle") this.#connect();
  }

  // Whether the frame could be sent.
  put(frame) {
    const open = this.state === "live" && this.#socket?.readyState === 1;
    if (open) this.#socket.send(JSON.stringify(frame));
    return open;
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#become("connecting");
    const socket = new this.#options.WebSocket(this.#url);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", v: VERSION, client: "web" }));
    socket.onmessage = (message) => socket === this.#socket && this.#hear(JSON.parse(message.data));
    socket.onclose = (close) => socket === this.#socket && this.#lost(close.code);
  }

  #hear(frame) {
    this.#heardAt = Date.now();
    if (frame.t === "welcome") {
      this.#attempt = 0;
      this.#become("live");
    }
    this.#options.onFrame(frame);
  }

  #lost(code) {
    this.#socket = null;
    if (!comesBack(code)) return this.#become("ended");
    const retryMs = waitMs(this.#attempt++);
    this.#timer = setTimeout(() => this.#connect(), retryMs);
    this.#become("waiting", retryMs);
  }

  #giveUp() {
    if (!this.#socket) return;
    this.#socket.close();
    this.#lost(1006);
  }

  // A half-open connection looks alive for ever: ask, and give it up when nothing comes back.
  #watch() {
    if (!this.#socket) return;
    // A clock that was put back counts as silence, too.
    const silent = Math.abs(Date.now() - this.#heardAt);
    if (silent > SILENCE_MS) this.#giveUp();
    else if (silent > PING_MS) this.put({ t: "ping" });
  }

  #become(state, retryMs = 0) {
    this.state = state;
    this.#options.onState({ state, retryMs });
  }
}
