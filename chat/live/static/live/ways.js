// Which way the frames go: the best one that works here, and it is remembered for the tab. Pure, but for the storage.
import { read, write } from "./storage.js";

const KEY = "live way";
// A way that has let this page through before is not given up for a server that is away for a moment.
const PATIENCE = 6;
// What was remembered may be better by now: so long it counts, and so soon the best way is tried beside it.
const REMEMBERED_MS = 5 * 60_000;
const PROBE_MS = 60_000;
const LONGEST_PROBE_MS = 10 * 60_000;

export class Ways {
  // How often all of them have failed in a row.
  rounds = 0;
  #all;
  #storage;
  #now;
  #at = 0;
  #failures = 0;
  #worked = new Set();
  #probes = 0;

  // all: [{name, tries, begin}], the best first.
  constructor(all, { storage = null, now = Date.now } = {}) {
    this.#all = all;
    this.#storage = storage;
    this.#now = now;
    this.#at = Math.max(0, all.findIndex(({ name }) => name === this.#remembered()));
  }

  get current() {
    return this.#all[this.#at];
  }

  get best() {
    return this.#all[0];
  }

  // The current way let us through.
  worked() {
    this.#worked.add(this.current);
    this.#failures = 0;
    this.rounds = 0;
    write(this.#storage, KEY, { name: this.current.name, at: this.#now() });
  }

  // The current way did not, or would not (for good): whether another one is current now.
  failed({ forGood = false } = {}) {
    const isKnown = this.#worked.has(this.current);
    this.#failures += 1;
    if (isKnown ? this.#failures < PATIENCE : !forGood && this.#failures < this.current.tries) return false;
    this.#failures = 0;
    this.#at = (this.#at + 1) % this.#all.length;
    if (this.#at === 0) this.rounds += 1;
    return true;
  }

  // The best way turned out to work after all.
  adoptBest() {
    this.#at = 0;
    this.#probes = 0;
  }

  // When to try the best way beside the current one; null: that is the best.
  probeInMs() {
    if (this.#at === 0) return null;
    return Math.min(LONGEST_PROBE_MS, PROBE_MS * 2 ** this.#probes++);
  }

  #remembered() {
    const { name = null, at = 0 } = read(this.#storage, KEY) ?? {};
    return this.#now() - at < REMEMBERED_MS ? name : null;
  }
}
