// The way for a network that lets no WebSocket pass: server-sent events downward, a request for each frame upward.
import { isCarried, post } from "./posting.js";

const ADDRESS = "/chat/live/events";
const MAX_STREAMS = 10;
// The server tells its heads every 25 s; what is silent for longer is dead.
const SILENCE_MS = 60_000;
// Several streams that join at once are one request.
const GATHER_MS = 50;

export function eventsWay({ EventSource = globalThis.EventSource, send = post } = {}) {
  return { name: "events", tries: 1, begin: (ears) => new EventsLine(EventSource, send, ears) };
}

class EventsLine {
  #EventSource;
  #send;
  #ears;
  #source = null;
  #asked = new Map();
  #hasGreeted = false;
  #isClosed = false;
  #gathering = 0;
  #silence = 0;

  constructor(EventSource, send, ears) {
    this.#EventSource = EventSource;
    this.#send = send;
    this.#ears = ears;
    this.#open();
  }

  put(frame) {
    if (frame.t === "sub" && this.#isAsked(frame)) return true;
    if (["sub", "sync", "unsub"].includes(frame.t)) {
      this.#openSoon();
      return true;
    }
    if (!isCarried(frame)) return false;
    this.#send(frame).then((answer) => this.#isClosed || this.#ears.hear(answer));
    return true;
  }

  close() {
    this.#isClosed = true;
    this.#shut();
  }

  #isAsked({ stream, here = false }) {
    return this.#asked.get(stream) === here;
  }

  #openSoon() {
    clearTimeout(this.#gathering);
    this.#gathering = setTimeout(() => this.#open(), GATHER_MS);
  }

  // From the page's own numbers each time: the browser's coming back by itself would ask from old ones.
  #open() {
    this.#shut();
    const subs = this.#ears.subs().slice(0, MAX_STREAMS);
    this.#asked = new Map(subs.map(({ stream, here = false }) => [stream, here]));
    if (!subs.length) return;
    const source = new this.#EventSource(`${ADDRESS}?subs=${encodeURIComponent(JSON.stringify(subs))}`);
    source.onmessage = (message) => this.#hear(JSON.parse(message.data));
    source.onerror = () => this.#lost();
    this.#source = source;
    this.#listen();
  }

  #shut() {
    clearTimeout(this.#gathering);
    clearTimeout(this.#silence);
    if (this.#source) this.#source.onmessage = this.#source.onerror = null;
    this.#source?.close();
    this.#source = null;
  }

  #hear(frame) {
    this.#listen();
    // A hole that is filled is no new beginning.
    if (frame.t === "welcome" && this.#hasGreeted) return;
    this.#hasGreeted ||= frame.t === "welcome";
    this.#ears.hear(frame);
  }

  #listen() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), SILENCE_MS);
  }

  #lost() {
    this.close();
    this.#ears.lost(1006);
  }
}
