// How the connection stands, in words: connecting, live and by which way, offline with a countdown, or ended.
import { fill } from "../live/words.js";

export function showConnection(element, connection, { strings, signal }) {
  const live = { socket: strings.live, events: strings.liveEvents, poll: strings.livePoll };
  let timer = 0;

  function count(until) {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    // A screen reader hears that we are offline, not every second of it.
    element.textContent = fill(strings.waiting, { seconds });
  }

  function show({ state, way, retryMs = 0 }) {
    clearInterval(timer);
    element.dataset.state = state;
    element.setAttribute("aria-live", state === "waiting" ? "off" : "polite");
    if (state !== "waiting") {
      const words = state === "live" ? live[way] : (strings[state] ?? strings.connecting);
      if (element.textContent !== words) element.textContent = words;
      return;
    }
    const until = Date.now() + retryMs;
    count(until);
    timer = setInterval(() => count(until), 1000);
  }

  connection.addEventListener("state", (event) => show(event.detail), { signal });
  signal.addEventListener("abort", () => clearInterval(timer));
  show(connection);
}
