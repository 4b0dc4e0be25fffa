// One message as an element: made of the template, or of what the server rendered.
import { excerpt } from "./markup.js";
import { momentOf, timeOf } from "./moments.js";
import { render, typed } from "./rendering.js";
import { fill } from "../live/words.js";

const HUES = 8;

export class Bubbles {
  #template;

  // own: the keys of whoever looks at it; address(seq) is where a message is found.
  constructor(room, { own, strings, address, more }) {
    this.#template = room.querySelector("[data-template=message]");
    Object.assign(this, { own, strings, address, more });
  }

  // original: the message that it answers, where we know it.
  build(message, original = null) {
    const node = this.#template.content.firstElementChild.cloneNode(true);
    node.querySelector(".message__name").textContent = message.name;
    node.querySelector(".message__time").dateTime = message.at;
    this.setText(node, message);
    for (const mark of node.querySelectorAll("[data-mark]")) if (!message[mark.dataset.mark]) mark.remove();
    this.setQuote(node, message, original);
    node.dataset.author = message.author ?? "";
    if (message.seq !== undefined) this.number(node, message);
    this.dress(node);
    return node;
  }

  // From now on it is the message with this number.
  number(node, { seq, name }) {
    node.id = `m${seq}`;
    node.dataset.seq = seq;
    const more = node.querySelector("[data-more]");
    more.href = this.more(seq);
    more.setAttribute("aria-label", fill(this.strings.more, { name }));
    more.hidden = false;
  }

  setText(node, { text, deleted, edited }) {
    const place = node.querySelector(".message__text");
    if (deleted) place.textContent = this.strings.deleted;
    else if (typed(place) !== text) render(place, text);
    node.classList.toggle("message--deleted", Boolean(deleted));
    node.querySelector("[data-edited]").hidden = !edited || Boolean(deleted);
  }

  setQuote(node, { reply, deleted }, original) {
    const quote = node.querySelector("[data-quote]");
    quote.hidden = !reply || Boolean(deleted);
    if (quote.hidden) return;
    const link = quote.querySelector("a");
    link.href = this.address(reply);
    link.dataset.reply = reply;
    if (!original) return;
    link.querySelector("b").textContent = original.name;
    link.querySelector("span").textContent = original.deleted ? this.strings.deleted : excerpt(original.text);
    quote.dataset.hue = hueOf(original.author);
  }

  dress(node) {
    const { author } = node.dataset;
    node.dataset.hue = hueOf(author);
    node.classList.toggle("message--own", this.own.has(author));
    const time = node.querySelector(".message__time");
    const date = new Date(time.dateTime);
    time.textContent = timeOf(date);
    time.title = momentOf(date);
    // The list is one stop of Tab; walking.js opens a message's own.
    for (const link of node.querySelectorAll("[data-more], [data-quote] a")) link.tabIndex = -1;
    node.querySelector("[data-more]").setAttribute("role", "button");
  }

  // What the server rendered, as a message.
  read(node) {
    const deleted = node.classList.contains("message--deleted");
    const marks = new Set([...node.querySelectorAll("[data-mark]")].map((mark) => mark.dataset.mark));
    const reply = Number(node.querySelector("[data-quote]:not([hidden]) a")?.dataset.reply);
    return {
      seq: Number(node.dataset.seq),
      author: node.dataset.author,
      name: node.querySelector(".message__name").textContent,
      at: node.querySelector(".message__time").dateTime,
      guest: marks.has("guest"),
      staff: marks.has("staff"),
      text: deleted ? "" : typed(node.querySelector(".message__text")),
      edited: !node.querySelector("[data-edited]").hidden,
      deleted,
      ...(reply && { reply }),
    };
  }
}

export function hueOf(author) {
  let sum = 0;
  for (const character of author ?? "") sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return sum % HUES;
}
