// A Chart.js plugin: the 95 % interval of each point, as a line with two ends.

const END = 4;

export const intervals = {
  id: "intervals",
  afterDatasetsDraw(chart, _arguments, { rows, colour }) {
    const { ctx, scales, options } = chart;
    const isSideways = options.indexAxis === "y";
    const along = isSideways ? scales.x : scales.y;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1;
    (rows ?? []).forEach((row, index) => {
      if (!chart.isDatasetVisible(index)) return;
      chart.getDatasetMeta(index).data.forEach((element, place) => {
        const [, low, high] = row[place] ?? [];
        if (low === undefined || low === high) return;
        draw(ctx, along.getPixelForValue(low), along.getPixelForValue(high), element, isSideways);
      });
    });
    ctx.restore();
  },
};

function draw(ctx, from, to, { x, y }, isSideways) {
  const point = (along, across) => (isSideways ? [along, y + across] : [x + across, along]);
  ctx.beginPath();
  ctx.moveTo(...point(from, 0));
  ctx.lineTo(...point(to, 0));
  for (const end of [from, to]) {
    ctx.moveTo(...point(end, -END));
    ctx.lineTo(...point(end, END));
  }
  ctx.stroke();
}
