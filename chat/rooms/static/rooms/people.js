// Who is in the room, and who is writing.
import { fill } from "../live/words.js";
import { hueOf } from "./bubble.js";
import { initials, Roster } from "./roster.js";
import { TypingSigns } from "./typing.js";

const FACES = 4;
const NAMED = 3;

export class People {
  #roster = new Roster();

  constructor(element, { own, strings }) {
    Object.assign(this, { element, own, strings });
  }

  get all() {
    return this.#roster.people;
  }

  heard(frame) {
    this.#roster.heard(frame);
    const { people, count } = this.#roster;
    this.element.hidden = people.length === 0;
    const words = count === 1 ? this.strings.hereOne : this.strings.hereMany;
    this.element.querySelector("[data-count]").textContent = fill(words, { count });
    this.element.querySelector("[data-faces]").replaceChildren(...people.slice(0, FACES).map(face));
    const lines = people.map((person) => this.#line(person));
    const unnamed = count - people.length;
    if (unnamed > 0) lines.push(mark(fill(this.strings.hereMore, { count: unnamed }), "li"));
    this.element.querySelector("[data-list]").replaceChildren(...lines);
  }

  #line(person) {
    const line = document.createElement("li");
    line.className = "people__person";
    line.append(face(person), person.name);
    if (this.own.has(person.who)) line.append(mark(this.strings.you));
    if (person.away) line.append(mark(this.strings.away));
    line.toggleAttribute("data-away", person.away);
    return line;
  }
}

function face({ who, name, away }) {
  const node = document.createElement("span");
  node.className = "face";
  node.dataset.hue = hueOf(who);
  node.toggleAttribute("data-away", away);
  node.setAttribute("aria-hidden", "true");
  node.textContent = initials(name);
  return node;
}

function mark(text, kind = "span") {
  const node = document.createElement(kind);
  node.className = "people__mark";
  node.textContent = text;
  return node;
}

// The line below the log. Signs end by themselves, so it looks again every second while there are any.
export class Writers {
  #signs;
  #timer = 0;

  constructor(element, { own, strings, language = document.documentElement.lang }) {
    this.#signs = new TypingSigns(own);
    this.list = new Intl.ListFormat(language || "en", { type: "conjunction" });
    Object.assign(this, { element, strings });
  }

  heard(frame) {
    this.#signs.heard(frame);
    this.#show();
  }

  said(who) {
    this.#signs.said(who);
    this.#show();
  }

  #show() {
    clearTimeout(this.#timer);
    const { names } = this.#signs;
    this.element.querySelector("[data-names]").textContent = this.#sentence(names);
    this.element.toggleAttribute("data-on", names.length > 0);
    if (names.length) this.#timer = setTimeout(() => this.#show(), 1000);
  }

  #sentence(names) {
    if (!names.length) return "";
    if (names.length === 1) return fill(this.strings.typingOne, { name: names[0] });
    if (names.length <= NAMED) return fill(this.strings.typingSeveral, { names: this.list.format(names) });
    const named = names.slice(0, NAMED).join(", ");
    return fill(this.strings.typingMany, { names: named, count: names.length - NAMED });
  }
}
