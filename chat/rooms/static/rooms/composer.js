// The field that one writes in: Enter sends, Shift and Enter begin a new line, it grows with its text. What is written
// is a new message, an answer to one, or another text for one of ours.
import { fill } from "../live/words.js";
import { excerpt } from "./markup.js";

const WARN_AT = 200;
const MOST_ROWS = 8;

export class Composer {
  #mode = { kind: "new", message: null };
  // What was half written when one began to change another message.
  #aside = "";

  // on: {say({text, reply}), edit(message, text), typed(text), left(), last() gives the message to change}
  constructor(form, { limit, strings, draft, on }) {
    Object.assign(this, { form, limit, strings, draft, on });
    for (const part of ["errors", "hint", "mode", "modeText", "modeExcerpt", "modeCancel", "submit"]) {
      this[part] = form.querySelector(`[data-${part.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}]`);
    }
    this.field = form.querySelector("textarea");
    this.plainHint = this.hint.textContent;
    this.plainSubmit = this.submit.textContent;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("blur", () => this.on.left());
    this.modeCancel.addEventListener("click", () => this.cancel());
    if (!this.field.value) this.field.value = draft.text;
    this.#fit();
  }

  complain(text) {
    this.errors.textContent = text;
    this.field.setAttribute("aria-invalid", text ? "true" : "false");
  }

  // A text that was refused comes back, before whatever is being written.
  takeBack({ text }, message = null) {
    const written = this.field.value;
    if (message) this.#become({ kind: "reply", message });
    this.#write(written ? `${text}\n${written}` : text);
  }

  reply(message) {
    if (this.#mode.kind === "edit") this.cancel();
    this.#become({ kind: "reply", message });
    this.field.focus();
  }

  edit(message) {
    if (this.#mode.kind !== "edit") this.#aside = this.field.value;
    this.#become({ kind: "edit", message });
    this.#write(message.text);
  }

  // Back to a new message; what was being written before goes on.
  cancel() {
    const wasEdit = this.#mode.kind === "edit";
    this.complain("");
    this.#become({ kind: "new", message: null });
    if (wasEdit) this.#write(this.#aside);
    else this.field.focus();
  }

  // The message that it is about has gone.
  lose(seq) {
    if (this.#mode.message?.seq === seq) this.cancel();
  }

  #become(mode) {
    this.#mode = mode;
    const { kind, message } = mode;
    this.mode.hidden = kind === "new";
    this.submit.textContent = kind === "edit" ? this.strings.save : this.plainSubmit;
    if (kind === "new") return this.field.removeAttribute("aria-describedby");
    this.field.setAttribute("aria-describedby", this.mode.id);
    this.modeText.textContent = kind === "edit" ? this.strings.editing : fill(this.strings.replying, message);
    this.modeExcerpt.textContent = excerpt(message.text);
  }

  #key(event) {
    // While an input method composes, these keys are its own.
    if (event.isComposing) return;
    const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    const last = event.key === "ArrowUp" && isPlain && !this.field.value ? this.on.last() : null;
    if (event.key === "Enter" && !event.shiftKey) this.#send();
    else if (event.key === "Escape" && this.#mode.kind !== "new") this.cancel();
    else if (last) this.edit(last);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #send() {
    const text = this.field.value.trimEnd();
    if (!text.trim()) return this.complain(this.strings.refusedTextEmpty);
    if (this.#left() < 0) return this.complain(this.strings.refusedTextLong);
    const { kind, message } = this.#mode;
    if (kind === "edit") {
      this.cancel();
      if (text !== message.text) this.on.edit(message, text);
      return;
    }
    this.complain("");
    this.#become({ kind: "new", message: null });
    this.#write("");
    this.on.say({ text, reply: message?.seq });
  }

  #write(text) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
    this.#keepDraft();
    this.#fit();
  }

  #changed() {
    this.#keepDraft();
    this.#fit();
    this.on.typed(this.field.value);
  }

  #keepDraft() {
    if (this.#mode.kind !== "edit") this.draft.text = this.field.value;
  }

  #left() {
    return this.limit - [...this.field.value.trimEnd()].length;
  }

  #fit() {
    this.field.rows = Math.min(MOST_ROWS, this.field.value.split("\n").length);
    const left = this.#left();
    this.hint.toggleAttribute("data-scarce", left <= WARN_AT);
    this.hint.textContent = left > WARN_AT ? this.plainHint : fill(this.strings.left, { count: left });
  }
}
