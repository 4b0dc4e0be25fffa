// Frames upward where no WebSocket passes: one request each, answered by what the socket would have answered.

const ADDRESS = "/chat/live/frame";
const RETRY_MS = 2000;
// What a request may carry; the rest of the protocol keeps a line alive, and there is none here.
const CARRIED = new Set(["send", "edit", "del", "hist", "read", "typing"]);

export const isCarried = (frame) => CARRIED.has(frame.t);

// Resolves with the ok or err frame; what got lost on the way is an err that time mends.
export async function post(frame, { fetch = globalThis.fetch, token = csrfToken() } = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  let answer = null;
  try {
    answer = await fetch(ADDRESS, { method: "POST", headers, body: JSON.stringify(frame) });
    return withRetry({ re: frame.id, ...(await answer.json()) }, answer.status);
  } catch {
    // Another page of ours may have taken the place of the token: this one must be loaded anew.
    if (answer?.status === 403) return { t: "err", re: frame.id, code: "forbidden" };
    return { t: "err", re: frame.id, code: "unavailable", retry_ms: RETRY_MS };
  }
}

function withRetry(frame, status) {
  const isPassing = frame.t === "err" && (status === 429 || status >= 500);
  return isPassing ? { retry_ms: RETRY_MS, ...frame } : frame;
}

function csrfToken() {
  const [, cookie] = /(?:^|; )csrftoken=([^;]+)/.exec(globalThis.document?.cookie ?? "") ?? [];
  return cookie ?? globalThis.document?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}
