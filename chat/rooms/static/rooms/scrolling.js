// Keeps the newest message in view while the reader is at the end, and leaves them alone when they are not.
import { fill } from "../live/words.js";

const NEAR_PX = 80;
const EDGE_PX = 400;

export class Scrolling {
  // Whether more was said than what is shown ends with.
  isCut = false;
  #unseen = 0;
  #isStuck = true;

  // onEdge(end) when the reader comes near "older" or "newer"; onNewest() when they want the newest messages.
  constructor(element, button, strings, { onEdge, onNewest, onScroll }) {
    Object.assign(this, { element, button, strings, onEdge, onScroll });
    element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    button.addEventListener("click", () => {
      onNewest();
      element.focus({ preventScroll: true });
    });
    // The field below grows, a keyboard comes up, the window turns: the end stays in view.
    new ResizeObserver(() => this.#isStuck && this.toEnd()).observe(element);
  }

  atEnd() {
    return !this.isCut && this.#below() < NEAR_PX;
  }

  toEnd({ smooth = false } = {}) {
    this.element.scrollTo({ top: this.element.scrollHeight, behavior: smooth && !isCalm() ? "smooth" : "instant" });
    if (!smooth) this.#scrolled();
  }

  // A message in the upper half of the view. At once: a page of history that joins on the way would stop a smooth ride.
  toMessage({ offsetTop, offsetHeight }) {
    this.element.scrollTop = offsetTop - Math.max(40, (this.element.clientHeight - offsetHeight) / 3);
    this.#scrolled();
  }

  // Do what adds to the end; follow it, or count it for the button.
  adding(action, { count = 1, follow = false } = {}) {
    const wasAtEnd = this.atEnd();
    action();
    if (wasAtEnd || follow) return this.toEnd();
    this.#unseen += count;
    this.show();
  }

  // Do what adds or takes away elsewhere, without moving what is being read.
  keepingPlace(action) {
    const { top } = this.element.getBoundingClientRect();
    const inView = (node) => node.getBoundingClientRect().bottom > top;
    const anchor = [...this.element.querySelectorAll(".message")].find(inView);
    const before = anchor?.getBoundingClientRect().top;
    action();
    if (anchor?.isConnected) this.element.scrollTop += anchor.getBoundingClientRect().top - before;
    this.show();
  }

  show() {
    const isFar = this.isCut || this.#below() > this.element.clientHeight * 1.5;
    this.button.hidden = this.#unseen === 0 && !isFar;
    const many = this.#unseen === 1 ? this.strings.newOne : this.strings.newMany;
    this.button.textContent = this.#unseen ? fill(many, { count: this.#unseen }) : this.strings.toNewest;
  }

  #below() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight;
  }

  #scrolled() {
    this.#isStuck = this.atEnd();
    if (this.#isStuck) this.#unseen = 0;
    this.show();
    if (this.element.scrollTop < EDGE_PX) this.onEdge("older");
    if (this.#below() < EDGE_PX) this.onEdge("newer");
    this.onScroll();
  }
}

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
