// The messages that others answer: those on the page, and those that are looked up once, one after the other.

export class Quotes {
  #found = new Map();
  #queue = [];
  #isLooking = false;

  // find(seq) resolves with the message or null; onFound(seq) when it is known.
  constructor({ conversation, find, onFound }) {
    Object.assign(this, { conversation, find, onFound });
  }

  // The message where we know it by now; null where it is being looked up.
  get(seq) {
    if (!seq) return null;
    const known = this.conversation.get(seq) ?? this.#found.get(seq);
    if (known === undefined) {
      this.#found.set(seq, null);
      this.#queue.push(seq);
      this.#look();
    }
    return known ?? null;
  }

  forget() {
    this.#found.clear();
    this.#queue = [];
  }

  async #look() {
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#queue.length) {
      const seq = this.#queue.shift();
      try {
        this.#found.set(seq, await this.find(seq));
        this.onFound(seq);
      } catch {
        // It stays "an earlier message", which leads to it all the same.
      }
    }
    this.#isLooking = false;
  }
}
