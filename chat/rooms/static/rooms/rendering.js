// Light markup on the page, built node by node: nothing that somebody said becomes HTML.
import { tokens, written } from "./markup.js";

const KINDS = { CODE: "code", STRONG: "strong", EM: "em", A: "link" };

export function render(element, text) {
  element.replaceChildren(...tokens(text).map(nodeOf));
}

// What was typed, of what is shown: here, or by the server's shown_text.
export function typed(element) {
  return written([...element.childNodes].map((node) => [KINDS[node.nodeName] ?? "text", node.textContent]));
}

function nodeOf([kind, part]) {
  if (kind === "text") return document.createTextNode(part);
  const node = document.createElement(kind === "link" ? "a" : kind);
  if (kind === "link") Object.assign(node, { href: part, target: "_blank", rel: "nofollow noopener ugc" });
  node.textContent = part;
  return node;
}
