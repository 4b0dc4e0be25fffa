// The room's page: what arrives is shown, what is written is sent, and the reader always sees where things stand.
import { live } from "../live/page.js";
import { Composer } from "./composer.js";
import { Conversation, messageOf } from "./conversation.js";
import { Log } from "./log.js";
import { Scrolling } from "./scrolling.js";
import { Sending } from "./sending.js";
import { showConnection } from "./status.js";

const RETRY_MS = 2000;

const room = document.querySelector("[data-room]");
const { liveStream: stream, own, ownName, history } = room.dataset;
const strings = document.getElementById("room-strings").dataset;
const conversation = new Conversation();
const log = new Log(room.querySelector("[data-log]"), { own, strings });
const scrolling = new Scrolling(log.element, room.querySelector("[data-new]"), strings);
const older = room.querySelector("[data-older]");
const author = { author: own, name: ownName, guest: "ownGuest" in room.dataset, staff: "ownStaff" in room.dataset };
const onRefused = (text) => composer.takeBack(text);
const sending = new Sending(stream, { author, conversation, log, scrolling, strings, onRefused });
let composer = null;
let resets = 0;

log.rendered().forEach((message) => conversation.keep(message));

function keep(message) {
  if (conversation.keep(message) === "same") return;
  log.show(message, conversation.successor(message.seq));
}

function tidy() {
  log.markDays();
  room.querySelector("[data-empty]").hidden = !log.isEmpty;
}

function arrive(event) {
  const message = messageOf(event);
  if (!message) return;
  const isOwn = message.author === own;
  scrolling.adding(
    () => {
      if (isOwn) sending.settle(message.cid);
      keep(message);
      sending.settleOvertaken();
      tidy();
    },
    { follow: isOwn && message.cid && scrolling.atEnd() },
  );
}

function send(text) {
  scrolling.adding(
    () => {
      sending.say(text);
      tidy();
    },
    { follow: true },
  );
}

// Over the socket; where it is away, perhaps a plain request passes.
async function page(before) {
  const place = before === null ? {} : { before };
  if (live().state === "live") return (await live().ask({ t: "hist", stream, ...place })).data;
  const answer = await fetch(`${history}?${new URLSearchParams(place)}`);
  if (!answer.ok) throw new Error(`history: ${answer.status}`);
  return answer.json();
}

async function loadOlder(event) {
  event.preventDefault();
  const link = event.currentTarget;
  if (link.getAttribute("aria-busy")) return;
  const begun = resets;
  link.dataset.text ??= link.textContent;
  link.setAttribute("aria-busy", "true");
  try {
    const { messages, older: more } = await page(conversation.oldest);
    if (begun !== resets) return;
    link.textContent = link.dataset.text;
    scrolling.addingBefore(() => {
      // No live region reads fifty old messages aloud.
      log.element.setAttribute("aria-live", "off");
      messages.reverse().forEach(keep);
      tidy();
      older.hidden = !more;
    });
    setTimeout(() => log.element.setAttribute("aria-live", "polite"), 500);
  } catch {
    link.textContent = strings.olderFailed;
  } finally {
    link.removeAttribute("aria-busy");
  }
}

// The numbers we had are worthless, or too much was missed: what the server has now is the truth, and what is shown
// has no hole. What we wrote meanwhile stays.
async function beginAnew() {
  const reset = ++resets;
  conversation.forget();
  log.forget();
  try {
    const { messages, older: more } = await page(null);
    if (reset !== resets) return;
    scrolling.adding(() => messages.forEach(keep), { follow: true });
    sending.settleOvertaken();
    older.hidden = !more;
    tidy();
  } catch {
    setTimeout(() => reset === resets && beginAnew(), RETRY_MS);
  }
}

if (!room.querySelector("[data-newest]")) {
  room.addEventListener("live:event", (event) => arrive(event.detail));
  room.addEventListener("live:reset", beginAnew);
  older.querySelector("a").addEventListener("click", loadOlder);
  const form = room.querySelector("[data-composer]");
  const limit = Number(room.dataset.textLimit);
  if (form) {
    composer = new Composer(form, { limit, strings, onSend: send });
    sending.resume();
  }
  showConnection(room.querySelector("[data-connection]"), live(), strings);
}
tidy();
scrolling.toEnd();
