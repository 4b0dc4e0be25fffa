// A room on the page, or in the panel beside one: what arrives is shown, what is written is sent, and the reader always
// sees where things stand.
import { live } from "../live/page.js";
import { Acts } from "./acts.js";
import { numbered } from "./addresses.js";
import { listen } from "./arrivals.js";
import { Bubbles } from "./bubble.js";
import { Conversation } from "./conversation.js";
import { openDesk } from "./desk.js";
import { History } from "./history.js";
import { Log } from "./log.js";
import { openMenu } from "./menu.js";
import { beginReading } from "./opening.js";
import { People, Writers } from "./people.js";
import { Quotes } from "./quotes.js";
import { Reading } from "./reading.js";
import { Scrolling } from "./scrolling.js";
import { showConnection } from "./status.js";

const FOUND_MS = 2500;

// Gives what closes it again.
export function openRoom(element) {
  const closing = new AbortController();
  new Room(element, closing.signal);
  return () => closing.abort();
}

class Room {
  constructor(element, signal) {
    Object.assign(this, { element, signal, place: element.dataset, stream: element.dataset.liveStream });
    this.own = new Set(this.place.own.split(" ").filter(Boolean));
    this.strings = this.part("strings").dataset;
    this.conversation = new Conversation();
    this.#makeLog();
    const { own, strings } = this;
    this.people = new People(this.part("people"), { own, strings });
    this.writers = new Writers(this.part("typing"), { own, strings });
    this.reading = new Reading(this);
    Object.assign(this, openDesk(this));
    this.acts = new Acts(this);
    this.menu = openMenu(this);
    listen(this);
    showConnection(this.part("connection"), live(), { strings, signal });
    beginReading(this);
  }

  part(name) {
    return this.element.querySelector(`[data-${name}]`);
  }

  // Where a message is found.
  address(seq) {
    return `${this.place.roomUrl}?at=${seq}`;
  }

  #makeLog() {
    const { own, strings, conversation, place, stream } = this;
    const address = (seq) => this.address(seq);
    const bubbles = new Bubbles(this.element, { own, strings, address, more: numbered(place.messageUrl) });
    this.quotes = new Quotes({
      conversation,
      find: (seq) => this.history.find(seq),
      onFound: (seq) => this.log.requote(conversation.answersTo(seq)),
    });
    const quoted = (seq) => this.quotes.get(seq);
    this.log = new Log(this.part("log"), { bubbles, strings, dayTemplate: this.part("template=day"), quoted });
    this.scrolling = new Scrolling(this.log.element, this.part("new"), strings, {
      onEdge: (end) => this.history?.load(end),
      onNewest: () => this.#toNewest(),
      onScroll: () => this.reading?.look(),
    });
    this.history = new History({
      ...{ stream, conversation, strings, log: this.log, scrolling: this.scrolling, address: place.history },
      links: { older: this.part("older"), newer: this.part("newer") },
      onShow: (message) => this.show(message),
      onChange: () => this.tidy(),
    });
  }

  show(message) {
    if (this.conversation.keep(message) === "same" && this.log.find(message.seq)) return;
    this.log.show(message, this.conversation.successor(message.seq));
  }

  // After messages have come or gone.
  tidy() {
    const { conversation, scrolling, log } = this;
    scrolling.isCut = conversation.hasNewer;
    this.part("older").hidden = !conversation.hasOlder;
    this.part("newer").hidden = !conversation.hasNewer;
    this.part("empty").hidden = !log.isEmpty;
    log.tidy();
    scrolling.show();
    this.sending?.settleOvertaken();
  }

  // To a message, wherever in the room it is.
  async goTo(seq) {
    const isThere = this.log.find(seq) || (await this.history.goTo({ around: seq }));
    const node = isThere && this.log.find(seq);
    if (!node) return;
    this.scrolling.toMessage(node);
    node.classList.add("message--found");
    setTimeout(() => node.classList.remove("message--found"), FOUND_MS);
  }

  async #toNewest() {
    if (this.conversation.hasNewer) await this.history.goTo();
    else this.scrolling.toEnd({ smooth: true });
  }

  // The numbers have lost their meaning, or too much was missed.
  beginAnew() {
    this.quotes.forget();
    this.history.beginAnew();
  }
}
