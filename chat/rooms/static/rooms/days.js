// What stands between the messages: a day's name where it begins, a name only over the first of several by one person,
// and where the new ones begin.
import { dayKey, dayName } from "./moments.js";

// Only what differs is touched: a screen reader reads aloud whatever is added here.
export function markDays(log, { strings, template }) {
  for (const day of log.querySelectorAll(".day")) if (!day.nextElementSibling?.matches(".message, .new")) day.remove();
  let last = null;
  for (const node of log.querySelectorAll(".message")) {
    const date = new Date(node.querySelector(".message__time").dateTime);
    const first = node.previousElementSibling?.matches(".new") ? node.previousElementSibling : node;
    const day = first.previousElementSibling?.matches(".day") ? first.previousElementSibling : null;
    if (dayKey(date) === last) day?.remove();
    else nameDay(day ?? addDay(first, template), date, strings);
    last = dayKey(date);
  }
  markRuns(log);
}

// Before the first of these that is not ours.
export function markNew(log, { after, own, template }) {
  const first = [...log.querySelectorAll(".message[data-seq]")].find(
    ({ dataset }) => Number(dataset.seq) > after && !own.has(dataset.author),
  );
  if (!first) return null;
  first.before(template.content.cloneNode(true));
  return first.previousElementSibling;
}

function addDay(node, template) {
  node.before(template.content.cloneNode(true));
  return node.previousElementSibling;
}

function nameDay(day, date, strings) {
  const [time, name] = [day.querySelector("time"), dayName(date, strings)];
  if (time.dateTime !== dayKey(date)) time.dateTime = dayKey(date);
  if (time.textContent !== name) time.textContent = name;
}

function markRuns(log) {
  for (const node of log.querySelectorAll(".message")) {
    const before = node.previousElementSibling;
    const isSame = before?.matches(".message") && before.dataset.author === node.dataset.author;
    const isAnswer = node.querySelector("[data-quote]:not([hidden])") !== null;
    node.classList.toggle("message--follows", Boolean(isSame && node.dataset.author && !isAnswer));
  }
}
