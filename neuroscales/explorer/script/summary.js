// SPDX-License-Identifier: BSD-3-Clause
// The view "summary": a number measured in every run, over all values of one control. The run that is shown has a dot.

function summary(host, view) {
  const {x, control, logarithmic} = view;
  let numbers = [], here = 0;
  const margin = 0.02 * (x.at(-1) - x[0]);
  const axes = axesPlot(host, {
    heading: view.label, x: {label: view.xLabel, range: [x[0] - margin, x.at(-1) + margin], logarithmic},
    y: {range: view.range, logarithmic},
    columns: [x, x.map(() => null)], series: view.lines,
    over(pixels, look) {
      const at = pixels.x(x[here]);
      pixels.draw((ctx) => {
        stroke(ctx, [at, pixels.area.top], [at, pixels.area.bottom], withAlpha(look.ink, 0.55), 1);
        if (numbers[here] !== null) dot(ctx, at, pixels.y(numbers[here]), legible(view.lines[0].color, look), look.paper);
      });
    },
  });
  const readout = addTo(axes.head, "span", {className: "ns-explorer-readout"});
  const told = (number) => (logarithmic ? `${Number((10 ** number).toPrecision(2))}` : rounded(number, view.range));
  return {
    size: 1,
    draw([fresh], cell) {
      numbers = Array.from(fresh, (number) => (Number.isNaN(number) ? null : number));
      here = cell[control];
      readout.textContent = numbers[here] === null ? "none" : told(numbers[here]);
      axes.plot.setData([x, numbers], false);
      axes.plot.redraw(true, false);
    },
    at() {},
    describe(sentence) {
      axes.say(`${view.label} over ${view.xLabel}; here ${readout.textContent}. ${sentence}`);
    },
    restyle: axes.restyle,
    destroy: axes.destroy,
  };
}
