// What is unread, on every page: the number beside the chat's links, beside each room's, and in the title while nobody
// looks at it.
import { live } from "../live/page.js";
import { fill } from "../live/words.js";
import { shownCount, Unread } from "./unread.js";

const title = document.title;
const unread = new Unread(Number(document.querySelector("[data-unread-total]")?.dataset.unreadTotal));

for (const { dataset } of document.querySelectorAll("[data-unread]")) {
  const count = dataset.unread === "" ? null : Number(dataset.unread);
  unread.begin(dataset.liveStream, { count, seq: Number(dataset.liveSeq) });
}

// As the server calls us, or as a room on this page does: a guest who has logged in is both.
function isOurs(author) {
  const room = document.querySelector("[data-room]");
  return author === live().who || Boolean(room?.dataset.own.split(" ").includes(author));
}

function showOn(place, count) {
  place.hidden = count === 0;
  if (count === 0) return;
  const { one, many } = place.dataset;
  place.querySelector("[data-count]").textContent = shownCount(count);
  place.querySelector("[data-words]").textContent = ` ${fill(count === 1 ? one : many, { count })}`;
}

function show() {
  const { total } = unread;
  for (const place of document.querySelectorAll("[data-unread-total]")) showOn(place, total);
  for (const place of document.querySelectorAll("[data-unread-of]")) {
    if (unread.knows(place.dataset.unreadOf)) showOn(place, unread.of(place.dataset.unreadOf));
  }
  const wanted = total && document.hidden ? `(${shownCount(total)}) ${title}` : title;
  if (document.title !== wanted) document.title = wanted;
}

function arrived({ detail: { stream, seq, kind, author, data } }) {
  if (kind === "message" && !isOurs(author)) unread.arrived(stream, seq);
  else if (kind === "message.deleted") unread.gone(stream, data.of);
  else return;
  show();
}

function read({ detail: { stream, seq } }) {
  unread.read(stream, seq);
  show();
}

document.addEventListener("live:event", arrived);
for (const name of ["live:read", "rooms:read"]) document.addEventListener(name, read);
document.addEventListener("visibilitychange", show);
// The number beside a link is no reason to load a page anew under its reader.
document.addEventListener("live:refused", (event) => "unread" in event.target.dataset && event.preventDefault());
