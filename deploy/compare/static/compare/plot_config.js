// From a plot's numbers to what Chart.js is told. Pure: no document, no window.

const MARKS = ["circle", "rect", "triangle", "rectRot", "star", "crossRot"];
const WSGI_DASH = [];
const ASGI_DASH = [6, 4];

/** Middle, low and high of each drawn point, by series: what the intervals are drawn from. */
export function intervals(data) {
  if (data.kind === "bars") return [data.series.map(({ points }) => points[0].slice(1))];
  return data.series.map(({ points }) => points.map((point) => point.slice(1)));
}

/** `colours` are one a series; `paint(colour, isHatched)` makes a bar's fill; `format` writes a number. */
export function configure(data, { colours, ink, paint, format, isStill, isNarrow }) {
  const make = data.kind === "bars" ? bars : lines;
  const { datasets, labels, options } = make(data, { colours, paint, isNarrow });
  return {
    type: data.kind === "bars" ? "bar" : "line",
    data: { labels, datasets },
    options: {
      ...options,
      animation: isStill ? false : { duration: 300 },
      maintainAspectRatio: false,
      color: ink.text,
      scales: scales(data, ink, format),
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { label: (item) => label(data, item, format) } },
        intervals: { rows: intervals(data), colour: ink.text },
      },
    },
  };
}

function bars(data, { colours, paint, isNarrow }) {
  return {
    labels: data.series.map(({ name }) => (isNarrow ? broken(name) : name)),
    datasets: [
      {
        data: data.series.map(({ points }) => points[0][1]),
        backgroundColor: data.series.map(({ interface: kind }, index) => paint(colours[index], kind === "asgi")),
        borderColor: colours,
        borderWidth: 1.5,
        maxBarThickness: 28,
      },
    ],
    options: { indexAxis: "y" },
  };
}

const NARROW_LENGTH = 16;

/** A name in several lines, which Chart.js takes as a list. */
export function broken(name) {
  const lines = [""];
  for (const word of name.split(" ")) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length > NARROW_LENGTH && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines.length > 1 ? lines : name;
}

function lines(data, { colours }) {
  return {
    labels: undefined,
    datasets: data.series.map(({ name, interface: kind, points }, index) => ({
      label: name,
      data: points.map(([x, y]) => ({ x, y })),
      borderColor: colours[index],
      backgroundColor: colours[index],
      borderWidth: 2,
      borderDash: kind === "asgi" ? ASGI_DASH : WSGI_DASH,
      pointStyle: MARKS[index % MARKS.length],
      pointRadius: 4,
      pointHoverRadius: 6,
    })),
    options: { interaction: { mode: "nearest", intersect: false } },
  };
}

function scales(data, ink, format) {
  const isBars = data.kind === "bars";
  const axis = (title, type) => ({
    type,
    title: { display: Boolean(title), text: title, color: ink.muted },
    // A line where a number stands, and no other.
    grid: { color: ({ tick }) => (tick?.label ? ink.line : "transparent") },
    border: { color: ink.line },
    ticks: { color: ink.muted, callback: (value) => (type === "logarithmic" ? decade(value, format) : format(value)) },
  });
  if (!isBars) return { x: across(axis(data.x, scaleOf(data, 0)), data, format), y: axis(data.y, scaleOf(data, 1)) };
  const names = { ...axis("", "category"), grid: { display: false } };
  // Chart.js writes the names of a category itself; shortened, they would be nothing.
  names.ticks = { color: ink.text, autoSkip: false };
  return { x: { ...axis(data.y, "linear"), beginAtZero: true }, y: names };
}

const MOST_TICKS = 8;

/** Where all lines have their points at the same few places, these are what the axis names. */
function across(axis, data, format) {
  const places = [...new Set(data.series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  if (places.length > MOST_TICKS) return axis;
  const afterBuildTicks = (scale) => {
    scale.ticks = places.map((value) => ({ value }));
  };
  return { ...axis, afterBuildTicks, ticks: { ...axis.ticks, autoSkip: false, callback: (value) => format(value) } };
}

/** Factors are seen on a logarithmic scale, which knows no zero. */
export function scaleOf(data, place) {
  return data.series.every(({ points }) => points.every((point) => point[place] > 0)) ? "logarithmic" : "linear";
}

/** On a logarithmic scale only 1, 2 and 5 of each decade are written, or numbers would stand on numbers. */
export function decade(value, format) {
  if (value <= 0) return "";
  const lead = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 5].some((digit) => Math.abs(lead - digit) < 1e-6) ? format(value) : "";
}

function label(data, { datasetIndex, dataIndex, dataset }, format) {
  const isBars = data.kind === "bars";
  const series = data.series[isBars ? dataIndex : datasetIndex];
  const [x, middle, low, high] = series.points[isBars ? 0 : dataIndex];
  const figure = low === high ? format(middle) : `${format(middle)} (${format(low)}–${format(high)})`;
  return isBars ? figure : `${dataset.label}: ${format(x)} → ${figure}`;
}
