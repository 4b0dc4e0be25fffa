import assert from "node:assert/strict";
import { test } from "node:test";

const scripts = new URL("../../../shop/catalogue/static/catalogue/", import.meta.url);
const { Heard } = await import(new URL("heard.js", scripts));

const event = (seq, variant, left) => ({ seq, kind: "stock", data: { variant, left } });

test("a part of the page that comes late is told the last word on each variant after its own number", () => {
  const heard = new Heard();
  for (const one of [event(4, 7, 3), event(5, 8, 0), event(6, 7, null)]) heard.keep(one);
  assert.deepEqual(heard.since(3), [
    { seq: 6, variant: 7, left: null },
    { seq: 5, variant: 8, left: 0 },
  ]);
  assert.deepEqual(heard.since(5), [{ seq: 6, variant: 7, left: null }]);
  assert.deepEqual(heard.since(6), []);
});

test("what was heard under other numbers is worth nothing", () => {
  const heard = new Heard();
  heard.keep(event(9, 7, 3));
  heard.forget();
  assert.deepEqual(heard.since(0), []);
});
