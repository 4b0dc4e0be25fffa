// The page's one connection: it follows streams, sends until it is kept, and asks.
import { newId } from "./ids.js";
import { Lasting } from "./lasting.js";
import { Outbox } from "./outbox.js";
import { Subscriptions } from "./subscriptions.js";
import { Ways } from "./ways.js";

// Dispatches "state" ({state: idle|connecting|live|waiting|ended, way, retryMs}).
export class Connection extends EventTarget {
  // As the server calls us ("user:7"); empty for a stranger, and before it has said so.
  who = "";
  #asked = new Map();
  #line;
  #outbox;
  #subscriptions;
  #isAway = false;

  // ways: the ways that this browser knows (socketWay, …), the best first.
  constructor(ways, { storage = null } = {}) {
    super();
    const put = (frame) => this.#line.put(frame);
    this.#outbox = new Outbox(put);
    this.#subscriptions = new Subscriptions(put, (event) => this.#outbox.arrived(event));
    this.#line = new Lasting(new Ways(ways, { storage }), {
      onFrame: (frame) => this.#hear(frame),
      onState: (detail) => this.#changed(detail),
      subs: () => this.#subscriptions.list(),
    });
  }

  get state() {
    return this.#line.state;
  }

  get way() {
    return this.#line.way;
  }

  // Follow a stream from the state that the page shows, with a ticket where it has one; here: as one of those who are
  // there. onEvent gets each event once and in order; onReset says that the state must be read anew; onRefused(code)
  // that it is not ours to see; onSign gets the frames that are not numbered (typing, presence, read).
  follow(stream, { epoch = null, seq = null, ...follower }) {
    this.#subscriptions.add(stream, { epoch, seq, ...follower });
    this.#line.open();
  }

  unfollow(stream) {
    this.#subscriptions.remove(stream);
  }

  // These resolve when the server has kept it, or has refused it for good: with its ok or err.
  send(stream, cid, data) {
    return this.#commit({ t: "send", id: cid, stream, cid, data });
  }

  edit(stream, cid, seq, data) {
    return this.#commit({ t: "edit", id: cid, stream, cid, seq, data });
  }

  remove(stream, cid, seq) {
    return this.#commit({ t: "del", id: cid, stream, cid, seq });
  }

  // A question that is not worth repeating (hist): rejects when the line is away.
  ask(frame) {
    return new Promise((resolve, reject) => {
      const id = newId();
      if (!this.#line.put({ ...frame, id })) return reject(new Error("away"));
      this.#asked.set(id, { resolve, reject });
    });
  }

  // What nobody answers (read, typing): whether it could be sent. Named, so that a refusal ends nothing else.
  tell(frame) {
    return this.#line.put({ ...frame, id: newId() });
  }

  away(isAway) {
    this.#isAway = isAway;
    this.#line.put({ t: "ping", away: isAway });
  }

  // The session is another one: whoever named themselves is to be known by it.
  reopen() {
    this.#line.reopen();
  }

  #commit(frame) {
    return new Promise((resolve) => this.#outbox.add(frame, resolve));
  }

  #hear(frame) {
    if (frame.t === "welcome") this.#greeted(frame);
    else if (frame.t !== "ok" && frame.t !== "err") this.#subscriptions.heard(frame);
    else if (!this.#subscriptions.answered(frame) && !this.#outbox.answered(frame)) this.#answered(frame);
  }

  #greeted({ who, limits = {} }) {
    this.who = who ?? this.who;
    if (limits.frame_bytes) this.#outbox.frameBytes = limits.frame_bytes;
    if (limits.unacked_events) this.#subscriptions.unackedEvents = limits.unacked_events;
    if (this.#isAway) this.#line.put({ t: "ping", away: true });
    this.#subscriptions.resume();
    this.#outbox.resume();
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
