// Completing a name after "@". Pure.

const MOST = 6;
// Up to the caret: an at sign at the beginning of a word, and what was typed of the name.
const BEGUN = /(?:^|[\s([{"'¿¡])@([^\s@][^@\n]{0,39}|)$/u;

// The name that is being typed at the caret: {start, query}, where start is the at sign's place; or null.
export function mentionAt(text, caret) {
  const found = BEGUN.exec(text.slice(0, caret));
  return found && { start: caret - found[1].length - 1, query: found[1] };
}

// The people of these lists that the query may mean, each once and the first list's first; a word of the name
// begins as the query does, whatever its case and accents.
export function candidates(query, lists, own) {
  const wanted = plain(query);
  const people = new Map();
  for (const person of lists.flat()) {
    if (own.has(person.who) || people.has(person.who) || !person.name) continue;
    const name = plain(person.name);
    if (name.startsWith(wanted) || name.includes(` ${wanted}`)) people.set(person.who, person);
  }
  return [...people.values()].slice(0, MOST);
}

// The text with the whole name in it, and where the caret stands after it.
export function complete(text, caret, { start }, name) {
  const begun = `${text.slice(0, start)}@${name} `;
  return { text: begun + text.slice(caret).replace(/^ /, ""), caret: begun.length };
}

function plain(name) {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trimStart();
}
