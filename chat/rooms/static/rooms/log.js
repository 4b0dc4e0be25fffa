// The list of messages on the page: where each one stands, and how ours that are on their way become kept ones.
import { markDays } from "./days.js";

export class Log {
  #bubbles;
  #end;

  // quoted(seq) is the message with this number where we know it, or null.
  constructor(element, { bubbles, strings, dayTemplate, quoted }) {
    this.element = element;
    this.#bubbles = bubbles;
    this.#end = element.querySelector("[data-newer]");
    Object.assign(this, { strings, dayTemplate, quoted });
    for (const node of this.messages) bubbles.dress(node);
  }

  get messages() {
    return [...this.element.querySelectorAll(".message")];
  }

  get isEmpty() {
    return !this.element.querySelector(".message");
  }

  // Without the kept messages; ours that wait stay.
  forget() {
    this.element.querySelectorAll(".message[data-seq]").forEach((node) => node.remove());
  }

  rendered() {
    return [...this.element.querySelectorAll(".message[data-seq]")].map((node) => this.#bubbles.read(node));
  }

  find(seq) {
    return this.element.querySelector(`.message[data-seq="${seq}"]`);
  }

  findPending(cid) {
    return this.element.querySelector(`.message[data-cid="${CSS.escape(cid)}"]`);
  }

  // Show a kept message before the one with number `next`, else before ours that wait, else at the end. One that is
  // shown already changes where it stands.
  show(message, next) {
    const shown = this.find(message.seq);
    if (shown) return this.#change(shown, message);
    const node = this.#bubbles.build(message, this.quoted(message.reply));
    this.element.insertBefore(node, this.#placeBefore(next));
    return node;
  }

  // Ours has arrived: the very element stays, so that nothing flickers or is read aloud twice.
  adopt(cid, message, next) {
    const node = this.findPending(cid);
    if (!node) return;
    node.classList.remove("message--pending", "message--failed");
    delete node.dataset.cid;
    this.#bubbles.number(node, message);
    node.querySelector(".message__time").dateTime = message.at;
    this.#bubbles.dress(node);
    this.#change(node, message);
    this.setState(node, "");
    const place = this.#placeBefore(next);
    if (place !== node && place !== node.nextElementSibling) this.element.insertBefore(node, place);
  }

  showPending(message) {
    const node = this.#bubbles.build(message, this.quoted(message.reply));
    node.dataset.cid = message.cid;
    node.classList.add("message--pending");
    this.element.insertBefore(node, this.#end);
    return node;
  }

  // Those that answer a message quote what it says now.
  requote(messages) {
    for (const message of messages) {
      const node = this.find(message.seq);
      if (node) this.#bubbles.setQuote(node, message, this.quoted(message.reply));
    }
  }

  remove(seqs) {
    for (const seq of seqs) this.find(seq)?.remove();
  }

  // A word on what becomes of a message (kind: sending, queued, sent, failed, busy), and what can be done about it.
  setState(node, text, { kind = "", actions = [] } = {}) {
    const state = node.querySelector("[data-send-state]");
    node.classList.toggle("message--failed", kind === "failed");
    state.dataset.kind = kind;
    state.replaceChildren(text, ...actions.map(([label, action]) => button(label, action)));
    state.hidden = !text;
  }

  tidy() {
    markDays(this.element, { strings: this.strings, template: this.dayTemplate });
  }

  #change(node, message) {
    this.#bubbles.setText(node, message);
    this.#bubbles.setQuote(node, message, this.quoted(message.reply));
    return node;
  }

  #placeBefore(next) {
    return (next !== null && this.find(next)) || this.element.querySelector(".message[data-cid]") || this.#end;
  }
}

function button(label, action) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "button button--quiet message__action";
  node.textContent = label;
  node.addEventListener("click", action);
  return node;
}
