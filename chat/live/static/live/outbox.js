// What this page wants to send and no server has confirmed yet. It outlives the line: after a break it goes
// out again, under the same client ids, so that nothing is said twice. Of each stream one frame is under way at a
// time: a later one would otherwise overtake one that was told to wait.

// Until a server says otherwise: beyond its limit it would not even read which frame it refuses.
const FRAME_BYTES = 16 * 1024;

export class Outbox {
  #waiting = new Map();
  #put;
  frameBytes = FRAME_BYTES;

  constructor(put) {
    this.#put = put;
  }

  // settle is called once: with the server's ok, or with its err when trying again cannot help.
  add(frame, settle) {
    if (new TextEncoder().encode(JSON.stringify(frame)).length > this.frameBytes) {
      return settle({ t: "err", re: frame.id, code: "too_large" });
    }
    this.#waiting.set(frame.cid, { frame, settle });
    if (this.#first(frame.stream).frame === frame) this.#put(frame);
  }

  // There is a new line: what was under way is asked for again.
  resume() {
    const streams = new Set([...this.#waiting.values()].map(({ frame }) => frame.stream));
    for (const stream of streams) this.#put(this.#first(stream).frame);
  }

  // The event itself came back: as good as an ok, and sometimes the only one (the ok was lost with the line).
  arrived(event) {
    if (event.cid) this.#settle(event.cid, { t: "ok", cid: event.cid, seq: event.seq });
  }

  // An ok or err; whether it was about one of these.
  answered(answer) {
    const entry = this.#waiting.get(answer.re);
    if (!entry) return false;
    if (answer.t !== "err" || answer.retry_ms === undefined) this.#settle(answer.re, answer);
    else setTimeout(() => this.#waiting.get(answer.re) === entry && this.#put(entry.frame), answer.retry_ms);
    return true;
  }

  #settle(cid, answer) {
    const entry = this.#waiting.get(cid);
    if (!entry) return;
    const { stream } = entry.frame;
    const wasFirst = this.#first(stream) === entry;
    this.#waiting.delete(cid);
    entry.settle(answer);
    const next = this.#first(stream);
    if (wasFirst && next) this.#put(next.frame);
  }

  #first(stream) {
    for (const entry of this.#waiting.values()) if (entry.frame.stream === stream) return entry;
    return null;
  }
}
