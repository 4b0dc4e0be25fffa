// How a room begins: with what the server rendered, at the message that a link leads to, at what is new, or at the end.
import { markNew } from "./days.js";

export function beginReading(room) {
  const { place, conversation, log, scrolling, own } = room;
  log.rendered().forEach((message) => conversation.keep(message));
  conversation.joined("both", { older: "olderPages" in place, newer: "newerPages" in place });
  const after = Number(place.readSeq);
  const isAtEnd = !conversation.hasNewer;
  const mark = after && isAtEnd ? markNew(log.element, { after, own, template: room.part("template=new") }) : null;
  room.sending?.resume();
  room.tidy();
  const wanted = Number(place.at);
  if (wanted) return void room.goTo(wanted);
  if (!isAtEnd) return void scrolling.show();
  scrolling.toEnd();
  // What is new begins further up than one sees from the end.
  if (mark && mark.offsetTop < log.element.scrollTop) scrolling.toMessage(mark);
}
