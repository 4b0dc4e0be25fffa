// The chat beside any page of the shop: it comes and goes without the page, and stays open from page to page in a tab.
import { tabStorage, write } from "../live/storage.js";
import { Visit } from "./visit.js";

const KEY = "chat beside";
const root = document.documentElement;
const isBeside = matchMedia("(min-width: 64rem)");

class Panel {
  #isOpen = false;

  constructor(panel, launcher) {
    Object.assign(this, { panel, launcher });
    this.visit = new Visit(panel.querySelector("[data-body]"), panel.dataset);
    launcher.hidden = false;
    launcher.addEventListener("click", () => (this.#isOpen ? this.close() : this.open({ isAsked: true })));
    panel.querySelector("[data-close]").addEventListener("click", () => this.close());
    panel.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape(event));
    isBeside.addEventListener("change", () => this.#cover());
    if (root.dataset.chat === "open") this.open({ isAsked: false });
  }

  // Who asked for it gets the focus into it; who merely finds it open keeps theirs.
  async open({ isAsked }) {
    this.#become(true);
    if (isAsked) this.panel.focus();
    await this.visit.begin();
    if (isAsked && document.activeElement === this.panel) this.visit.focus();
  }

  close() {
    const hadFocus = this.panel.contains(document.activeElement);
    this.#become(false);
    this.visit.end();
    if (hadFocus || !isBeside.matches) this.launcher.focus();
  }

  // What lies over the panel closes first.
  #escape(event) {
    if (event.defaultPrevented || this.panel.querySelector("dialog[open], :popover-open")) return;
    event.preventDefault();
    this.close();
  }

  #become(isOpen) {
    this.#isOpen = isOpen;
    root.dataset.chat = isOpen ? "open" : "closed";
    this.launcher.setAttribute("aria-expanded", isOpen);
    write(tabStorage(), KEY, isOpen ? { on: location.pathname } : null);
    this.#cover();
  }

  // Where it covers the page, nobody gets lost in what is under it.
  #cover() {
    const covers = this.#isOpen && !isBeside.matches;
    for (const part of document.body.children) {
      if (part !== this.panel && !part.matches("script, .toasts")) part.inert = covers;
    }
  }
}

const panel = document.getElementById("chat-panel");
if (panel) new Panel(panel, document.querySelector("[data-launcher]"));
