// Pages of what was said: older above, newer below, or all anew. What is on the page stays a window of bounded size.
import { live } from "../live/page.js";

const RETRY_MS = 2000;
// So many messages stay on the page.
const WINDOW = 400;

export class History {
  #busy = new Set();
  #resets = 0;

  // links: the links at both ends {older, newer}; onShow(message) shows one; onChange() is called after each page.
  constructor({ stream, address, conversation, log, scrolling, links, strings, onShow, onChange }) {
    Object.assign(this, { stream, address, conversation, log, scrolling, links, strings, onShow, onChange });
    for (const [end, place] of Object.entries(links)) {
      place.querySelector("a").addEventListener("click", (event) => {
        event.preventDefault();
        this.load(end);
      });
    }
  }

  // The next page at this end ("older", "newer").
  async load(end) {
    const from = this.conversation[end === "older" ? "oldest" : "newest"];
    const hasMore = this.conversation[end === "older" ? "hasOlder" : "hasNewer"];
    if (!hasMore || from === null || this.#busy.has(end)) return;
    const begun = this.#resets;
    this.#be(end, { busy: true });
    try {
      const page = await this.#page(end === "older" ? { before: from } : { after: from });
      if (begun === this.#resets) this.#join(end, page);
      this.#be(end, {});
    } catch {
      this.#be(end, { failed: true });
    }
  }

  // The numbers we had are worthless, or too much was missed: what the server has now is the truth, and what is shown
  // has no hole. What we wrote meanwhile stays.
  async beginAnew() {
    const reset = ++this.#resets;
    this.#forget();
    try {
      this.#begin(reset, await this.#page({}));
    } catch {
      setTimeout(() => reset === this.#resets && this.beginAnew(), RETRY_MS);
    }
  }

  // Leave what is shown for the newest messages, or for those around one; whether they came.
  async goTo(place = {}) {
    const reset = ++this.#resets;
    try {
      const page = await this.#page(place);
      if (reset === this.#resets) this.#forget();
      return this.#begin(reset, page);
    } catch {
      return false;
    }
  }

  async find(seq) {
    const { messages } = await this.#page({ around: seq, limit: 1 });
    return messages.find((message) => message.seq === seq) ?? null;
  }

  #begin(reset, page) {
    if (reset !== this.#resets) return false;
    this.#quietly(() => page.messages.forEach(this.onShow));
    this.#joined("both", page);
    if (!page.newer) this.scrolling.toEnd();
    return true;
  }

  #join(end, page) {
    this.scrolling.keepingPlace(() => {
      this.#quietly(() => page.messages.forEach(this.onShow));
      this.log.remove(this.conversation.trim(end === "older" ? "newer" : "older", WINDOW));
      this.#joined(end, page);
    });
  }

  #joined(end, page) {
    this.conversation.joined(end, page);
    this.onChange();
    // Something came while the page was on its way.
    if (!page.newer && this.conversation.hasNewer && end !== "older") this.load("newer");
  }

  #forget() {
    this.conversation.forget();
    // Until the page has come, nothing stands at its end.
    this.conversation.hasNewer = true;
    this.log.forget();
  }

  // Over the line; where it is away, perhaps a plain request passes.
  async #page(place) {
    try {
      return (await live().ask({ t: "hist", stream: this.stream, ...place })).data;
    } catch {
      const answer = await fetch(`${this.address}?${new URLSearchParams(place)}`);
      if (!answer.ok) throw new Error(`history: ${answer.status}`);
      return answer.json();
    }
  }

  // No live region reads fifty old messages aloud.
  #quietly(action) {
    this.log.element.setAttribute("aria-live", "off");
    action();
    setTimeout(() => this.log.element.setAttribute("aria-live", "polite"), 500);
  }

  #be(end, { busy = false, failed = false }) {
    const link = this.links[end].querySelector("a");
    link.dataset.text ??= link.textContent;
    link.textContent = failed ? this.strings.olderFailed : link.dataset.text;
    link.toggleAttribute("aria-busy", busy);
    if (busy) this.#busy.add(end);
    else this.#busy.delete(end);
  }
}
