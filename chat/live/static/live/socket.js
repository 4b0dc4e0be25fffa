// The best way: a WebSocket. It greets, and notices silence: a half-open one looks alive for ever.

const VERSION = 1;
const PING_MS = 25_000;
const SILENCE_MS = 40_000;

export function socketWay(url, WebSocket = globalThis.WebSocket) {
  return { name: "socket", tries: 2, begin: (ears) => new SocketLine(new WebSocket(url), ears) };
}

class SocketLine {
  #socket;
  #ears;
  #heardAt = Date.now();
  #watching;

  constructor(socket, ears) {
    this.#socket = socket;
    this.#ears = ears;
    socket.onopen = () => this.#write({ t: "hello", v: VERSION, client: "web" });
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data));
    socket.onclose = (close) => this.#lost(close.code);
    this.#watching = setInterval(() => this.#watch(), PING_MS / 5);
  }

  put(frame) {
    const isOpen = this.#socket.readyState === 1;
    if (isOpen) this.#write(frame);
    return isOpen;
  }

  close() {
    clearInterval(this.#watching);
    this.#socket.onclose = null;
    this.#socket.close();
  }

  #write(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #hear(frame) {
    this.#heardAt = Date.now();
    this.#ears.hear(frame);
  }

  #lost(code) {
    this.close();
    this.#ears.lost(code);
  }

  // Ask, and give it up when nothing comes back.
  #watch() {
    // A clock that was put back counts as silence, too.
    const silent = Math.abs(Date.now() - this.#heardAt);
    if (silent > SILENCE_MS) this.#lost(1006);
    else if (silent > PING_MS) this.put({ t: "ping" });
  }
}
