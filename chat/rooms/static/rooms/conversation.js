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

  // The numbers have lost their meaning. What is on its way stays.
  forget() {
    this.#kept.clear();
  }

  begin(cid, text) {
    this.#pending.set(cid, { cid, text });
  }

  // The server keeps it under this number; its event has still to come.
  confirm(cid, seq) {
    const message = this.#pending.get(cid);
    if (message) message.seq = seq;
  }

  // Ours has arrived, or is given up: gives it, once.
  settle(cid) {
    const message = this.#pending.get(cid) ?? null;
    this.#pending.delete(cid);
    return message;
  }

  // Ours that the server keeps, and that stand further up by now: among what is shown, or before it.
  get overtaken() {
    const shown = ({ seq }) => seq !== undefined && (this.#kept.has(seq) || seq < this.oldest);
    return [...this.#pending.values()].filter(shown).map(({ cid }) => cid);
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
}

// An event of the stream as the message that it makes; null for what is not one.
export function messageOf(event) {
  if (event.kind !== "message") return null;
  const { seq, author, at, cid, data } = event;
  return { seq, author, at, cid, edited: false, deleted: false, ...data };
}
