// Whether anybody looks at this page: away is who hides it, or has not touched it for some minutes.

export const AWAY_MS = 5 * 60_000;
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "focus"];

export class Attention {
  isAway = false;
  #onChange;
  #now;
  #isHidden;
  #touchedAt;

  constructor(onChange, { isHidden = false, now = Date.now } = {}) {
    this.#onChange = onChange;
    this.#now = now;
    this.#isHidden = isHidden;
    this.#touchedAt = now();
    this.look();
  }

  touched() {
    this.#touchedAt = this.#now();
    this.look();
  }

  hidden(isHidden) {
    this.#isHidden = isHidden;
    if (!isHidden) this.#touchedAt = this.#now();
    this.look();
  }

  // To be called now and then: nothing tells us that nothing happens.
  look() {
    const isAway = this.#isHidden || this.#now() - this.#touchedAt >= AWAY_MS;
    if (isAway === this.isAway) return;
    this.isAway = isAway;
    this.#onChange(isAway);
  }
}

export function watchAttention(onChange, page = document) {
  const attention = new Attention(onChange, { isHidden: page.hidden });
  const touched = () => attention.touched();
  for (const name of TOUCHES) globalThis.addEventListener(name, touched, { passive: true, capture: true });
  page.addEventListener("visibilitychange", () => attention.hidden(page.hidden));
  setInterval(() => attention.look(), AWAY_MS / 10);
}
