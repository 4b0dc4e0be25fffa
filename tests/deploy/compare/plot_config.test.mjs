import assert from "node:assert/strict";
import { test } from "node:test";

const folder = new URL("../../../deploy/compare/static/compare/", import.meta.url);
const { broken, configure, decade, intervals, scaleOf } = await import(new URL("plot_config.js", folder));

const look = {
  colours: ["red", "blue"],
  ink: { text: "black", muted: "grey", line: "silver" },
  paint: (colour, isHatched) => (isHatched ? `hatched ${colour}` : colour),
  format: String,
  isStill: true,
  isNarrow: false,
};
const series = (name, kind, points) => ({ name, interface: kind, colour: "plot-colour-0", points });
const bars = {
  kind: "bars",
  x: "",
  y: "Requests",
  series: [series("Sync", "wsgi", [[0, 20, 19, 21]]), series("Uvicorn", "asgi", [[0, 900, 900, 900]])],
};
const lines = {
  kind: "lines",
  x: "At once",
  y: "Requests",
  series: [series("Sync", "wsgi", [[1, 10, 9, 11], [4, 20, 19, 21]]), series("Uvicorn", "asgi", [[1, 10, 10, 10], [4, 40, 40, 40]])],
};

test("bars of ASGI are hatched, and all begin at zero", () => {
  const { type, data, options } = configure(bars, look);
  assert.equal(type, "bar");
  assert.deepEqual(data.datasets[0].backgroundColor, ["red", "hatched blue"]);
  assert.deepEqual(data.labels, ["Sync", "Uvicorn"]);
  assert.equal(options.scales.x.beginAtZero, true);
});

test("lines of ASGI are dashed, and every line has a mark of its own", () => {
  const { data } = configure(lines, look);
  assert.deepEqual(data.datasets.map(({ borderDash }) => borderDash.length > 0), [false, true]);
  assert.notEqual(data.datasets[0].pointStyle, data.datasets[1].pointStyle);
  assert.deepEqual(data.datasets[1].data, [{ x: 1, y: 10 }, { x: 4, y: 40 }]);
});

test("an axis of few places names each of them", () => {
  const scale = {};
  configure(lines, look).options.scales.x.afterBuildTicks(scale);
  assert.deepEqual(scale.ticks, [{ value: 1 }, { value: 4 }]);
});

test("a scale with a zero on it is not logarithmic", () => {
  assert.equal(scaleOf(lines, 1), "logarithmic");
  assert.equal(scaleOf({ series: [series("a", "wsgi", [[1, 0, 0, 0]])] }, 1), "linear");
});

test("of each decade one, two and five are written", () => {
  const written = [1, 2, 3, 5, 7, 10, 20, 90, 0.5, 0.03, 2000, 0, -1].map((value) => decade(value, String));
  assert.deepEqual(written, ["1", "2", "", "5", "", "10", "20", "", "0.5", "", "2000", "", ""]);
});

test("a tooltip tells the interval, where there is one", () => {
  const { label } = configure(bars, look).options.plugins.tooltip.callbacks;
  const item = (dataIndex) => ({ datasetIndex: 0, dataIndex, dataset: {} });
  assert.equal(label(item(0)), "20 (19–21)");
  assert.equal(label(item(1)), "900");
});

test("each point's interval is known to the one who draws it", () => {
  assert.deepEqual(intervals(bars), [[[20, 19, 21], [900, 900, 900]]]);
  assert.deepEqual(intervals(lines)[0], [[10, 9, 11], [20, 19, 21]]);
});

test("whoever asked for less motion gets none", () => {
  assert.equal(configure(bars, look).options.animation, false);
  assert.equal(configure(bars, { ...look, isStill: false }).options.animation.duration > 0, true);
});

test("on a narrow screen a long name takes several lines", () => {
  assert.deepEqual(broken("Daphne as this project runs it"), ["Daphne as this", "project runs it"]);
  assert.equal(broken("Uvicorn"), "Uvicorn");
  assert.deepEqual(broken("Averyveryverylongword x"), ["Averyveryverylongword", "x"]);
});
