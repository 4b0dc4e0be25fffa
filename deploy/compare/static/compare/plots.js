// Draws each plot of the page from the JSON beside it, in the colours of the style sheet.
import { intervals } from "./intervals.js";
import { configure } from "./plot_config.js";

const { Chart } = globalThis;
const language = document.documentElement.lang || "en";
const numbers = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
const format = (value) => numbers.format(value);
const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A custom property may be `light-dark(…)`; what an element with it comes to is a plain colour. */
function colourOf(property) {
  const probe = document.createElement("span");
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const NARROW_PIXELS = 560;

function look(data, width) {
  const own = { wsgi: "--plot-wsgi", asgi: "--plot-asgi" };
  return {
    colours: data.series.map((series) =>
      colourOf(data.kind === "bars" ? (own[series.interface] ?? "--plot-site") : `--${series.colour}`),
    ),
    ink: { text: colourOf("--color-text"), muted: colourOf("--color-muted"), line: colourOf("--color-line") },
    paint,
    format,
    isStill,
    isNarrow: width < NARROW_PIXELS,
  };
}

/** WSGI is filled, ASGI is hatched: colour is never the only sign. */
function paint(colour, isHatched) {
  if (!isHatched) return colour;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const ctx = tile.getContext("2d");
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2;
  ctx.beginPath();
  for (const start of [-8, 0, 8]) {
    ctx.moveTo(start - 1, 9);
    ctx.lineTo(start + 9, -1);
  }
  ctx.stroke();
  return ctx.createPattern(tile, "repeat");
}

function show(box) {
  const data = JSON.parse(document.getElementById(box.dataset.plot).textContent);
  const canvas = box.querySelector("canvas");
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const chart = new Chart(canvas, { ...configure(data, look(data, box.clientWidth)), plugins: [intervals] });
  for (const button of box.closest(".plot").querySelectorAll("[data-series]")) {
    button.addEventListener("click", () => toggle(chart, button));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    const { data: content, options } = configure(data, look(data, box.clientWidth));
    content.datasets.forEach((dataset, index) => Object.assign(chart.data.datasets[index], dataset));
    chart.options = { ...options, animation: false };
    chart.update("none");
  });
}

function toggle(chart, button) {
  const index = Number(button.dataset.series);
  const isShown = !chart.isDatasetVisible(index);
  chart.setDatasetVisibility(index, isShown);
  button.setAttribute("aria-pressed", String(isShown));
  chart.update(isStill ? "none" : undefined);
}

// Fonts first: a canvas does not draw anew when they come.
document.fonts.ready.then(() => document.querySelectorAll("[data-plot]").forEach(show));
