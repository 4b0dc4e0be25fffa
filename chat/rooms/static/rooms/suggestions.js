// The people whom one may mean after "@": a list above the field, by arrow keys, Enter and Escape.
import { candidates, complete, mentionAt } from "./mentions.js";
import { fill } from "../live/words.js";
import { initials } from "./roster.js";
import { hueOf } from "./bubble.js";

export class Suggestions {
  #found = [];
  #mention = null;
  #chosen = 0;
  // Where somebody said no: until the caret leaves that name.
  #refusedAt = null;

  // people() gives the lists of people, the likeliest first. Made before the composer, whose keys it takes while open.
  constructor(form, { strings, own, people }) {
    this.field = form.querySelector("textarea");
    this.list = form.querySelector("[data-suggestions]");
    this.status = form.querySelector("[data-suggestions-status]");
    Object.assign(this, { strings, own, people });
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    this.field.addEventListener("keydown", (event) => this.#key(event));
    for (const name of ["input", "click", "keyup"]) this.field.addEventListener(name, () => this.#look());
    this.field.addEventListener("blur", () => this.#close());
    // Before the field loses the focus to it.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option) this.#take([...this.list.children].indexOf(option));
    });
  }

  #look() {
    const { value, selectionStart, selectionEnd } = this.field;
    const mention = selectionStart === selectionEnd ? mentionAt(value, selectionStart) : null;
    if (mention?.start !== this.#refusedAt) this.#refusedAt = null;
    const isWanted = mention && this.#refusedAt === null;
    const found = isWanted ? candidates(mention.query, this.people(), this.own) : [];
    if (!found.length) return this.#close();
    const isSame = !this.list.hidden && found.every(({ who }, index) => who === this.#found[index]?.who);
    this.#mention = mention;
    if (isSame && found.length === this.#found.length) return;
    this.#found = found;
    this.list.replaceChildren(...found.map((person, index) => this.#option(person, index)));
    this.list.hidden = false;
    this.status.textContent = fill(this.strings.suggested, { count: found.length });
    this.#choose(0);
  }

  #option({ who, name, away }, index) {
    const [option, face] = [document.createElement("li"), document.createElement("span")];
    Object.assign(option, { id: `${this.list.id}-${index}`, className: "suggestions__person" });
    option.setAttribute("role", "option");
    option.toggleAttribute("data-away", Boolean(away));
    Object.assign(face, { className: "face", textContent: initials(name) });
    face.dataset.hue = hueOf(who);
    face.setAttribute("aria-hidden", "true");
    option.append(face, name);
    return option;
  }

  #choose(index) {
    const options = [...this.list.children];
    this.#chosen = (index + options.length) % options.length;
    for (const [place, option] of options.entries()) option.setAttribute("aria-selected", place === this.#chosen);
    this.field.setAttribute("aria-activedescendant", options[this.#chosen].id);
    options[this.#chosen].scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    if (this.list.hidden || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.#choose(this.#chosen + steps[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#chosen);
    else if (event.key === "Escape") this.#refuse();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #take(index) {
    const { name } = this.#found[index];
    const { text, caret } = complete(this.field.value, this.field.selectionStart, this.#mention, name);
    this.#close();
    this.field.value = text;
    this.field.setSelectionRange(caret, caret);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #refuse() {
    this.#refusedAt = this.#mention.start;
    this.#close();
  }

  #close() {
    if (this.list.hidden) return;
    this.list.hidden = true;
    this.#found = [];
    this.status.textContent = "";
    this.field.removeAttribute("aria-activedescendant");
  }
}
