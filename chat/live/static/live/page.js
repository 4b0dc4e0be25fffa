// The page's side of the live socket: elements with data-live-stream are followed, and hear of it by
// the events live:event ({stream, seq, kind, data, …}) and live:reset. Everything else is the page's own matter.
import { Connection } from "./connection.js";
import { showToast } from "./toasts.js";

const SELECTOR = "[data-live-stream]";
const RENEW_AFTER_MS = 60_000;
const followers = new Map();
let connection = null;

// The one socket of this page, opened by its first user.
export function live() {
  connection ??= new Connection(socketAddress());
  return connection;
}

function socketAddress() {
  const elsewhere = document.querySelector('meta[name="live-url"]')?.content;
  const url = new URL(elsewhere || location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.search = url.hash = "";
  url.pathname = "/ws/";
  return url.href;
}

function tell(stream, name, detail) {
  for (const element of followers.get(stream) ?? []) {
    element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { stream, ...detail } }));
  }
}

function attach(element) {
  const { liveStream: stream, liveTicket: ticket, liveEpoch: epoch, liveSeq: seq } = element.dataset;
  if (!stream) return;
  const others = followers.get(stream);
  if (others) return void others.add(element);
  followers.set(stream, new Set([element]));
  live().follow(stream, {
    ticket,
    epoch: epoch || null,
    seq: seq ? Number(seq) : null,
    onEvent(event) {
      tell(stream, "live:event", event);
      if (stream.startsWith("user:") && event.data?.text) showToast(event.data);
    },
    onReset: () => tell(stream, "live:reset", {}),
    onRefused: () => ticket && renew(),
  });
}

// A ticket lasts a day. Who comes back later gets a new one with the page, or hears why not; but never in a circle.
function renew() {
  if (performance.now() > RENEW_AFTER_MS) location.reload();
}

function detach(element) {
  const stream = element.dataset.liveStream;
  const elements = followers.get(stream);
  if (!elements?.delete(element) || elements.size) return;
  followers.delete(stream);
  live().unfollow(stream);
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

each(document.documentElement, attach);
new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
