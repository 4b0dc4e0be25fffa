// The streams that this page follows, and where it is in each.
import { begin, reduce } from "./reducer.js";

export class Subscriptions {
  #streams = new Map();
  #put;
  #onEvent;

  constructor(put, onEvent) {
    this.#put = put;
    this.#onEvent = onEvent;
  }

  add(stream, { epoch, seq, ...follower }) {
    this.#streams.set(stream, { place: begin(epoch, seq), ...follower });
    this.#subscribe(stream);
  }

  remove(stream) {
    if (this.#streams.delete(stream)) this.#put({ t: "unsub", stream });
  }

  // There is a new socket: go on in each stream from where we are.
  resume() {
    for (const stream of this.#streams.keys()) this.#subscribe(stream);
  }

  // A frame of a stream, in order or not.
  heard(frame) {
    const entry = this.#streams.get(frame.stream);
    if (!entry) return;
    const { state, events, ask } = reduce(entry.place, frame);
    entry.place = state;
    for (const event of events) {
      this.#onEvent(event);
      entry.onEvent?.(event);
    }
    if (frame.t !== "ev") entry.syncing = false;
    if (ask === "sync") this.#sync(frame.stream, entry);
    if (ask === "reload") entry.onReset?.();
  }

  // An ok or err; whether it was about one of these.
  answered({ t, re, retry_ms: retryMs, code }) {
    const [, verb, stream] = /^(sub|sync):(.+)$/.exec(re) ?? [];
    const entry = this.#streams.get(stream);
    if (!entry || t !== "err") return false;
    if (retryMs !== undefined) {
      setTimeout(() => this.#streams.get(stream) === entry && this.#subscribe(stream), retryMs);
    } else if (verb === "sub") {
      this.#streams.delete(stream);
      entry.onRefused?.(code);
    }
    return true;
  }

  #subscribe(stream) {
    const entry = this.#streams.get(stream);
    entry.syncing = false;
    const frame = { t: "sub", id: `sub:${stream}`, stream };
    if (entry.ticket) frame.ticket = entry.ticket;
    this.#put({ ...frame, ...known(entry.place) });
  }

  #sync(stream, entry) {
    if (entry.syncing) return;
    entry.syncing = this.#put({ t: "sync", id: `sync:${stream}`, stream, ...known(entry.place) });
  }
}

const known = (place) => Object.fromEntries(Object.entries(place).filter(([, value]) => value !== null));
