// Times and days in the page's language and the reader's own time zone.

const language = globalThis.document?.documentElement.lang || "en";
const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
const longDay = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const longDayAndYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });

const short = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

export const timeOf = (date) => clock.format(date);
export const momentOf = (date) => full.format(date);
export const shortMomentOf = (date) => short.format(date);

// "2026-11-22" of the reader's calendar.
export function dayKey(date) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function dayName(date, { today, yesterday }, now = new Date()) {
  const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (dayKey(date) === dayKey(now)) return today;
  if (dayKey(date) === dayKey(before)) return yesterday;
  return (date.getFullYear() === now.getFullYear() ? longDay : longDayAndYear).format(date);
}
