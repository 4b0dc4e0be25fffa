// Through the messages by keyboard: the list is one stop of Tab; the arrow keys go from message to message, Enter opens
// what can be done with it.

export class Walking {
  #at = null;

  // onOpen(node) opens the menu of a message.
  constructor(log, { onOpen }) {
    Object.assign(this, { log, onOpen });
    log.addEventListener("keydown", (event) => this.#key(event));
    log.addEventListener("focusout", ({ relatedTarget }) => log.contains(relatedTarget) || this.#leave());
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) this.#walk(event);
    else if ((event.key === "Enter" || event.key === " ") && event.target === this.#at) this.#open(event);
  }

  #open(event) {
    event.preventDefault();
    this.onOpen(this.#at);
  }

  #walk(event) {
    const messages = [...this.log.querySelectorAll(".message[data-seq]")];
    if (!messages.length) return;
    event.preventDefault();
    const from = messages.indexOf(event.target.closest(".message"));
    const steps = { ArrowUp: from < 0 ? -1 : Math.max(0, from - 1), ArrowDown: from + 1, Home: 0, End: -1 };
    const last = messages.length - 1;
    const start = from < 0 && event.key === "ArrowDown" ? this.#firstInView(messages) : steps[event.key];
    this.#go(messages.at(Math.min(start, last)));
  }

  #firstInView(messages) {
    const { top } = this.log.getBoundingClientRect();
    return Math.max(0, messages.findIndex((node) => node.getBoundingClientRect().top >= top));
  }

  #go(node) {
    this.#leave();
    this.#at = node;
    node.tabIndex = -1;
    // Read aloud as a whole; otherwise a message needs no name of its own.
    node.setAttribute("aria-labelledby", node.id);
    for (const part of node.querySelectorAll("[data-more], [data-quote] a")) part.tabIndex = 0;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  #leave() {
    if (!this.#at) return;
    for (const part of this.#at.querySelectorAll("[data-more], [data-quote] a")) part.tabIndex = -1;
    for (const name of ["tabindex", "aria-labelledby"]) this.#at.removeAttribute(name);
    this.#at = null;
  }
}
