// Where one writes: the field with its suggestions, what is on its way, and the sign that one is typing.
import { live } from "../live/page.js";
import { Composer } from "./composer.js";
import { Sending } from "./sending.js";
import { Suggestions } from "./suggestions.js";
import { TypingPulse } from "./typing.js";
import { Draft } from "./unsent.js";

// Gives {composer, sending}; null for who may not write here.
export function openDesk(room) {
  const { element, stream, strings, own, signal, conversation, log, scrolling } = room;
  const { author: key, authorName: name, textLimit } = element.dataset;
  const form = element.querySelector("[data-composer]");
  if (!form) return { composer: null, sending: null };

  const is = (what) => what in element.dataset;
  const author = { author: key, name, guest: is("authorGuest"), staff: is("authorStaff") };
  const pulse = new TypingPulse((on) => live().tell({ t: "typing", stream, on }));
  const sending = new Sending(stream, {
    ...{ author, conversation, log, scrolling, strings, signal },
    onRefused: (message) => composer.takeBack(message, conversation.get(message.reply)),
  });

  async function say(message) {
    pulse.sent();
    // What is said stands after the newest words, not after those of last year.
    if (conversation.hasNewer) await room.history.goTo();
    scrolling.adding(
      () => {
        sending.say(message);
        room.tidy();
      },
      { follow: true },
    );
  }

  // Before the composer, whose keys it takes while it is open.
  new Suggestions(form, { strings, own, people: () => [room.people.all, conversation.speakers] });
  const composer = new Composer(form, {
    ...{ limit: Number(textLimit), strings, draft: new Draft(stream, key) },
    on: {
      say,
      edit(message, text) {
        pulse.stopped();
        room.acts.change(message, text);
      },
      typed: (text) => pulse.typed(text),
      left: () => pulse.stopped(),
      last: () => conversation.lastBy(own),
    },
  });
  return { composer, sending };
}
