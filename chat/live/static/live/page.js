// The page's side of the live connection: elements with data-live-stream are followed, and hear of it by the events
// live:event ({stream, seq, kind, data, …}), live:reset, live:refused ({code}; unless it is prevented, the page is
// loaded anew) and live:typing, live:presence, live:read. Everything else is the page's own matter.
import { watchAttention } from "./attention.js";
import { Connection } from "./connection.js";
import { eventsWay } from "./events.js";
import { noticeOf } from "./notices.js";
import { pollWay } from "./poll.js";
import { socketWay } from "./socket.js";
import { tabStorage } from "./storage.js";
import { showToast } from "./toasts.js";

const SELECTOR = "[data-live-stream]";
const RENEW_AFTER_MS = 60_000;
const PERSONAL = /^(user|guest):/;
const followers = new Map();
let connection = null;

// The one connection of this page, opened by its first user.
export function live() {
  if (connection === null) {
    connection = new Connection(waysHere(), { storage: tabStorage() });
    watchAttention((isAway) => connection.away(isAway));
  }
  return connection;
}

function waysHere() {
  return [
    ...(globalThis.WebSocket ? [socketWay(socketAddress())] : []),
    ...(globalThis.EventSource ? [eventsWay()] : []),
    pollWay(),
  ];
}

function socketAddress() {
  const elsewhere = document.querySelector('meta[name="live-url"]')?.content;
  const url = new URL(elsewhere || location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.search = url.hash = "";
  url.pathname = "/ws/";
  return url.href;
}

// Gives those of its followers who did not prevent what would follow.
function tell(stream, name, detail = {}) {
  const news = () => new CustomEvent(name, { bubbles: true, cancelable: true, detail: { ...detail, stream } });
  return [...(followers.get(stream) ?? [])].filter((element) => element.dispatchEvent(news()));
}

function attach(element) {
  const { liveStream: stream, liveSeq: seq, liveHere: here } = element.dataset;
  const others = followers.get(stream);
  if (!stream || others?.has(element)) return;
  followers.set(stream, new Set([...(others ?? []), element]));
  // Who joins the others from a state of its own misses nothing, and who has none joins them where they are.
  if (!others || seq || here !== undefined) follow(stream, placeOf(element.dataset));
}

function placeOf({ liveTicket: ticket, liveEpoch: epoch, liveSeq: seq, liveHere: here }) {
  const state = seq ? { epoch, seq: Number(seq) } : {};
  return { ...state, ...(ticket && { ticket }), ...(here !== undefined && { here: true }) };
}

function follow(stream, place) {
  live().follow(stream, {
    ...place,
    onEvent(event) {
      tell(stream, "live:event", event);
      if (PERSONAL.test(stream)) notify(event);
    },
    onReset: () => tell(stream, "live:reset"),
    onRefused: (code) => refused(stream, code),
    onSign: ({ t, ...sign }) => tell(stream, `live:${t}`, sign),
  });
}

// Whoever shows the very thing that it is about prevents it.
function notify(event) {
  const list = document.getElementById("toasts");
  const notice = list && noticeOf(event, list.dataset);
  if (!notice) return;
  const news = new CustomEvent("live:notice", { bubbles: true, cancelable: true, detail: notice });
  if (list.dispatchEvent(news)) showToast(notice);
}

// A ticket lasts a day, and a right may end. Who shows a state that can be followed no more gets it anew with the page,
// or hears why not; but never in a circle.
function refused(stream, code) {
  const left = tell(stream, "live:refused", { code });
  followers.delete(stream);
  const showsState = left.some((element) => element.dataset.liveSeq);
  if (showsState && code === "forbidden" && performance.now() > RENEW_AFTER_MS) location.reload();
}

function detach(element) {
  const { liveStream: stream, liveHere: here } = element.dataset;
  const elements = followers.get(stream);
  if (!elements?.delete(element)) return;
  if (!elements.size) {
    followers.delete(stream);
    live().unfollow(stream);
  } else if (here !== undefined && ![...elements].some((other) => "liveHere" in other.dataset)) {
    follow(stream, { here: false });
  }
}

function each(node, action) {
  if (!(node instanceof Element)) return;
  if (node.matches(SELECTOR)) action(node);
  node.querySelectorAll(SELECTOR).forEach(action);
}

// htmx swaps parts of the page: what is new joins before what is gone leaves, so that a stream goes on.
function watch(records) {
  for (const { addedNodes } of records) addedNodes.forEach((node) => each(node, attach));
  for (const { removedNodes } of records) {
    removedNodes.forEach((node) => each(node, (element) => element.isConnected || detach(element)));
  }
}

function begin() {
  each(document.documentElement, attach);
  new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
}

// After all scripts of the page have begun to listen: what comes earlier would be told to nobody.
if (document.readyState === "complete") begin();
else addEventListener("DOMContentLoaded", begin, { once: true });
