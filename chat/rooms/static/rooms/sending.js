// What one says here: shown at once, sent until the server keeps it or refuses it for good.
import { newId } from "../live/ids.js";
import { live } from "../live/page.js";
import { Unsent } from "./unsent.js";

export class Sending {
  #unsent;

  // author: {author, name, guest, staff}; onRefused(text) gets a refused text that its writer wants back.
  constructor(stream, { author, conversation, log, scrolling, strings, onRefused }) {
    this.#unsent = new Unsent(stream, author.author);
    Object.assign(this, { stream, author, conversation, log, scrolling, strings, onRefused });
  }

  // What a reload of the page has interrupted.
  resume() {
    this.#unsent.all().forEach((message) => this.#send(message));
  }

  say(text) {
    const message = { cid: newId(), text, at: new Date().toISOString() };
    this.#unsent.add(message);
    this.#send(message);
  }

  // Its event has arrived, or it is taken back.
  settle(cid) {
    if (!cid) return;
    this.#unsent.remove(cid);
    if (this.conversation.settle(cid)) this.log.findPending(cid)?.remove();
  }

  // After what is shown has changed: what stands further up need not wait at the end.
  settleOvertaken() {
    this.conversation.overtaken.forEach((cid) => this.settle(cid));
  }

  async #send(message) {
    const { cid, text } = message;
    this.conversation.begin(cid, text);
    this.log.showPending({ ...message, ...this.author });
    const answer = await live().send(this.stream, cid, { text });
    this.#unsent.remove(cid);
    if (answer.t === "err") this.#fail(message, answer.code);
    else this.#confirm(cid, answer.seq);
  }

  #confirm(cid, seq) {
    this.conversation.confirm(cid, seq);
    const node = this.log.findPending(cid);
    if (node) this.log.setState(node, this.strings.sent);
    this.settleOvertaken();
  }

  #fail({ cid, text }, code) {
    const node = this.log.findPending(cid);
    if (!node) return;
    const reason = this.strings[`refused${camel(code)}`] ?? "";
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button--quiet";
    again.textContent = this.strings.editAgain;
    again.addEventListener("click", () => {
      this.settle(cid);
      this.onRefused(text);
    });
    this.scrolling.adding(
      () => this.log.setState(node, `${this.strings.failed} ${reason} `, { failed: true }).append(again),
      { count: 0 },
    );
  }
}

const camel = (code) => code.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
