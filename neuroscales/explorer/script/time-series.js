// SPDX-License-Identifier: BSD-3-Clause
// The view "time-series": signals over time on one pair of axes.

// Every kind of view is a function (host, view, spec) -> {size, draw(columns), describe(sentence), restyle(), destroy()}:
// `size` is the number of channels that it draws.
const VIEWS = {"time-series": timeSeries};

const LINE_WIDTH = 2;
const TEXT_PX = 13; // a whole number: uPlot scales it for sharp screens

function timeSeries(host, view, spec) {
  const {from, to, unit, samples} = spec.time;
  const time = Float64Array.from({length: samples}, (_, i) => from + ((to - from) * i) / (samples - 1));
  const heading = addTo(host, "p", {className: "ns-explorer-axis", textContent: view.label});
  const box = addTo(host, "div", {className: "ns-explorer-plot", role: "img"});
  let look = pageLook(host);
  let labels = [];

  const font = () => `${TEXT_PX}px ${look.font}`;
  const axis = (more) => ({
    stroke: () => look.ink, font: font(), labelFont: font(), labelGap: 0, gap: 4,
    ticks: {stroke: () => withAlpha(look.ink, 0.4), width: 1, size: 4}, ...more,
  });
  const grid = {stroke: () => withAlpha(look.ink, 0.12), width: 1};
  const plot = new uPlot({
    ...plotSize(host),
    padding: [18, 10, 0, 0],
    cursor: {show: false},
    legend: {show: false},
    scales: {x: {time: false, range: [from, to]}, y: {range: view.range}},
    axes: [
      axis({label: `Time (${unit})`, labelSize: 20, size: 28, space: 60, grid: {show: false}}),
      axis({size: 40, space: 40, grid, values: (_, ticks) => ticks.map((v) => `${v}`.replace("-", "\u2212"))}),
    ],
    series: [{}, ...view.lines.map((line) => ({
      stroke: () => legible(line.color, look), width: LINE_WIDTH, points: {show: false}, pxAlign: 0,
      dash: line.dash.map((length) => length * LINE_WIDTH),
    }))],
    hooks: {draw: [(u) => drawLabels(u, labels, look)]},
  }, [time, ...view.lines.map(() => time.map(() => NaN))], box);

  const watcher = new ResizeObserver(() => {
    const {width, height} = plotSize(host);
    if (width > 0 && (width !== plot.width || height !== plot.height)) plot.setSize({width, height});
  });
  watcher.observe(host);
  return {
    size: view.lines.length,
    draw(columns) {
      labels = lineLabels(columns, view.lines, view.range);
      plot.setData([time, ...columns], false);
      plot.redraw(true, false);
    },
    describe(sentence) {
      const names = view.lines.map((line) => line.label).filter(Boolean).join(", ");
      box.setAttribute("aria-label", `${heading.textContent} over time${names && `: ${names}`}. ${sentence}`);
    },
    restyle() {
      look = pageLook(host);
      plot.redraw(false, true);
    },
    destroy() {
      watcher.disconnect();
      plot.destroy();
    },
  };
}

// A phone gets a taller shape than a desk.
function plotSize(host) {
  const width = Math.floor(host.clientWidth);
  return {width, height: Math.round(Math.max(230, Math.min(340, 0.5 * width)))};
}

function drawLabels(u, labels, look) {
  const ratio = uPlot.pxRatio;
  const {ctx, bbox} = u;
  ctx.save();
  ctx.scale(ratio, ratio);
  ctx.font = `${TEXT_PX}px ${look.font}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  const css = (px) => px / ratio;
  const boxes = placeLabels(labels.filter((label) => label.text).map((label) => ({
    ...label,
    width: ctx.measureText(label.text).width,
    x: css(u.valToPos(u.data[0][label.index], "x", true)),
    y: css(u.valToPos(label.value, "y", true)),
  })), TEXT_PX * 1.3, {
    left: css(bbox.left) + 2, right: css(bbox.left + bbox.width), top: 0, bottom: css(bbox.top + bbox.height),
  });
  ctx.setLineDash([]);
  ctx.lineJoin = "round";
  boxes.filter((box) => box.away).forEach((box) => leader(ctx, box, look));
  ctx.lineWidth = 4;
  for (const box of boxes) {
    ctx.strokeStyle = look.paper;
    ctx.fillStyle = look.ink;
    const baseline = (box.top + box.bottom) / 2;
    ctx.strokeText(box.text, box.left, baseline);
    ctx.fillText(box.text, box.left, baseline);
  }
  ctx.restore();
}

// A thin stroke from a label that had to move away to its line.
function leader(ctx, box, look) {
  const x = Math.max(box.left + 4, Math.min(box.right - 4, box.x));
  ctx.lineWidth = 1;
  ctx.strokeStyle = withAlpha(look.ink, 0.45);
  ctx.beginPath();
  ctx.moveTo(x, box.above ? box.bottom : box.top);
  ctx.lineTo(box.x, box.y + (box.above ? -3 : 3));
  ctx.stroke();
}
