// How far one has read: told when the newest message was really in view of somebody who looks at the page.
import { live } from "../live/page.js";
import { ReadMark } from "./readmark.js";

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
