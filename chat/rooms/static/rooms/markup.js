// The light markup of what people say, as chat/rooms/markup.py describes it; both run the same vectors. Pure: what
// comes out are words and their kind, never HTML.

// Code first, in which nothing else means anything; then addresses, in which stars and underscores are letters.
const PARTS = new RegExp(
  [
    "`([^`\\n]+)`",
    "(https?://[^\\s<>\"]+)",
    "(?<![\\p{L}\\p{N}_*])\\*(?![\\s*])([^*\\n]*[^*\\s])\\*(?![\\p{L}\\p{N}_*])",
    "(?<![\\p{L}\\p{N}_*])_(?![\\s_])([^_\\n]*[^_\\s])_(?![\\p{L}\\p{N}_*])",
  ].join("|"),
  "giu",
);
const KINDS = ["code", "link", "strong", "em"];
const AFTER_A_LINK = /[.,;:!?'"…)\]}»”’]+$/u;

// [["text", "See "], ["strong", "this"], …]
export function tokens(text) {
  const found = [];
  let at = 0;
  const add = (kind, part) => part && found.push([kind, part]);
  for (const match of text.matchAll(PARTS)) {
    if (match.index < at) continue;
    const index = KINDS.findIndex((_, place) => match[place + 1] !== undefined);
    const kind = KINDS[index];
    const part = kind === "link" ? withoutEnd(match[index + 1]) : match[index + 1];
    add("text", text.slice(at, match.index));
    add(kind, part);
    at = match.index + (kind === "link" ? part.length : match[0].length);
  }
  add("text", text.slice(at));
  return found;
}

// As it is typed. `tokens` of it gives the same again.
export function written(found) {
  const marks = { code: "`", strong: "*", em: "_" };
  return found.map(([kind, part]) => `${marks[kind] ?? ""}${part}${marks[kind] ?? ""}`).join("");
}

// In one line, without its marks.
export function excerpt(text, limit = 90) {
  const plain = tokens(text).map(([, part]) => part).join("").replace(/\s+/gu, " ").trim();
  const letters = [...plain];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("").trimEnd()}…` : plain;
}

// What ends the sentence does not belong to the address; a bracket that it opened itself does.
function withoutEnd(address) {
  let end = address.length - (AFTER_A_LINK.exec(address)?.[0].length ?? 0);
  const opened = (address.slice(0, end).match(/\(/g) ?? []).length - (address.slice(0, end).match(/\)/g) ?? []).length;
  if (opened > 0 && address[end] === ")") end += 1;
  return address.slice(0, end);
}
