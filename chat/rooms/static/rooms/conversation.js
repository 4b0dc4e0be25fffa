// What a room's page shows: kept messages by number, a window of all that was said, and after them our own that are on
// their way. Pure.

export class Conversation {
  // Whether more was said before and after what is shown.
  hasOlder = false;
  hasNewer = false;
  #kept = new Map();
  #pending = new Map();
  // The newest message that we have heard of, shown or not.
  #heard = 0;

  // A message that the server keeps. Gives what became of it: "added", "changed" or "same".
  keep(message) {
    const known = this.#kept.get(message.seq);
    this.#kept.set(message.seq, message);
    this.#heard = Math.max(this.#heard, message.seq);
    if (!known) return "added";
    return ["text", "deleted", "edited"].every((field) => known[field] === message[field]) ? "same" : "changed";
  }

  // The message that an event makes, or makes another one of; null when nothing of what is shown changes.
  after(event) {
    if (event.kind === "message") return this.#arrived(messageOf(event));
    const known = this.#kept.get(event.data?.of);
    if (!known || known.deleted) return null;
    if (event.kind === "message.deleted") return { ...known, text: "", deleted: true };
    if (event.kind !== "message.edited" || event.data.deleted) return null;
    return { ...known, text: event.data.text, edited: true };
  }

  #arrived(message) {
    this.#heard = Math.max(this.#heard, message.seq);
    if (this.#kept.has(message.seq)) return message;
    const isOutside = this.hasNewer || (this.hasOlder && message.seq < this.oldest);
    return isOutside ? null : message;
  }

  // A page of history has joined at this end ("older", "newer" or "both"), and says whether there is more.
  joined(end, { older, newer }) {
    if (end !== "newer") this.hasOlder = older;
    if (end !== "older") this.hasNewer = newer || (this.newest ?? 0) < this.#heard;
  }

  // At most `limit` messages stay: gives those that leave at this end, and remembers that there are more.
  trim(end, limit) {
    const excess = Math.max(0, this.#kept.size - limit);
    const seqs = [...this.#kept.keys()].sort((a, b) => a - b);
    const leaving = end === "older" ? seqs.slice(0, excess) : seqs.slice(seqs.length - excess);
    for (const seq of leaving) this.#kept.delete(seq);
    if (leaving.length) this[end === "older" ? "hasOlder" : "hasNewer"] = true;
    return leaving;
  }

  // The numbers have lost their meaning. What is on its way stays.
  forget() {
    this.#kept.clear();
    this.#heard = 0;
  }

  begin(cid, message) {
    this.#pending.set(cid, { ...message });
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

  // Ours that the server keeps, and that stand elsewhere by now: among what is shown, or before it.
  get overtaken() {
    const shown = ([, { seq }]) => seq !== undefined && (this.#kept.has(seq) || seq < this.oldest);
    return [...this.#pending].filter(shown).map(([cid]) => cid);
  }

  get(seq) {
    return this.#kept.get(seq) ?? null;
  }

  // The kept message right before which one with this number belongs.
  successor(seq) {
    let next = null;
    for (const other of this.#kept.keys()) if (other > seq && (next === null || other < next)) next = other;
    return next;
  }

  // Those that answer this one.
  answersTo(seq) {
    return [...this.#kept.values()].filter(({ reply }) => reply === seq);
  }

  // Who has spoken, the last one first.
  get speakers() {
    const last = [...this.#kept.values()].sort((a, b) => b.seq - a.seq).filter(({ author }) => author);
    return [...new Map(last.map(({ author, name }) => [author, { who: author, name }])).values()];
  }

  // The last one of ours that can still be changed.
  lastBy(own) {
    const ours = [...this.#kept.values()].filter(({ author, deleted }) => own.has(author) && !deleted);
    return ours.length ? ours.reduce((a, b) => (a.seq > b.seq ? a : b)) : null;
  }

  get oldest() {
    return this.#kept.size ? Math.min(...this.#kept.keys()) : null;
  }

  get newest() {
    return this.#kept.size ? Math.max(...this.#kept.keys()) : null;
  }
}

// An event of the stream as the message that it makes.
export function messageOf({ seq, author, at, cid, data }) {
  return { seq, author, at, cid, edited: false, deleted: false, ...data };
}
