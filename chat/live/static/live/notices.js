// What a person is told wherever in the shop they are. Pure: gives {text, url}, or null for what is no news to them.
import { fill } from "./words.js";

const SENTENCES = { "chat.mention": "mention", "chat.reply": "reply" };

export function noticeOf({ kind, data }, words) {
  if (!data) return null;
  const sentence = SENTENCES[kind];
  const text = sentence ? fill(words[sentence], data) : data.text;
  return typeof text === "string" && text ? { text, url: data.url } : null;
}
