// SPDX-License-Identifier: BSD-3-Clause
// The view "plane": one quantity over another. Its channels: the curves, the two of the path, and the three of the points.

function plane(host, view, spec) {
  const x = evenly(view.xRange[0], view.xRange[1], view.samples);
  const nothing = view.lines.map(() => Array.from(x, () => null));
  const color = (look) => legible(view.pathColor, look);
  let labels = [], path = null, points = null, sample = spec.time.moment;
  const axes = axesPlot(host, {
    heading: view.label, x: {label: view.xLabel, range: view.xRange}, y: {range: view.range},
    columns: [x, ...nothing], series: view.lines,
    over(pixels, look) {
      pixels.draw((ctx) => {
        const {left, top, right, bottom} = pixels.area;
        ctx.beginPath();
        ctx.rect(left - 5, top - 5, right - left + 10, bottom - top + 10);
        ctx.clip();
        if (path) trace(ctx, pixels, look);
        if (points) mark(ctx, pixels, look);
      });
      drawLabels(pixels, labels, x, look);
    },
  });

  // All of the way faintly, what has been gone of it in full, and a dot where the run is.
  function trace(ctx, pixels, look) {
    const [xs, ys] = path.map((values, k) => Array.from(values, k ? pixels.y : pixels.x));
    const way = (end, style, width) => {
      ctx.beginPath();
      for (let i = 0; i <= end; i++) ctx.lineTo(xs[i], ys[i]);
      ctx.strokeStyle = style;
      ctx.lineWidth = width;
      ctx.stroke();
    };
    way(xs.length - 1, withAlpha(color(look), sample === undefined ? 1 : 0.5), 1.2);
    ctx.fillStyle = color(look);
    ctx.fillRect(xs[0] - 3, ys[0] - 3, 6, 6); // where it starts
    if (sample === undefined) return;
    way(sample, color(look), LINE_WIDTH);
    dot(ctx, xs[sample], ys[sample], color(look), look.paper);
  }

  function mark(ctx, pixels, look) {
    const [xs, ys, full] = points;
    xs.forEach((value, i) => {
      if (!Number.isNaN(value)) dot(ctx, pixels.x(value), pixels.y(ys[i]), full[i] > 0.5 ? look.ink : look.paper, look.ink);
    });
  }

  return {
    size: view.lines.length + (view.path ? 2 : 0) + (view.points ? 3 : 0),
    draw(fresh) {
      const curves = fresh.slice(0, view.lines.length), more = fresh.slice(view.lines.length);
      path = view.path ? more.slice(0, 2) : null;
      points = view.points ? more.slice(-3) : null;
      const seen = (value) => (value >= view.range[0] && value <= view.range[1] ? value : NaN);
      labels = lineLabels(curves.map((values) => values.map(seen)), view.lines, view.range);
      axes.plot.setData([x, ...curves.map((values) => Array.from(values, (v) => (Number.isNaN(v) ? null : v)))], false);
      axes.plot.redraw(true, false);
    },
    at(number) {
      sample = number;
      axes.redraw();
    },
    describe(sentence) {
      axes.say(`${view.label} over ${view.xLabel}: ${view.lines.map((line) => line.label).join(", ")}. ${sentence}`);
    },
    restyle: axes.restyle,
    destroy: axes.destroy,
  };
}
