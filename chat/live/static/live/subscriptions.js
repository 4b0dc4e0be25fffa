// The streams that this page follows, and where it is in each.
import { ACK_EVENTS, Credit } from "./credit.js";
import { begin, earlier, reduce } from "./reducer.js";

// A sync that brought nothing although there is more: once more, but not at once.
const STUCK_MS = 1000;
const SIGNS = new Set(["typing", "presence", "read"]);

export class Subscriptions {
  #streams = new Map();
  #put;
  #onEvent;
  #ackEvents = ACK_EVENTS;

  constructor(put, onEvent) {
    this.#put = put;
    this.#onEvent = onEvent;
  }

  // Half of what may be unacknowledged: the server need never hold anything back.
  set unackedEvents(count) {
    this.#ackEvents = Math.max(1, Math.min(ACK_EVENTS, Math.floor(count / 2)));
  }

  // Another follower of the same stream may come from an older state of the page: what it misses comes again, to all.
  add(stream, { epoch = null, seq = null, ...follower }) {
    const known = this.#streams.get(stream);
    known?.credit.settled();
    const place = known ? earlier(known.place, begin(epoch, seq)) : begin(epoch, seq);
    const credit = new Credit((shown) => this.#put({ t: "ack", stream, seq: shown }));
    const entry = { ...known, ...follower, place, credit };
    this.#streams.set(stream, entry);
    // Who is shown goes by going: a sub says only who comes.
    if (known?.here && !entry.here) this.#put({ t: "unsub", stream });
    this.#subscribe(stream);
  }

  remove(stream) {
    this.#streams.get(stream)?.credit.settled();
    if (this.#streams.delete(stream)) this.#put({ t: "unsub", stream });
  }

  // There is a new line: go on in each stream from where we are.
  resume() {
    for (const stream of this.#streams.keys()) this.#subscribe(stream);
  }

  // The fields of a sub for each stream, as a way over HTTP asks for them.
  list() {
    return [...this.#streams].map(([stream, entry]) => fieldsOf(stream, entry));
  }

  // A frame of a stream, in order or not.
  heard(frame) {
    const entry = this.#streams.get(frame.stream);
    if (!entry) return;
    if (SIGNS.has(frame.t)) return entry.onSign?.(frame);
    const { state, events, ask } = reduce(entry.place, frame);
    entry.place = state;
    for (const event of events) {
      this.#onEvent(event);
      entry.onEvent?.(event);
    }
    if (events.length) entry.credit.shown(events.length, state.seq, this.#ackEvents);
    if (frame.t !== "ev") entry.syncing = false;
    if (ask === "sync") this.#sync(frame.stream, entry);
    else if (frame.t === "head") entry.askedAt = null;
    if (ask === "reload") entry.onReset?.();
  }

  // An ok or err; whether it was about one of these.
  answered(answer) {
    const { verb, stream } = about(answer);
    const entry = this.#streams.get(stream);
    if (!entry || answer.t !== "err") return false;
    const { retry_ms: retryMs, code } = answer;
    if (retryMs !== undefined) this.#later(stream, entry, retryMs, () => this.#subscribe(stream));
    else if (code === "not_subscribed" && verb === "sync") this.#subscribe(stream);
    else this.#end(stream, entry, code);
    return true;
  }

  #end(stream, entry, code) {
    entry.credit.settled();
    this.#streams.delete(stream);
    entry.onRefused?.(code);
  }

  #subscribe(stream) {
    const entry = this.#streams.get(stream);
    entry.syncing = false;
    entry.askedAt = null;
    entry.credit.settled();
    this.#put({ t: "sub", id: `sub:${stream}`, ...fieldsOf(stream, entry) });
  }

  #sync(stream, entry) {
    if (entry.syncing) return;
    if (entry.askedAt === entry.place.seq) {
      entry.syncing = true;
      return this.#later(stream, entry, STUCK_MS, () => this.#putSync(stream, entry));
    }
    this.#putSync(stream, entry);
  }

  #putSync(stream, entry) {
    entry.credit.settled();
    entry.askedAt = entry.place.seq;
    entry.syncing = this.#put({ t: "sync", id: `sync:${stream}`, stream, ...known(entry.place) });
  }

  #later(stream, entry, ms, action) {
    setTimeout(() => this.#streams.get(stream) === entry && action(), ms);
  }
}

// An answer to a frame of ours, or, without a frame that it answers, the server's own word on a stream.
function about({ re, stream }) {
  if (re === undefined) return { verb: null, stream };
  const [, verb, asked] = /^(sub|sync):(.+)$/.exec(re) ?? [];
  return { verb, stream: asked };
}

function fieldsOf(stream, { ticket, here, place }) {
  return { stream, ...(ticket && { ticket }), ...known(place), ...(here && { here }) };
}

const known = (place) => Object.fromEntries(Object.entries(place).filter(([, value]) => value !== null));
