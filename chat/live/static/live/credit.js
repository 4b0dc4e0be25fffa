// Tells the server how far we have shown a stream, so that it goes on sending: after so many events, and a moment
// after the first of fewer.

export const ACK_EVENTS = 50;
export const ACK_MS = 500;

export class Credit {
  #ack;
  #count = 0;
  #seq = 0;
  #timer = 0;

  // ack(seq) tells it.
  constructor(ack) {
    this.#ack = ack;
  }

  shown(count, seq, atMost = ACK_EVENTS) {
    if (this.#count === 0) this.#timer = setTimeout(() => this.#tell(), ACK_MS);
    this.#count += count;
    this.#seq = seq;
    if (this.#count >= atMost) this.#tell();
  }

  // A sub or a sync says the same.
  settled() {
    clearTimeout(this.#timer);
    this.#count = 0;
  }

  #tell() {
    this.settled();
    this.#ack(this.#seq);
  }
}
