// How far one has read: told when the newest message was really in view of somebody who looks at the page.
import { live } from "../live/page.js";

export const TOLD_EVERY_MS = 2000;

// Pure: tells a number at most every two seconds, the last one always, and none twice.
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

// Whether somebody sees the end of this list.
export function isLookedAt(element) {
  if (document.hidden || !document.hasFocus()) return false;
  const { bottom, top, height } = element.getBoundingClientRect();
  return height > 0 && top < innerHeight && bottom <= innerHeight + height / 4;
}

export class Reading {
  #mark;

  constructor(room) {
    const { stream, signal } = room;
    this.room = room;
    this.#mark = new ReadMark((seq) => live().tell({ t: "read", stream, seq }));
    const connected = ({ detail }) => detail.state === "live" && this.#mark.again();
    live().addEventListener("state", connected, { signal });
    document.addEventListener("visibilitychange", () => this.look(), { signal });
    globalThis.addEventListener("focus", () => this.look(), { signal });
  }

  // Whoever sees the newest message has read it. The page knows at once, other pages when the server tells them.
  look() {
    const { conversation, scrolling, log, own, stream, element } = this.room;
    const { newest } = conversation;
    if (!own.size || !newest || !scrolling.atEnd() || !isLookedAt(log.element)) return;
    this.#mark.seen(newest);
    element.dispatchEvent(new CustomEvent("rooms:read", { bubbles: true, detail: { stream, seq: newest } }));
  }
}
