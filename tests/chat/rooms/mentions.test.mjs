// Completing a name, and the light markup.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./loading.mjs";

const { candidates, complete, mentionAt } = await load("mentions.js");
const { excerpt, tokens, written } = await load("markup.js");

const vectors = JSON.parse(readFileSync(new URL("vectors/markup.json", import.meta.url)));

for (const { text, tokens: expected } of vectors) {
  test(`markup: ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.deepEqual(tokens(text), expected);
    assert.equal(written(tokens(text)), text, "what is shown can be changed again");
  });
}

test("a name begins with an at sign at the beginning of a word", () => {
  const at = (text) => mentionAt(text, text.length)?.query ?? null;
  assert.equal(at("@"), "");
  assert.equal(at("Hi @ad"), "ad");
  assert.equal(at("(@Ada Lo"), "Ada Lo");
  assert.equal(at("ada@example.com"), null);
  assert.equal(at("@ ada"), null);
  assert.equal(at("@ada\n"), null);
  assert.equal(at("@ada @bo"), "bo");
  assert.equal(at(`@${"x".repeat(41)}`), null);
  assert.deepEqual(mentionAt("Hi @ad, you", 6), { start: 3, query: "ad" });
});

test("people are found by the beginning of any of their names, whatever its case and accents", () => {
  const here = [{ who: "user:1", name: "Ada Lovelace" }, { who: "user:2", name: "Inés" }];
  const spoke = [{ who: "guest:x", name: "Adam" }, { who: "user:1", name: "Ada Lovelace" }, { who: "", name: "" }];
  const names = (query) => candidates(query, [here, spoke], new Set(["user:2"])).map(({ name }) => name);
  assert.deepEqual(names("ad"), ["Ada Lovelace", "Adam"]);
  assert.deepEqual(names("LOVE"), ["Ada Lovelace"]);
  assert.deepEqual(names("ines"), [], "oneself is not mentioned");
  assert.deepEqual(names("ace"), []);
  assert.deepEqual(candidates("ines", [here], new Set()).map(({ who }) => who), ["user:2"]);
});

test("the whole name takes the place of what was typed of it", () => {
  const text = "Hi @ad and so on";
  assert.deepEqual(complete(text, 6, mentionAt(text, 6), "Ada"), { text: "Hi @Ada and so on", caret: 8 });
  assert.deepEqual(complete("@ad", 3, mentionAt("@ad", 3), "Ada"), { text: "@Ada ", caret: 5 });
});

test("an excerpt is one line of words without marks", () => {
  assert.equal(excerpt("Hi *all*\n\n`x` here"), "Hi all x here");
  assert.equal(excerpt("😀".repeat(100)).length, 89 * 2 + 1);
});
