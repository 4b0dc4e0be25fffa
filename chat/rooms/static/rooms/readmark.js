// Tells up to which message one has read: at most every two seconds, the last number always, and none twice. Pure.

export const TOLD_EVERY_MS = 2000;

export class ReadMark {
  #tell;
  #seen = 0;
  #told = 0;
  #timer = null;

  // tell(seq): whether it could be told.
  constructor(tell) {
    this.#tell = tell;
  }

  seen(seq) {
    this.#seen = Math.max(this.#seen, seq ?? 0);
    if (this.#timer === null) this.#say();
  }

  // The line is back: what could not be told can be now.
  again() {
    this.seen(this.#seen);
  }

  #say() {
    this.#timer = null;
    if (this.#seen <= this.#told || !this.#tell(this.#seen)) return;
    this.#told = this.#seen;
    this.#timer = setTimeout(() => this.#say(), TOLD_EVERY_MS);
  }
}
