// Who is writing, and when to tell that one is. Pure.

export const SHOWN_MS = 6000;
export const TOLD_EVERY_MS = 3000;

export class TypingSigns {
  #writers = new Map();
  #own;
  #now;

  constructor(own, now = Date.now) {
    this.#own = own;
    this.#now = now;
  }

  heard({ who, name, on }) {
    if (this.#own.has(who)) return;
    if (on) this.#writers.set(who, { name, until: this.#now() + SHOWN_MS });
    else this.#writers.delete(who);
  }

  // Who has said it writes no more.
  said(who) {
    this.#writers.delete(who);
  }

  forget() {
    this.#writers.clear();
  }

  // The names of those who are writing now, the first one first.
  get names() {
    for (const [who, { until }] of this.#writers) if (until <= this.#now()) this.#writers.delete(who);
    return [...this.#writers.values()].map(({ name }) => name);
  }
}

export class TypingPulse {
  #tell;
  #now;
  #toldAt = null;

  // tell(on)
  constructor(tell, now = Date.now) {
    this.#tell = tell;
    this.#now = now;
  }

  typed(text) {
    if (!text.trim()) return this.stopped();
    if (this.#toldAt !== null && this.#now() - this.#toldAt < TOLD_EVERY_MS) return;
    this.#toldAt = this.#now();
    this.#tell(true);
  }

  stopped() {
    const wasShown = this.#toldAt !== null && this.#now() - this.#toldAt < SHOWN_MS;
    this.#toldAt = null;
    if (wasShown) this.#tell(false);
  }

  // What is sent ends the sign by itself, and the next letter begins a new one.
  sent() {
    this.#toldAt = null;
  }
}
