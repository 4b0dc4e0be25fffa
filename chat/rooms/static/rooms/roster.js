// Who is in the room, as the presence frames tell it. Pure.

export class Roster {
  // How many there are; of a crowd the frames name some.
  count = 0;
  #people = new Map();

  // {here: [{who, name, away}], gone: [who], count, all}
  heard({ here = [], gone = [], count, all = false }) {
    if (all) this.#people.clear();
    for (const who of gone) this.#people.delete(who);
    for (const person of here) this.#people.set(person.who, { ...person, away: Boolean(person.away) });
    this.count = Math.max(count ?? 0, this.#people.size);
  }

  // Those who look at it first, then those who are away; each by name.
  get people() {
    const byName = (a, b) => a.name.localeCompare(b.name) || (a.who < b.who ? -1 : 1);
    return [...this.#people.values()].sort((a, b) => a.away - b.away || byName(a, b));
  }
}

// One or two letters that stand for a name.
export function initials(name) {
  const words = name.trim().split(/[\s._-]+/).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0]);
  return letters.join("").toLocaleUpperCase() || "?";
}
