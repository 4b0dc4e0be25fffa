// The list of messages on the page. It writes text alone: nothing that somebody said becomes markup.
import { dayKey, dayName, momentOf, timeOf } from "./moments.js";

const HUES = 8;

export class Log {
  constructor(element, { own, strings }) {
    this.element = element;
    this.own = own;
    this.strings = strings;
    this.template = document.getElementById("message-template");
    this.dayTemplate = document.getElementById("day-template");
    for (const node of element.querySelectorAll(".message")) this.#dress(node, node.dataset.author);
  }

  get isEmpty() {
    return !this.element.querySelector(".message");
  }

  // Without the kept messages; ours that wait stay.
  forget() {
    this.element.querySelectorAll(".message[data-seq]").forEach((node) => node.remove());
  }

  // What the server rendered, as far as the conversation needs it.
  rendered() {
    return [...this.element.querySelectorAll(".message[data-seq]")].map((node) => ({
      seq: Number(node.dataset.seq),
      text: node.querySelector(".message__text").textContent,
      deleted: node.classList.contains("message--deleted"),
    }));
  }

  find(seq) {
    return this.element.querySelector(`.message[data-seq="${seq}"]`);
  }

  findPending(cid) {
    return this.element.querySelector(`.message[data-cid="${CSS.escape(cid)}"]`);
  }

  // Show a kept message before the one with number `next`, else before ours that wait, else at the end.
  show(message, next) {
    const node = this.#build(message);
    node.id = `m${message.seq}`;
    node.dataset.seq = message.seq;
    const old = this.find(message.seq);
    if (old) old.replaceWith(node);
    else this.element.insertBefore(node, next !== null ? this.find(next) : this.#firstPending());
    return node;
  }

  showPending(message) {
    const node = this.#build(message);
    node.dataset.cid = message.cid;
    node.classList.add("message--pending");
    this.element.append(node);
    this.setState(node, this.strings.sending);
    return node;
  }

  setState(node, text, { failed = false } = {}) {
    const state = node.querySelector("[data-send-state]");
    if (!state) return null;
    node.classList.toggle("message--failed", failed);
    state.textContent = text;
    state.hidden = !text;
    return state;
  }

  // Only what differs is touched: a screen reader reads aloud whatever is added here.
  markDays() {
    for (const day of this.element.querySelectorAll(".day")) {
      if (!day.nextElementSibling?.matches(".message")) day.remove();
    }
    let last = null;
    for (const node of this.element.querySelectorAll(".message")) {
      const date = new Date(node.querySelector(".message__time").dateTime);
      const day = node.previousElementSibling?.matches(".day") ? node.previousElementSibling : null;
      if (dayKey(date) === last) day?.remove();
      else this.#nameDay(day ?? this.#addDay(node), date);
      last = dayKey(date);
    }
    this.#markRuns();
  }

  #addDay(message) {
    message.before(this.dayTemplate.content.cloneNode(true));
    return message.previousElementSibling;
  }

  #nameDay(day, date) {
    const [time, name] = [day.querySelector("time"), dayName(date, this.strings)];
    if (time.dateTime !== dayKey(date)) time.dateTime = dayKey(date);
    if (time.textContent !== name) time.textContent = name;
  }

  // Several messages of one person in a row read as one: the name stands over the first.
  #markRuns() {
    for (const node of this.element.querySelectorAll(".message")) {
      const before = node.previousElementSibling;
      const follows = before?.classList.contains("message") && before.dataset.author === node.dataset.author;
      node.classList.toggle("message--follows", Boolean(follows && node.dataset.author));
    }
  }

  #firstPending() {
    return this.element.querySelector(".message[data-cid]");
  }

  #build(message) {
    const node = this.template.content.firstElementChild.cloneNode(true);
    node.querySelector(".message__name").textContent = message.name;
    node.querySelector(".message__text").textContent = message.deleted ? this.strings.deleted : message.text;
    node.querySelector(".message__time").dateTime = message.at;
    for (const part of node.querySelectorAll("[data-if]")) if (!message[part.dataset.if]) part.remove();
    node.classList.toggle("message--deleted", Boolean(message.deleted));
    this.#dress(node, message.author);
    return node;
  }

  #dress(node, author) {
    node.dataset.author = author;
    node.dataset.hue = hueOf(author);
    node.classList.toggle("message--own", Boolean(author) && author === this.own);
    const time = node.querySelector(".message__time");
    const date = new Date(time.dateTime);
    time.textContent = timeOf(date);
    time.title = momentOf(date);
  }
}

function hueOf(author) {
  let sum = 0;
  for (const character of author ?? "") sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return sum % HUES;
}
