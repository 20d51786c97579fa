// SPDX-License-Identifier: BSD-3-Clause
// The views along a cable. "space-profile": signals over place, at one instant; "space-time-map": one signal as an image.
// Their channels are sheets: for each place all samples in time.

function spaceProfile(host, view, spec) {
  const {samples, moment, from, to, unit} = spec.time;
  const place = evenly(0, view.length, view.places);
  const time = evenly(from, to, samples);
  let sheets = [], sample = moment, told = "";
  const axes = axesPlot(host, {
    heading: view.label, x: {label: view.xLabel, range: [0, view.length]}, y: {range: view.range}, smooth: view.smooth,
    columns: [place, ...view.lines.map(() => place.map(() => NaN))], series: view.lines,
  });
  const keys = view.lines.length > 1 ? lineKey(axes.head, view.lines, axes.look()) : [];

  function show() {
    if (!sheets.length) return;
    axes.plot.setData([place, ...sheets.map((sheet) => place.map((_, p) => sheet[p * samples + sample]))], false);
    axes.plot.redraw(true, false);
  }

  function say() {
    axes.say(`${view.label} along the length at ${rounded(time[sample], [from, to])} ${unit}. ${told}`);
  }

  return {
    size: view.lines.length,
    draw(fresh) {
      sheets = fresh;
      show();
    },
    at(number) {
      sample = number;
      show();
      say();
    },
    describe(sentence) {
      told = sentence;
      say();
    },
    restyle() {
      axes.restyle();
      keys.forEach((paint) => paint(axes.look()));
    },
    destroy: axes.destroy,
  };
}

function spaceTimeMap(host, view, spec, seek) {
  const {samples, moment, from, to, unit} = spec.time;
  const time = evenly(from, to, samples);
  const image = document.createElement("canvas");
  Object.assign(image, {width: view.places, height: samples});
  const colors = view.colors.map(colorBytes);
  let sample = moment;
  const axes = axesPlot(host, {
    heading: view.label, x: {label: view.xLabel, range: [0, view.length]},
    y: {label: `Time (${unit})`, range: [from, to]}, columns: [[0, view.length], [from, from]],
    series: [{color: "transparent", dash: [], width: 0}], under: paint, over: cursor,
  });
  colorScale(axes.head, view);
  scrub(axes, "y", seek);

  function paint(pixels) {
    const {left, top, right, bottom} = pixels.area;
    // Samples stand at the middle of the image's pixels; the axes end at the first and the last.
    pixels.draw((ctx) => ctx.drawImage(image, 0.5, 0.5, view.places - 1, samples - 1, left, top, right - left, bottom - top));
  }

  function cursor(pixels) {
    const y = pixels.y(time[sample]);
    pixels.draw((ctx) => [["black", 4], ["white", 2]].forEach(
      ([color, width]) => stroke(ctx, [pixels.area.left, y], [pixels.area.right, y], color, width)));
  }

  function color(value) {
    const share = (value - view.range[0]) / (view.range[1] - view.range[0]);
    const at = Math.max(0, Math.min(1, share)) * (colors.length - 1);
    const low = Math.min(Math.floor(at), colors.length - 2);
    return colors[low].map((c, k) => c + (at - low) * (colors[low + 1][k] - c));
  }

  return {
    size: 1,
    draw([sheet]) {
      const ctx = image.getContext("2d");
      const pixels = ctx.createImageData(view.places, samples);
      for (let p = 0; p < view.places; p++) {
        for (let i = 0; i < samples; i++) {
          pixels.data.set(color(sheet[p * samples + i]), 4 * ((samples - 1 - i) * view.places + p)); // time runs upward
        }
      }
      ctx.putImageData(pixels, 0, 0);
      axes.redraw();
    },
    at(number) {
      sample = number;
      axes.redraw();
    },
    describe: (sentence) => axes.say(`${view.label} in color, over place and time. ${sentence}`),
    restyle: axes.restyle,
    destroy: axes.destroy,
  };
}

function colorScale(head, view) {
  const scale = addTo(head, "span", {className: "ns-explorer-scale"});
  addTo(scale, "span", {textContent: signed(view.range[0])});
  addTo(scale, "span", {className: "ns-explorer-colors"}).style.background = `linear-gradient(to right, ${view.colors})`;
  addTo(scale, "span", {textContent: signed(view.range[1])});
}
