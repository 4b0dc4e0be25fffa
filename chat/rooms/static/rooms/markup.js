// The light markup of what people say, as chat/rooms/markup.py describes it; both run the same vectors. Pure: what
// comes out are words and their kind, never HTML.

const MAX_LINK_CHARACTERS = 2000;
// What ends a sentence or a quotation, and not an address.
const TRAILING = ".,:;!?'*_~…”’»}";
const WORD = "[\\p{L}\\p{N}_]";
const OUTSIDE = "\\s<>\"`()[\\]";
const BRACKETS = `\\([^${OUTSIDE}]*\\)|\\[[^${OUTSIDE}]*\\]`;

const PATTERN = new RegExp([between("`"), between("*"), between("_"), link()].join("|"), "gu");
const KINDS = ["code", "strong", "em", "link"];
const MARKERS = { code: "`", strong: "*", em: "_" };

// A run between two markers.
function between(marker) {
  const [end, near] = [`[^\\s${marker}]`, `[\\p{L}\\p{N}_${marker}]`];
  return `(?<!${near})[${marker}](${end}(?:[^${marker}\\n]*${end})?)[${marker}](?!${near})`;
}

function link() {
  const last = `[^${OUTSIDE}${TRAILING}]`;
  return `(?<!${WORD})([Hh]ttps?://(?=${WORD}|\\[)(?:[^${OUTSIDE}]|${BRACKETS})*(?:${last}|${BRACKETS}))`;
}

// [["text", "See "], ["strong", "this"], …]
export function tokens(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(PATTERN)) {
    const kind = KINDS.find((_, place) => match[place + 1] !== undefined);
    const part = match[KINDS.indexOf(kind) + 1];
    if (kind === "link" && [...part].length > MAX_LINK_CHARACTERS) continue;
    if (match.index > end) found.push(["text", text.slice(end, match.index)]);
    found.push([kind, part]);
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push(["text", text.slice(end)]);
  return found;
}

// As it is typed. `tokens` of it gives the same again.
export function written(found) {
  return found.map(([kind, part]) => `${MARKERS[kind] ?? ""}${part}${MARKERS[kind] ?? ""}`).join("");
}

// In one line, without its marks.
export function excerpt(text, limit = 90) {
  const plain = tokens(text).map(([, part]) => part).join("").replace(/\s+/gu, " ").trim();
  const letters = [...plain];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("").trimEnd()}…` : plain;
}
