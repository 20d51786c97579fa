// SPDX-License-Identifier: BSD-3-Clause
// One pair of axes in the page's own look: what the views that draw lines, and the image, have in common.

const LINE_WIDTH = 2;
const TEXT_PX = 13; // a whole number: uPlot scales it for sharp screens

// A heading, and axes below it. x and y are {label, range, logarithmic}; what is logarithmic comes as logarithms. `hooks` are uPlot's, called with the plot and the page's look.
function axesPlot(host, {heading, x, y, columns, series, smooth, under, over}) {
  const head = addTo(host, "p", {className: "ns-explorer-axis"});
  addTo(head, "span", {textContent: heading});
  const box = addTo(host, "div", {className: "ns-explorer-plot", role: "img"});
  let look = pageLook(host);

  const font = () => `${TEXT_PX}px ${look.font}`;
  const axis = (scale, more) => ({
    stroke: () => look.ink, font: font(), labelFont: font(), labelGap: 0, gap: 4,
    ticks: {stroke: () => withAlpha(look.ink, 0.4), width: 1, size: 4},
    values: (_, ticks) => ticks.map(signed), ...(scale.logarithmic ? decades : {}), ...more,
  });
  const grid = {stroke: () => withAlpha(look.ink, 0.12), width: 1};
  const plot = new uPlot({
    ...plotSize(host),
    padding: [18, 14, 0, 0],
    cursor: {show: false},
    legend: {show: false},
    scales: {x: {time: false, range: x.range}, y: {range: y.range}},
    axes: [
      axis(x, {label: x.label, labelSize: 20, size: 28, space: 50, grid: {show: false}}),
      axis(y, {label: y.label, labelSize: y.label ? 18 : 0, size: 40, space: 36, grid}),
    ],
    series: [{}, ...series.map((line) => ({
      stroke: () => legible(line.color, look), width: line.width ?? LINE_WIDTH, points: {show: false}, pxAlign: 0,
      paths: line.jumps ? uPlot.paths.stepped({align: -1}) : smooth ? uPlot.paths.spline() : undefined,
      dash: line.dash.map((length) => length * LINE_WIDTH),
    }))],
    hooks: {
      drawClear: [(u) => under?.(onPixels(u), look)],
      draw: [(u) => over?.(onPixels(u), look)],
    },
  }, columns, box);

  const watcher = new ResizeObserver(() => {
    const {width, height} = plotSize(host);
    if (width > 0 && (width !== plot.width || height !== plot.height)) plot.setSize({width, height});
  });
  watcher.observe(host);
  return {
    plot, head, box,
    look: () => look,
    say: (words) => box.setAttribute("aria-label", words),
    redraw: () => plot.redraw(false, false),
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

// What a hook draws with: the canvas in CSS pixels, the area of the axes, and places on it.
function onPixels(u) {
  const ratio = uPlot.pxRatio;
  const {left, top, width, height} = u.bbox;
  const area = {left: left / ratio, top: top / ratio, right: (left + width) / ratio, bottom: (top + height) / ratio};
  return {
    ctx: u.ctx, area,
    x: (value) => u.valToPos(value, "x", true) / ratio,
    y: (value) => u.valToPos(value, "y", true) / ratio,
    draw(paint) {
      u.ctx.save();
      u.ctx.scale(ratio, ratio);
      u.ctx.setLineDash([]);
      u.ctx.lineJoin = "round";
      paint(u.ctx);
      u.ctx.restore();
    },
  };
}

// A phone gets a taller shape than a desk; a panel that shares its row, a flatter one.
function plotSize(host) {
  const width = Math.floor(host.clientWidth);
  const [least, most] = host.dataset.sideBySide > 1 ? [200, 240] : [230, 340];
  return {width, height: Math.round(Math.max(least, Math.min(most, 0.5 * width)))};
}

const signed = (number) => `${number}`.replace("-", "\u2212");

// On an axis of logarithms: a tick for each power of ten (or every second, third ...), named by what it stands for.
const power = (tick) => (tick < -3 ? signed(`1e${tick}`) : `${Number((10 ** tick).toPrecision(1))}`);
const decades = {incrs: [1, 2, 3, 4], values: (_, ticks) => ticks.map(power)};

// A value with as many digits as its axis can show.
function rounded(value, range) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(range[1] - range[0])));
  const text = value.toFixed(digits);
  return signed(Number(text) === 0 ? text.replace("-", "") : text);
}

const evenly = (from, to, number) => Float64Array.from({length: number}, (_, i) => from + ((to - from) * i) / (number - 1));

// The names of lines, written where they run.
function drawLabels(pixels, labels, xs, look) {
  pixels.draw((ctx) => {
    ctx.font = `${TEXT_PX}px ${look.font}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    const {area} = pixels;
    const boxes = placeLabels(labels.filter((label) => label.text).map((label) => ({
      ...label, width: ctx.measureText(label.text).width, x: pixels.x(xs[label.index]), y: pixels.y(label.value),
    })), TEXT_PX * 1.3, {...area, left: area.left + 2, top: 0});
    boxes.filter((box) => box.away).forEach((box) => leader(ctx, box, look));
    ctx.lineWidth = 4;
    for (const box of boxes) {
      ctx.strokeStyle = look.paper;
      ctx.fillStyle = look.ink;
      const baseline = (box.top + box.bottom) / 2;
      ctx.strokeText(box.text, box.left, baseline);
      ctx.fillText(box.text, box.left, baseline);
    }
  });
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

// A straight stroke across the axes.
function stroke(ctx, [x1, y1], [x2, y2], color, width) {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

// The lines' names with a sample of each, for lines that move too fast to carry their names.
function lineKey(head, lines, look) {
  const key = addTo(head, "span", {className: "ns-explorer-key"});
  return lines.map((line) => {
    const item = addTo(key, "span");
    const sample = addTo(item, "canvas", {width: 56, height: 8, "aria-hidden": "true"});
    addTo(item, "span", {textContent: line.label});
    const paint = (look) => {
      const ctx = sample.getContext("2d");
      ctx.clearRect(0, 0, 56, 8);
      ctx.setLineDash(line.dash.map((length) => length * 4));
      stroke(ctx, [0, 4], [56, 4], legible(line.color, look), 4);
    };
    paint(look);
    return paint;
  });
}

// Where the pointer stands on an axis, while it is pressed: the reader drags the cursor of time.
function scrub(view, axis, seek) {
  const {over} = view.plot;
  over.style.touchAction = "pan-y";
  over.style.cursor = "pointer";
  const tell = (event) => {
    const frame = over.getBoundingClientRect();
    seek(view.plot.posToVal(axis === "x" ? event.clientX - frame.left : event.clientY - frame.top, axis));
  };
  over.addEventListener("pointerdown", (event) => (over.setPointerCapture(event.pointerId), tell(event)));
  over.addEventListener("pointermove", (event) => event.buttons && tell(event));
}
