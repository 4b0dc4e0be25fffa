// How long to wait before asking again. A server that holds the question until there is news is asked at once; one
// that answers at once is asked ever more rarely, and sooner again when there is news or one has said something.

const FIRST_MS = 1500;
const LONGEST_MS = 5000;
const SLOWER = 1.4;
// Who takes so long has waited for news.
const HELD_MS = 1000;

export class Pace {
  #holds = true;
  #pauseMs = 0;

  // The pause after an answer that took so long, and brought news or none.
  after({ tookMs, isNews }) {
    if (tookMs >= HELD_MS) this.#holds = true;
    else if (!isNews) this.#holds = false;
    if (this.#holds) return 0;
    this.#pauseMs = isNews || !this.#pauseMs ? FIRST_MS : Math.min(LONGEST_MS, this.#pauseMs * SLOWER);
    return this.#pauseMs;
  }

  hurry() {
    this.#pauseMs = 0;
  }
}
