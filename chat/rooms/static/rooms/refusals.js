// Why something was not done, in the page's words. Pure.
import { shortMomentOf } from "./moments.js";
import { fill } from "../live/words.js";

// The same again would be refused again: only another text helps, or nothing.
const FINAL = new Set(["text_empty", "text_long", "text_control", "too_large", "cid_used", "not_yours", "gone"]);

export function refusalOf({ code, until }, strings) {
  const word = code === "muted" && !until ? "MutedForGood" : camel(code);
  const sentence = strings[`refused${word}`] ?? strings.refusedInternal;
  const moment = until ? shortMomentOf(new Date(until)) : "";
  return { sentence: fill(sentence, { moment }), isFinal: FINAL.has(code) };
}

const camel = (code) => code.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
