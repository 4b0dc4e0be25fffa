// What was written here and is not confirmed survives a reload of the page, in this tab. It keeps its client id, so
// that what did arrive is not said twice; and its author, so that nobody says what another has written.
import { read, tabStorage, write } from "../live/storage.js";

export class Unsent {
  #key;
  #storage;

  constructor(stream, author, storage = tabStorage()) {
    this.#key = `unsent ${stream} ${author}`;
    this.#storage = storage;
  }

  all() {
    return read(this.#storage, this.#key) ?? [];
  }

  add(message) {
    this.#write([...this.all().filter(({ cid }) => cid !== message.cid), message]);
  }

  remove(cid) {
    this.#write(this.all().filter((message) => message.cid !== cid));
  }

  #write(messages) {
    write(this.#storage, this.#key, messages.length ? messages : null);
  }
}

// What is half written survives it, too.
export class Draft {
  #key;
  #storage;

  constructor(stream, author, storage = tabStorage()) {
    this.#key = `draft ${stream} ${author}`;
    this.#storage = storage;
  }

  get text() {
    return read(this.#storage, this.#key) ?? "";
  }

  set text(text) {
    write(this.#storage, this.#key, text || null);
  }
}
