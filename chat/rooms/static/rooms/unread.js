// How many messages one has not read, by stream: what the page came with, and what has arrived since. Pure.

const MOST = 99;

export class Unread {
  #streams = new Map();
  // Of which a page does not say in which streams they are: they count until all such streams have been read.
  #unplaced = 0;

  constructor(total = 0) {
    this.#unplaced = total;
  }

  // What a page knows when it is rendered: so many (null: of the total, some), up to the event with this number.
  begin(stream, { count, seq }) {
    if (this.#streams.has(stream)) return;
    this.#streams.set(stream, { count: count ?? 0, isVague: count === null, seq, news: new Set(), read: 0 });
    this.#unplaced = Math.max(0, this.#unplaced - (count ?? 0));
  }

  arrived(stream, seq) {
    const known = this.#streams.get(stream);
    if (known && seq > known.seq && seq > known.read) known.news.add(seq);
  }

  // Somebody else's message that was deleted is nothing to read.
  gone(stream, seq) {
    this.#streams.get(stream)?.news.delete(seq);
  }

  // Up to here, in whichever tab.
  read(stream, seq) {
    const known = this.#streams.get(stream);
    if (!known) return;
    known.read = Math.max(known.read, seq);
    for (const arrived of known.news) if (arrived <= seq) known.news.delete(arrived);
    Object.assign(known, { count: 0, isVague: false });
    if (![...this.#streams.values()].some(({ isVague }) => isVague)) this.#unplaced = 0;
  }

  knows(stream) {
    return this.#streams.has(stream);
  }

  of(stream) {
    const known = this.#streams.get(stream);
    return known ? known.count + known.news.size : 0;
  }

  get total() {
    return [...this.#streams.keys()].reduce((sum, stream) => sum + this.of(stream), this.#unplaced);
  }
}

export const shownCount = (count) => (count > MOST ? `${MOST}+` : String(count));
