// What was written here and is not confirmed survives a reload of the page, in this tab. It keeps its client id, so
// that what did arrive is not said twice; and its author, so that nobody says what another has written.

export class Unsent {
  #key;
  #storage;

  constructor(stream, author, storage = sessionStore()) {
    this.#key = `unsent ${stream} ${author}`;
    this.#storage = storage;
  }

  all() {
    try {
      return JSON.parse(this.#storage.getItem(this.#key)) ?? [];
    } catch {
      return [];
    }
  }

  add(message) {
    this.#write([...this.all().filter(({ cid }) => cid !== message.cid), message]);
  }

  remove(cid) {
    this.#write(this.all().filter((message) => message.cid !== cid));
  }

  #write(messages) {
    try {
      if (messages.length) this.#storage.setItem(this.#key, JSON.stringify(messages));
      else this.#storage.removeItem(this.#key);
    } catch {
      // Full or forbidden: then it lives as long as the page.
    }
  }
}

function sessionStore() {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}
