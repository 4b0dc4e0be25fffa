// What this page wants to send and no server has confirmed yet. It outlives the socket: after a break
// everything in it goes out again, under the same client ids, so that nothing is said twice.

export class Outbox {
  #waiting = new Map();

  // settle is called once: with the server's ok, or with its err when trying again cannot help.
  add(frame, settle) {
    this.#waiting.set(frame.cid, { frame, settle });
  }

  has(cid) {
    return this.#waiting.has(cid);
  }

  frames() {
    return [...this.#waiting.values()].map(({ frame }) => frame);
  }

  // The event itself came back: as good as an ok, and sometimes the only one (the ok was lost with the socket).
  arrived(event) {
    if (event.cid) this.#settle(event.cid, { t: "ok", cid: event.cid, seq: event.seq });
  }

  // An answer to a send. Gives the milliseconds after which to send again, or null when it is settled.
  answered(answer) {
    const cid = answer.cid ?? answer.re;
    if (!this.#waiting.has(cid)) return null;
    if (answer.t === "err" && answer.retry_ms !== undefined) return answer.retry_ms;
    this.#settle(cid, answer);
    return null;
  }

  #settle(cid, answer) {
    const entry = this.#waiting.get(cid);
    this.#waiting.delete(cid);
    entry?.settle(answer);
  }
}
