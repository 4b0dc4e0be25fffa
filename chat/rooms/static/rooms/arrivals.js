// What comes over the line, and what becomes of it in the room.
import { isLookedAt } from "./reading.js";

export function listen(room) {
  const { element, signal } = room;
  element.addEventListener("live:event", ({ detail }) => arrived(room, detail));
  element.addEventListener("live:reset", () => room.beginAnew());
  element.addEventListener("live:typing", ({ detail }) => room.writers.heard(detail));
  element.addEventListener("live:presence", ({ detail }) => room.people.heard(detail));
  // Who reads it here need not be told of it.
  const isHere = ({ url }) => new URL(url ?? "", location.href).pathname === room.place.roomUrl;
  const noticed = (event) => isHere(event.detail) && isLookedAt(room.log.element) && event.preventDefault();
  document.addEventListener("live:notice", noticed, { signal });
}

function arrived(room, event) {
  const message = room.conversation.after(event);
  if (event.kind === "message") said(room, event, message);
  else if (message) changed(room, message);
}

// message: null where it does not belong to what is shown.
function said(room, { seq, author, cid }, message) {
  const { conversation, scrolling, sending } = room;
  const isOwn = room.own.has(author);
  const isNews = !isOwn && conversation.get(seq) === null;
  const next = conversation.successor(seq);
  const add = () => {
    if (isOwn) sending?.arrived(cid, message, next);
    if (message) room.show(message);
    room.tidy();
  };
  room.writers.said(author);
  scrolling.adding(add, { count: isNews ? 1 : 0 });
  room.reading.look();
}

function changed(room, message) {
  const { conversation, scrolling, log } = room;
  const change = () => {
    room.show(message);
    log.requote(conversation.answersTo(message.seq));
  };
  if (scrolling.atEnd()) scrolling.adding(change, { count: 0 });
  else scrolling.keepingPlace(change);
  if (message.deleted) room.composer?.lose(message.seq);
}
