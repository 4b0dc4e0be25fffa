// What a room's page shows: kept messages by number, and after them our own that are on their way. Pure.

export class Conversation {
  #kept = new Map();
  #pending = new Map();

  // A message that the server keeps. Gives what became of it: "added", "changed" or "same".
  keep(message) {
    const known = this.#kept.get(message.seq);
    this.#kept.set(message.seq, message);
    if (!known) return "added";
    return known.text === message.text && known.deleted === message.deleted ? "same" : "changed";
  }

  begin(cid, text) {
    this.#pending.set(cid, { cid, text, state: "sending" });
  }

  fail(cid, code) {
    const message = this.#pending.get(cid);
    if (message) Object.assign(message, { state: "failed", code });
    return message ?? null;
  }

  // Ours has arrived, or is given up.
  settle(cid) {
    return this.#pending.delete(cid);
  }

  pending(cid) {
    return this.#pending.get(cid) ?? null;
  }

  // The kept message right before which one with this number belongs.
  successor(seq) {
    let next = null;
    for (const other of this.#kept.keys()) if (other > seq && (next === null || other < next)) next = other;
    return next;
  }

  get oldest() {
    return this.#kept.size ? Math.min(...this.#kept.keys()) : null;
  }

  get isEmpty() {
    return !this.#kept.size && !this.#pending.size;
  }
}

// An event of the stream as the message that it makes; null for what is not one.
export function messageOf(event) {
  if (event.kind !== "message") return null;
  const { seq, author, at, cid, data } = event;
  return { seq, author, at, cid, edited: false, deleted: false, ...data };
}
