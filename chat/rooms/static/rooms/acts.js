// What can be done with a message, and doing it.
import { newId } from "../live/ids.js";
import { live } from "../live/page.js";
import { showToast } from "../live/toasts.js";
import { fill } from "../live/words.js";
import { numbered } from "./addresses.js";
import { copy } from "./copying.js";
import { excerpt } from "./markup.js";
import { ask } from "./questions.js";
import { refusalOf } from "./refusals.js";

export class Acts {
  // composer: null for who may not write here.
  constructor(room) {
    const { element, stream, own, log, composer, strings } = room;
    Object.assign(this, { room, element, stream, own, log, composer, strings });
    this.isModerator = "moderator" in element.dataset;
  }

  offers({ author, deleted, staff }) {
    const isOwn = this.own.has(author);
    const offered = ["copy-link"];
    if (deleted) return offered;
    if (this.composer) offered.push("reply");
    if (this.composer && isOwn) offered.push("edit");
    if ((this.composer && isOwn) || this.isModerator) offered.push("delete");
    if (this.isModerator && author && !isOwn && !staff) offered.push("mute", "ban");
    return [...offered, "copy-text"];
  }

  choose(name, message) {
    const acts = {
      reply: () => this.composer.reply(message),
      edit: () => this.composer.edit(message),
      delete: () => this.#delete(message),
      mute: () => this.#sanction("mute", message),
      ban: () => this.#sanction("ban", message),
      "copy-link": () => this.#copy(new URL(this.room.address(message.seq), location.href).href),
      "copy-text": () => this.#copy(message.text),
    };
    acts[name]();
  }

  async change(message, text) {
    const state = this.#state(message, this.strings.saving);
    const answer = await live().edit(this.stream, newId(), message.seq, { text });
    const again = [this.strings.editAgain, () => this.composer.edit({ ...message, text })];
    state.end(answer, this.strings.notChanged, [again]);
  }

  async #delete(message) {
    if (!(await ask(this.#dialog("delete"), excerpt(message.text)))) return;
    const state = this.#state(message, this.strings.deleting);
    state.end(await live().remove(this.stream, newId(), message.seq), this.strings.notDeleted, []);
  }

  async #sanction(kind, { seq, name }) {
    const fields = await ask(this.#dialog(kind), name);
    if (!fields) return;
    fields.set("kind", kind);
    const address = numbered(this.element.dataset.sanctionUrl)(seq);
    const answer = await fetch(address, { method: "POST", body: fields }).catch(() => null);
    const sentence = answer?.ok ? this.strings[`${kind}Done`] : this.strings.refusedInternal;
    showToast({ text: fill(sentence, { name }) });
  }

  async #copy(text) {
    showToast({ text: (await copy(text)) ? this.strings.copied : this.strings.notCopied });
  }

  #dialog(name) {
    return this.element.querySelector(`[data-question=${name}]`);
  }

  // A word under the message while it is under way, and why it came to nothing.
  #state({ seq }, text) {
    const show = (words, state) => {
      const node = this.log.find(seq);
      if (node) this.log.setState(node, words, state);
    };
    show(text, { kind: "busy" });
    const end = (answer, failed, actions) => {
      if (answer.t !== "err") return show("", {});
      show(`${failed} ${refusalOf(answer, this.strings).sentence} `, { kind: "failed", actions });
    };
    return { end };
  }
}
