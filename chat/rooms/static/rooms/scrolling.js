// Keeps the newest message in view while the reader is at the end, and leaves them alone when they are not.

const NEAR_PX = 80;

export class Scrolling {
  #unseen = 0;

  constructor(element, button, strings) {
    this.element = element;
    this.button = button;
    this.strings = strings;
    element.addEventListener("scroll", () => this.atEnd() && this.#seen(), { passive: true });
    button.addEventListener("click", () => {
      this.toEnd({ smooth: true });
      element.focus({ preventScroll: true });
    });
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  toEnd({ smooth = false } = {}) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.element.scrollTo({ top: this.element.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    this.#seen();
  }

  // Do what adds to the end; follow it, or count it for the button.
  adding(action, { count = 1, follow = false } = {}) {
    const wasAtEnd = this.atEnd();
    action();
    if (wasAtEnd || follow) return this.toEnd();
    this.#unseen += count;
    this.#show();
  }

  // Do what adds before the top without moving what is being read.
  addingBefore(action) {
    const { scrollHeight, scrollTop } = this.element;
    action();
    this.element.scrollTop = scrollTop + this.element.scrollHeight - scrollHeight;
  }

  #seen() {
    this.#unseen = 0;
    this.#show();
  }

  #show() {
    this.button.hidden = this.#unseen === 0;
    const text = this.#unseen === 1 ? this.strings.newOne : this.strings.newMany;
    this.button.textContent = text.replace("{count}", this.#unseen);
  }
}
