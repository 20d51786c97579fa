// SPDX-License-Identifier: BSD-3-Clause
// The view "time-series": signals over time on one pair of axes, with a cursor where the explorer has a time control.

// Every kind of view is a function (host, view, spec, seek) -> {size, draw(columns, cell), at(sample), describe(sentence),
// restyle(), destroy()}: `size` is the number of channels that it draws, `at` shows one instant, and `seek` is called
// with a time that the reader points at.
const VIEWS = {"time-series": timeSeries, "space-profile": spaceProfile, "space-time-map": spaceTimeMap, summary, plane};

function timeSeries(host, view, spec, seek) {
  const {from, to, unit, samples, moment} = spec.time;
  const time = evenly(from, to, samples);
  let labels = [], columns = [], sample = moment;
  const axes = axesPlot(host, {
    heading: view.label, x: {label: `Time (${unit})`, range: [from, to]}, y: {range: view.range},
    columns: [time, ...view.lines.map(() => time.map(() => NaN))], series: view.lines,
    over(pixels, look) {
      if (sample !== undefined) cursor(pixels, look);
      drawLabels(pixels, labels, time, look);
    },
  });
  const readout = addTo(axes.head, "span", {className: "ns-explorer-readout", "aria-hidden": "true"});
  if (moment !== undefined) scrub(axes, "x", seek);

  function cursor(pixels, look) {
    const x = pixels.x(time[sample]);
    pixels.draw((ctx) => {
      stroke(ctx, [x, pixels.area.top], [x, pixels.area.bottom], withAlpha(look.ink, 0.55), 1);
      columns.forEach((values, i) => dot(ctx, x, pixels.y(values[sample]), legible(view.lines[i].color, look), look.paper));
    });
  }

  function tell() {
    if (sample === undefined || !columns.length) return;
    readout.textContent = view.lines.map((line, i) => `${line.label} ${rounded(columns[i][sample], view.range)}`).join("  ");
  }

  return {
    size: view.lines.length,
    draw(fresh) {
      columns = fresh;
      labels = lineLabels(columns, view.lines, view.range);
      axes.plot.setData([time, ...columns], false);
      axes.plot.redraw(true, false);
      tell();
    },
    at(number) {
      sample = number;
      tell();
      axes.redraw();
    },
    describe(sentence) {
      const names = view.lines.map((line) => line.label).filter(Boolean).join(", ");
      axes.say(`${view.label} over time${names && `: ${names}`}. ${sentence}`);
    },
    restyle: axes.restyle,
    destroy: axes.destroy,
  };
}

function dot(ctx, x, y, color, paper) {
  ctx.beginPath();
  ctx.arc(x, y, 4, 0, 2 * Math.PI);
  ctx.fillStyle = color;
  ctx.fill();
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = paper;
  ctx.stroke();
}
