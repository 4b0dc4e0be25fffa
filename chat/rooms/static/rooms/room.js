// The room's page: what arrives is shown, what is written is sent, and the reader always sees where things stand.
import { newId } from "../live/ids.js";
import { live } from "../live/page.js";
import { Composer } from "./composer.js";
import { Conversation, messageOf } from "./conversation.js";
import { Log } from "./log.js";
import { Scrolling } from "./scrolling.js";
import { showConnection } from "./status.js";

const room = document.querySelector("[data-room]");
const { liveStream: stream, own, ownName } = room.dataset;
const strings = document.getElementById("room-strings").dataset;
const conversation = new Conversation();
const log = new Log(room.querySelector("[data-log]"), { own, strings });
const scrolling = new Scrolling(log.element, room.querySelector("[data-new]"), strings);
const older = room.querySelector("[data-older]");
let composer = null;

log.rendered().forEach((message) => conversation.keep(message));

function keep(message) {
  if (conversation.keep(message) === "same") return;
  log.show(message, conversation.successor(message.seq));
  room.querySelector("[data-empty]").hidden = true;
}

function arrive(event) {
  const message = messageOf(event);
  if (!message) return;
  const isOwn = message.author === own;
  scrolling.adding(
    () => {
      if (isOwn) settle(message.cid);
      keep(message);
      log.markDays();
    },
    { follow: isOwn && message.cid && scrolling.atEnd() },
  );
}

function settle(cid) {
  if (cid && conversation.settle(cid)) log.findPending(cid)?.remove();
}

async function send(text) {
  const cid = newId();
  const at = new Date().toISOString();
  conversation.begin(cid, text);
  const guest = "ownGuest" in room.dataset;
  const staff = "ownStaff" in room.dataset;
  scrolling.adding(
    () => {
      log.showPending({ cid, text, at, author: own, name: ownName, guest, staff });
      log.markDays();
      room.querySelector("[data-empty]").hidden = true;
    },
    { follow: true },
  );
  const answer = await live().send(stream, cid, { text });
  if (answer.t === "err") fail(cid, answer);
  else confirm(cid);
}

// Kept by the server; the event that brings its number and its place replaces it in a moment.
function confirm(cid) {
  const node = log.findPending(cid);
  if (node) log.setState(node, strings.sent);
}

function fail(cid, { code }) {
  const message = conversation.fail(cid, code);
  const node = log.findPending(cid);
  if (!message || !node) return;
  const reason = strings[`refused${camel(code)}`] ?? "";
  const state = log.setState(node, `${strings.failed} ${reason} `, { failed: true });
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button button--quiet";
  again.textContent = strings.editAgain;
  again.addEventListener("click", () => {
    settle(cid);
    composer.takeBack(message.text);
  });
  state.append(again);
}

const camel = (code) => code.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());

async function page(before) {
  const frame = { t: "hist", stream };
  if (before !== null) frame.before = before;
  return (await live().ask(frame)).data;
}

async function loadOlder(event) {
  event.preventDefault();
  const link = event.currentTarget;
  link.setAttribute("aria-busy", "true");
  try {
    const { messages, older: more } = await page(conversation.oldest);
    scrolling.addingBefore(() => {
      // No live region reads fifty old messages aloud.
      log.element.setAttribute("aria-live", "off");
      messages.reverse().forEach(keep);
      log.markDays();
      older.hidden = !more;
    });
    // The link that had the focus is hidden now.
    if (older.hidden) log.element.focus({ preventScroll: true });
    setTimeout(() => log.element.setAttribute("aria-live", "polite"), 500);
  } catch {
    location.assign(`?before=${conversation.oldest}`);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

// The numbers we had are worthless: what the server has now is the truth. What we wrote meanwhile stays.
async function reload() {
  try {
    const { messages } = await page(null);
    scrolling.adding(() => messages.forEach(keep), { count: 0 });
    log.markDays();
  } catch {
    location.reload();
  }
}

if (!room.querySelector("[data-newest]")) {
  room.addEventListener("live:event", (event) => arrive(event.detail));
  room.addEventListener("live:reset", reload);
  older.querySelector("a").addEventListener("click", loadOlder);
  const form = room.querySelector("[data-composer]");
  const limit = Number(room.dataset.textLimit);
  if (form) composer = new Composer(form, { limit, strings, onSend: send });
  showConnection(room.querySelector("[data-connection]"), live(), strings);
}
scrolling.toEnd();
