// A line that lasts: it goes whichever way works, comes back with full jitter, and tells how it stands.
import { comesBack, waitMs } from "./backoff.js";
import { Line } from "./line.js";

const GREETED_WITHIN_MS = 8000;
const LEAVING = 4012;
// When a server says that it ends, all its browsers come back spread over this attempt's wait.
const MOVING_ATTEMPT = 2;

export class Lasting {
  // idle, connecting, live, waiting (to come back), ended (for good)
  state = "idle";
  #ways;
  #options;
  #line = null;
  #probing = null;
  #attempt = 0;
  #timer = 0;
  #probeTimer = 0;
  #wasLive = false;
  #isMoving = false;

  // ways: a Ways. onFrame(frame) gets whatever comes; onState({state, way, retryMs}) each change; subs(): see Line.
  constructor(ways, { onFrame, onState, subs }) {
    this.#ways = ways;
    this.#options = { onFrame, onState, subs };
    globalThis.addEventListener?.("online", () => this.state === "waiting" && this.#connect());
    // Without it a line looks alive until the silence has lasted long enough.
    globalThis.addEventListener?.("offline", () => this.#line && this.#lost(1006));
  }

  get way() {
    return this.#ways.current.name;
  }

  open() {
    if (this.state === "idle") this.#connect();
  }

  // Who one is has changed: the server looks at it when a line begins.
  reopen() {
    if (this.state === "idle") return;
    this.#drop();
    this.#connect();
  }

  // Whether the frame could be sent.
  put(frame) {
    return this.state === "live" && this.#line.put(frame);
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#become("connecting");
    this.#line = this.#begin(this.#ways.current);
    this.#timer = setTimeout(() => this.#lost(1006, { forGood: true }), GREETED_WITHIN_MS);
  }

  #begin(way, ears = this.#ears()) {
    return new Line(way, { ...ears, subs: this.#options.subs });
  }

  #ears() {
    return { hear: (frame) => this.#hear(frame), lost: (code) => this.#lost(code) };
  }

  #hear(frame) {
    if (frame.t === "welcome") this.#greeted();
    if (frame.t === "drain") this.#isMoving = true;
    this.#options.onFrame(frame);
  }

  #greeted() {
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#isMoving = false;
    this.#wasLive = true;
    this.#ways.worked();
    this.#become("live");
    this.#probeLater();
  }

  #lost(code, { forGood = false } = {}) {
    const isMoving = this.#isMoving || code === LEAVING;
    const isOffline = globalThis.navigator?.onLine === false;
    this.#isMoving = false;
    this.#drop();
    if (!comesBack(code)) return this.#become("ended");
    const gaveWay = this.state !== "live" && !isOffline && this.#ways.failed({ forGood });
    if (gaveWay && this.#ways.rounds === 0) this.#attempt = 0;
    const retryMs = waitMs(isMoving ? MOVING_ATTEMPT : this.#attempt++);
    this.#timer = setTimeout(() => this.#connect(), retryMs);
    // Nothing alarming while a server moves, or while we still look for the way that works here.
    const isAlarming = !isMoving && (this.#wasLive || this.#ways.rounds > 0 || isOffline);
    this.#become(isAlarming ? "waiting" : "connecting", retryMs);
  }

  #drop() {
    for (const timer of [this.#timer, this.#probeTimer]) clearTimeout(timer);
    this.#probing?.close();
    this.#line?.close();
    this.#probing = this.#line = null;
  }

  #probeLater() {
    const probeMs = this.#ways.probeInMs();
    if (probeMs !== null) this.#probeTimer = setTimeout(() => this.#probe(), probeMs);
  }

  // Try the best way beside the one that we go, which is only given up for one that greets.
  #probe() {
    const giveUp = () => {
      clearTimeout(this.#probeTimer);
      this.#probing.close();
      this.#probing = null;
      this.#probeLater();
    };
    this.#probing = this.#begin(this.#ways.best, { hear: (frame) => this.#adopt(frame), lost: giveUp });
    this.#probeTimer = setTimeout(giveUp, GREETED_WITHIN_MS);
  }

  #adopt(frame) {
    if (frame.t !== "welcome") return;
    const line = Object.assign(this.#probing, this.#ears());
    this.#probing = null;
    this.#drop();
    this.#line = line;
    this.#ways.adoptBest();
    this.#hear(frame);
  }

  #become(state, retryMs = 0) {
    this.state = state;
    this.#options.onState({ state, retryMs, way: this.way });
  }
}
