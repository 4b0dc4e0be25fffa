// What can be done with a message: one small menu for all of them, opened beside whichever message it is about.
import { shortMomentOf } from "./moments.js";
import { Walking } from "./walking.js";

const GAP_PX = 4;
const EDGE_PX = 8;

// The menu of a room: by a message's button, or by keyboard from the message itself.
export function openMenu(room) {
  const { conversation, acts, log } = room;
  const menu = new Menu(room.part("menu"), {
    offers: (message) => acts.offers(message),
    describe: ({ name, at }) => `${name} · ${shortMomentOf(new Date(at))}`,
    onChoose: (name, message) => acts.choose(name, message),
  });
  const open = (node) => {
    const message = conversation.get(Number(node.dataset.seq));
    if (message) menu.open(message, node.querySelector("[data-more]"));
  };
  new Walking(log.element, { onOpen: open });
  log.element.addEventListener("click", (event) => {
    const [more, quote] = ["[data-more]", "[data-quote] a"].map((link) => event.target.closest(link));
    if ((!more && !quote) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (more) open(more.closest(".message"));
    else room.goTo(Number(quote.dataset.reply));
  });
  return menu;
}

class Menu {
  #message = null;
  #opener = null;

  // offers(message) gives the names of what can be done; onChoose(name, message) does it.
  constructor(element, { offers, describe, onChoose }) {
    Object.assign(this, { element, offers, describe });
    element.addEventListener("click", ({ target }) => {
      const chosen = target.closest("[data-act]");
      if (!chosen) return;
      const message = this.#message;
      // It gives the focus back before what was chosen takes it elsewhere.
      element.hidePopover();
      onChoose(chosen.dataset.act, message);
    });
    element.addEventListener("keydown", (event) => this.#key(event));
    const tell = ({ newState }) => this.#opener?.setAttribute("aria-expanded", newState === "open");
    element.addEventListener("toggle", tell);
  }

  open(message, opener) {
    const offers = new Set(this.offers(message));
    for (const item of this.element.querySelectorAll("[data-act]")) item.hidden = !offers.has(item.dataset.act);
    if (this.#opener !== opener) this.#opener?.setAttribute("aria-expanded", "false");
    [this.#message, this.#opener] = [message, opener];
    this.element.querySelector("[data-about]").textContent = this.describe(message);
    this.element.showPopover();
    this.#place(opener.getBoundingClientRect());
    this.#items[0]?.focus();
  }

  get isOpen() {
    return this.element.matches(":popover-open");
  }

  close() {
    if (this.isOpen) this.element.hidePopover();
  }

  get #items() {
    return [...this.element.querySelectorAll("[data-act]:not([hidden])")];
  }

  // Below the opener or above it, wherever there is room.
  #place({ top, bottom, left, right }) {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const fits = bottom + GAP_PX + height <= innerHeight - EDGE_PX;
    const y = fits ? bottom + GAP_PX : top - GAP_PX - height;
    const x = left + width <= innerWidth - EDGE_PX ? left : right - width;
    this.element.style.setProperty("top", `${Math.max(EDGE_PX, y)}px`);
    this.element.style.setProperty("left", `${Math.max(EDGE_PX, Math.min(x, innerWidth - EDGE_PX - width))}px`);
  }

  #key(event) {
    const items = this.#items;
    const at = items.indexOf(document.activeElement);
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (!(event.key in places)) return;
    event.preventDefault();
    event.stopPropagation();
    items.at(places[event.key] % items.length).focus();
  }
}
