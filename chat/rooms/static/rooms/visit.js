// A room inside the panel: fetched as a fragment, opened like the room's own page, and left again.
import { live } from "../live/page.js";

export class Visit {
  #leave = null;
  #turn = 0;
  #openRoom = null;

  // source: the address of the fragment; script: the module that opens a room.
  constructor(body, { source, script }) {
    Object.assign(this, { body, source, script });
    body.addEventListener("submit", (event) => this.#submit(event));
    body.addEventListener("click", (event) => this.#click(event));
    // A ticket that has expired is renewed with the fragment, not with the page.
    body.addEventListener("live:refused", (event) => {
      event.preventDefault();
      this.#load(this.source);
    });
  }

  async begin() {
    if (!this.#leave) await this.#load(this.source);
  }

  end() {
    this.#turn += 1;
    this.#leave?.();
    this.#leave = null;
    this.body.querySelector("[data-room]")?.remove();
  }

  focus() {
    const wanted = ["[data-composer] textarea", "[data-naming] [name=name]", "[data-log]"];
    wanted.map((place) => this.body.querySelector(place)).find(Boolean)?.focus();
  }

  async #load(address, options = {}) {
    const turn = ++this.#turn;
    this.#say("wait");
    try {
      const [answer, module] = await Promise.all([fetch(address, options), import(this.script)]);
      this.#openRoom = module.openRoom;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const room = page.querySelector("[data-room]");
      if (!room) throw new Error(`no room: ${answer.status}`);
      await dress(page);
      if (turn === this.#turn) this.#show(document.adoptNode(room));
      return answer;
    } catch {
      if (turn === this.#turn) this.#say("failed");
      return null;
    }
  }

  #show(room) {
    this.#leave?.();
    this.body.querySelector("[data-room]")?.remove();
    this.#say(null);
    this.body.append(room);
    this.#leave = this.#openRoom(room);
  }

  // "wait", "failed", or nothing.
  #say(word) {
    this.body.setAttribute("aria-busy", word === "wait");
    for (const name of ["wait", "failed"]) {
      const isShown = name === word && (name === "failed" || !this.#leave);
      this.body.querySelector(`[data-${name}]`).hidden = !isShown;
    }
  }

  // Who says who they are stays on their page. The line begins anew: its session is another one now.
  async #submit(event) {
    const form = event.target;
    if (!form.matches("[data-naming]")) return;
    event.preventDefault();
    const said = { method: "POST", body: new FormData(form) };
    const answer = await this.#load(`${form.getAttribute("action")}?panel=1`, said);
    if (answer?.redirected) {
      live().reopen();
      await this.#load(this.source);
    }
    this.focus();
  }

  #click(event) {
    const link = event.target.closest("[data-room-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.source = `${link.getAttribute("href")}?panel=1`;
    this.#load(this.source);
  }
}

// The styles of a room come with the first one, and before it is shown.
function dress(page) {
  const known = new Set([...document.querySelectorAll("link[rel=stylesheet]")].map(({ href }) => href));
  const links = [...page.querySelectorAll("link[rel=stylesheet]")].map((link) => document.importNode(link));
  return Promise.all(links.filter(({ href }) => !known.has(href)).map(loaded));
}

function loaded(link) {
  return new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
    document.head.append(link);
  });
}
