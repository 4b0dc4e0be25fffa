// What was heard of each variant last. A part of the page that comes late (another size, the page anew) shows the stock
// as it was at its own number: it is told what came after it.
export class Heard {
  #last = new Map();

  keep({ seq, data: { variant, left } }) {
    this.#last.set(variant, { seq, variant, left });
  }

  since(seq) {
    return [...this.#last.values()].filter((one) => one.seq > seq);
  }

  // The numbers have lost their meaning.
  forget() {
    this.#last.clear();
  }
}
