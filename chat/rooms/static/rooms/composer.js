// The field that one writes in: Enter sends, Shift and Enter begin a new line, it grows with its text.

const WARN_AT = 200;

export class Composer {
  constructor(form, { limit, strings, onSend }) {
    this.form = form;
    this.field = form.querySelector("textarea");
    this.errors = form.querySelector("[data-errors]");
    this.hint = form.querySelector("[data-hint]");
    this.plainHint = this.hint.textContent;
    Object.assign(this, { limit, strings, onSend });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#changed());
    this.#changed();
  }

  complain(text) {
    this.errors.textContent = text;
    this.field.setAttribute("aria-invalid", text ? "true" : "false");
  }

  // A text that was refused comes back, unless something else is being written.
  takeBack(text) {
    this.field.value = this.field.value ? `${text}\n${this.field.value}` : text;
    this.#changed();
    this.field.focus();
  }

  #key(event) {
    // While an input method composes, Enter is its own.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.field.value.trimEnd();
    if (!text.trim()) return this.complain(this.strings.refusedTextEmpty);
    if (this.#left() < 0) return this.complain(this.strings.refusedTextLong);
    this.complain("");
    this.field.value = "";
    this.#changed();
    this.field.focus();
    this.onSend(text);
  }

  #left() {
    return this.limit - [...this.field.value.trimEnd()].length;
  }

  #changed() {
    this.field.rows = Math.min(8, this.field.value.split("\n").length);
    const left = this.#left();
    this.hint.toggleAttribute("data-scarce", left <= WARN_AT);
    this.hint.textContent = left > WARN_AT ? this.plainHint : this.strings.left.replace("{count}", left);
  }
}
