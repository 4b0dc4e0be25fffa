// What one says here: shown at once, sent until the server keeps it or refuses it for good.
import { newId } from "../live/ids.js";
import { live } from "../live/page.js";
import { refusalOf } from "./refusals.js";
import { Unsent } from "./unsent.js";

export class Sending {
  #unsent;
  #waiting = new Set();

  // author: {author, name, guest, staff}; onRefused(message) gets a refused one that its writer wants back.
  constructor(stream, { author, conversation, log, scrolling, strings, onRefused, signal }) {
    this.#unsent = new Unsent(stream, author.author);
    Object.assign(this, { stream, author, conversation, log, scrolling, strings, onRefused });
    live().addEventListener("state", () => this.#waiting.forEach((cid) => this.#showState(cid)), { signal });
  }

  // What a reload of the page has interrupted.
  resume() {
    this.#unsent.all().forEach((message) => this.#show(message));
  }

  say({ text, reply }) {
    const message = { cid: newId(), text, at: new Date().toISOString(), ...(reply && { reply }) };
    this.#unsent.add(message);
    this.#show(message);
  }

  // Its event has arrived: what stands here for it becomes the message that the server keeps, or leaves.
  arrived(cid, message, next) {
    if (!this.#forget(cid)) return;
    if (message) this.log.adopt(cid, message, next);
    else this.log.findPending(cid)?.remove();
  }

  // After what is shown has changed: what stands elsewhere need not wait at the end.
  settleOvertaken() {
    this.conversation.overtaken.forEach((cid) => this.arrived(cid, null));
  }

  #forget(cid) {
    if (!cid) return false;
    this.#unsent.remove(cid);
    this.#waiting.delete(cid);
    return this.conversation.settle(cid) !== null;
  }

  #show(message) {
    this.conversation.begin(message.cid, message);
    this.log.showPending({ ...message, ...this.author });
    this.#send(message);
  }

  async #send(message) {
    const { cid, text, reply } = message;
    this.#waiting.add(cid);
    this.#showState(cid);
    const answer = await live().send(this.stream, cid, { text, ...(reply && { reply }) });
    this.#waiting.delete(cid);
    if (answer.t === "err") this.#fail(message, answer);
    else this.#confirm(cid, answer.seq);
  }

  #confirm(cid, seq) {
    this.#unsent.remove(cid);
    this.conversation.confirm(cid, seq);
    const node = this.log.findPending(cid);
    if (node) this.log.setState(node, this.strings.sent, { kind: "sent" });
    this.settleOvertaken();
  }

  #showState(cid) {
    const node = this.log.findPending(cid);
    if (!node) return;
    const isLive = live().state === "live" || live().state === "connecting";
    const [text, kind] = isLive ? [this.strings.sending, "sending"] : [this.strings.queued, "queued"];
    this.scrolling.adding(() => this.log.setState(node, text, { kind }), { count: 0 });
  }

  #fail(message, answer) {
    const node = this.log.findPending(message.cid);
    this.#unsent.remove(message.cid);
    if (!node) return;
    const { sentence, isFinal } = refusalOf(answer, this.strings);
    const again = [this.strings.retry, () => this.#retry(message)];
    const back = [this.strings.editAgain, () => this.#takeBack(message)];
    const text = `${this.strings.failed} ${sentence} `;
    const actions = isFinal ? [back] : [again, back];
    this.scrolling.adding(() => this.log.setState(node, text, { kind: "failed", actions }), { count: 0 });
  }

  // Under the same client id: if it did arrive, it is not said twice.
  #retry(message) {
    this.#unsent.add(message);
    this.#send(message);
  }

  #takeBack(message) {
    this.arrived(message.cid, null);
    this.onRefused(message);
  }
}
