// When to come back after the socket was lost. Full jitter: after a server's end, its browsers return
// spread over the whole wait and not as one wave.

export const FIRST_MS = 500;
export const LONGEST_MS = 30_000;

export function waitMs(attempt, random = Math.random) {
  return Math.round(random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt));
}

// 4500 and up say: do not come back.
export function comesBack(code) {
  return !(code >= 4500 && code <= 4999);
}
