// One line of some way, until it is given up: what it tells after that is heard no more.

export class Line {
  #isOver = false;
  #begun = null;

  // hear(frame) and lost(code) may be given to somebody else while it lasts; subs() gives the streams that are
  // followed, for a way that must name them when it begins.
  constructor(way, { hear, lost, subs }) {
    Object.assign(this, { hear, lost });
    const ears = {
      hear: (frame) => this.#isOver || this.hear(frame),
      lost: (code) => this.#isOver || this.lost(code),
      subs,
    };
    try {
      this.#begun = way.begin(ears);
    } catch {
      // A policy or a browser that forbids it.
      setTimeout(() => ears.lost(1006));
    }
  }

  // Whether the frame could be sent.
  put(frame) {
    return this.#begun?.put(frame) ?? false;
  }

  close() {
    this.#isOver = true;
    this.#begun?.close();
  }
}
