// The last way: asking again and again. Where the server can, it holds the question until there is an answer.
import { Pace } from "./pace.js";
import { isCarried, post } from "./posting.js";

const ADDRESS = "/chat/live/poll";
const MAX_STREAMS = 10;
const WAIT_SECONDS = 25;
// Beyond what the server waits, the answer is lost.
const TIMEOUT_MS = 40_000;

export function pollWay({ fetch = (...asked) => globalThis.fetch(...asked), send = post } = {}) {
  return { name: "poll", tries: 1, begin: (ears) => new PollLine(fetch, send, ears) };
}

class PollLine {
  #fetch;
  #send;
  #ears;
  #pace = new Pace();
  #hasGreeted = false;
  #isClosed = false;
  // Ends the pause, or the question that is under way.
  #interrupt = () => {};

  constructor(fetch, send, ears) {
    this.#fetch = fetch;
    this.#send = send;
    this.#ears = ears;
    this.#run();
  }

  put(frame) {
    if (["sub", "sync", "unsub"].includes(frame.t)) this.#interrupt();
    else if (!isCarried(frame)) return false;
    else this.#post(frame);
    return true;
  }

  close() {
    this.#isClosed = true;
    this.#interrupt();
  }

  async #post(frame) {
    const answer = await this.#send(frame);
    if (this.#isClosed) return;
    this.#ears.hear(answer);
    if (frame.t === "typing" || frame.t === "read") return;
    this.#pace.hurry();
    this.#interrupt();
  }

  async #run() {
    while (!this.#isClosed) {
      const begun = Date.now();
      // The first answer comes at once, and says that this way works.
      const frames = await this.#ask(this.#hasGreeted ? WAIT_SECONDS : 0);
      if (!frames) continue;
      const pauseMs = this.#hear(frames, Date.now() - begun);
      if (pauseMs) await this.#sleep(pauseMs);
    }
  }

  #hear(frames, tookMs) {
    const isFirst = !this.#hasGreeted;
    this.#hasGreeted = true;
    if (isFirst) this.#ears.hear({ t: "welcome", v: 1 });
    for (const frame of frames) {
      try {
        this.#ears.hear(frame);
      } catch (error) {
        // Who shows it has failed; the asking goes on.
        globalThis.reportError?.(error);
      }
    }
    return isFirst ? 0 : this.#pace.after({ tookMs, isNews: frames.some(({ t }) => t === "ev" || t === "reset") });
  }

  // The frames that there are; nothing when it was interrupted, or is over.
  async #ask(wait) {
    const subs = this.#ears.subs().slice(0, MAX_STREAMS).map(({ here, ...fields }) => fields);
    if (!subs.length) return this.#sleep(TIMEOUT_MS);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    let isWanted = true;
    this.#interrupt = () => {
      isWanted = false;
      stop.abort();
    };
    try {
      const address = `${ADDRESS}?wait=${wait}&subs=${encodeURIComponent(JSON.stringify(subs))}`;
      const answer = await this.#fetch(address, { signal: stop.signal });
      if (!answer.ok) throw new Error(`poll: ${answer.status}`);
      return (await answer.json()).frames;
    } catch {
      if (isWanted) this.#lost();
      return null;
    } finally {
      clearTimeout(timer);
      this.#interrupt = () => {};
    }
  }

  #sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #lost() {
    this.close();
    this.#ears.lost(1006);
  }
}
