// How the connection stands, in words: connecting, live, offline with a countdown, or ended.

export function showConnection(element, connection, strings) {
  let timer = 0;

  function count(until) {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    // A screen reader hears that we are offline, not every second of it.
    element.textContent = strings.waiting.replace("{seconds}", seconds);
  }

  function show({ state, retryMs = 0 }) {
    clearInterval(timer);
    element.dataset.state = state;
    element.setAttribute("aria-live", state === "waiting" ? "off" : "polite");
    if (state !== "waiting") {
      element.textContent = strings[state];
      return;
    }
    const until = Date.now() + retryMs;
    count(until);
    timer = setInterval(() => count(until), 1000);
  }

  connection.addEventListener("state", (event) => show(event.detail));
  show({ state: connection.state });
}
