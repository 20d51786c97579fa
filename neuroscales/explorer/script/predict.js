// SPDX-License-Identifier: BSD-3-Clause
// Predict first: empty axes, the reader's curve, then the simulated one over it. Nothing is kept and nothing is sent.

const CLOSE = 0.05; // of the vertical axis' range: so near is well predicted
const PROMINENT = 0.2;
const REVEAL_MS = 900;

function showPredict(host, spec, ready = () => {}) {
  return whenLaidOut(host, () => predictPanel(host, spec, ready));
}

function predictPanel(host, spec, ready) {
  const id = `ns-predict-${++explorers}`;
  const panel = addTo(host, "div", {className: "ns-explorer-live", role: "group", "aria-labelledby": `${id}-question`});
  addTo(panel, "p", {className: "ns-explorer-title", id: `${id}-question`, textContent: spec.question});
  if (spec.hint) fold(panel, "A hint", spec.hint);
  const stage = addTo(panel, "div", {className: "ns-explorer-stage"});
  const drawing = new Drawing(spec);
  const axes = predictAxes(addTo(stage, "div"), spec, drawing, () => placeHandles());
  const handles = drawing.points.map((index) => handle(axes.plot.over, index));
  const bar = addTo(panel, "div", {className: "ns-predict-bar"});
  const reveal = addTo(bar, "button", {type: "button", textContent: "Reveal"});
  const clear = addTo(bar, "button", {type: "button", textContent: "Clear"});
  const status = addTo(panel, "p", {className: "ns-explorer-sentence", role: "status"});
  const answer = addTo(panel, "div", {className: "ns-predict-answer"});
  const stopTheme = onThemeChange(restyle);
  let revealed = false, asked = false, frame = 0, keys = [];

  function handle(over, index) {
    const {x, y} = spec;
    const element = addTo(over, "div", {
      className: "ns-predict-handle", role: "slider", tabIndex: 0, "aria-orientation": "vertical",
      "aria-label": `${y.name} at ${withUnit(drawing.x[index], x)}`,
      "aria-valuemin": y.range[0], "aria-valuemax": y.range[1],
    });
    element.addEventListener("keydown", (event) => {
      const value = drawing.moved(index, event.key);
      if (value === undefined || revealed) return;
      event.preventDefault();
      drawing.set(index, value);
      redraw();
    });
    return element;
  }

  function placeHandles() {
    handles?.forEach((element, i) => {
      const value = drawing.y[drawing.points[i]];
      const shown = value ?? drawing.middle;
      element.style.left = `${axes.plot.valToPos(drawing.x[drawing.points[i]], "x")}px`;
      element.style.top = `${axes.plot.valToPos(shown, "y")}px`;
      element.classList.toggle("is-set", value !== null);
      element.setAttribute("aria-valuenow", shown);
      element.setAttribute("aria-valuetext", value === null ? "not set" : withUnit(value, spec.y));
    });
  }

  function redraw(shown = 0) {
    const simulated = spec.simulated.map((value, i) => (i < shown ? value : null));
    axes.plot.setData([drawing.x, drawing.y, simulated], false);
    axes.plot.redraw(true, false);
  }

  function pen() {
    const {over} = axes.plot;
    over.style.touchAction = "none";
    over.style.cursor = "crosshair";
    const spot = (event) => {
      const frame = over.getBoundingClientRect();
      return [axes.plot.posToVal(event.clientX - frame.left, "x"), axes.plot.posToVal(event.clientY - frame.top, "y")];
    };
    over.addEventListener("pointerdown", (event) => {
      if (revealed || event.button !== 0) return;
      over.setPointerCapture(event.pointerId);
      drawing.down(...spot(event));
      redraw();
    });
    over.addEventListener("pointermove", (event) => {
      if (revealed || !drawing.isDown) return;
      drawing.draw(...spot(event));
      redraw();
    });
    for (const end of ["pointerup", "pointercancel"]) over.addEventListener(end, () => (drawing.up(), redraw()));
  }

  function show() {
    if (drawing.isEmpty && !asked) {
      asked = true;
      status.textContent = "Nothing is drawn yet. Draw a guess, even a wild one; or press Reveal once more.";
      return;
    }
    revealed = true;
    reveal.textContent = "Try again";
    clear.hidden = true;
    panel.classList.add("is-revealed");
    handles.forEach((element) => (element.tabIndex = -1));
    keys = lineKey(axes.head, curves(spec).filter((_, i) => i || !drawing.isEmpty), axes.look());
    status.textContent = drawing.verdict();
    addTo(answer, "p", {className: "ns-predict-caption", textContent: spec.caption});
    if (spec.explain) addTo(answer, "p", {textContent: spec.explain});
    axes.say(`${spec.y.label} over ${spec.x.label}, as simulated. ${spec.alt}`);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const began = performance.now();
    const step = (now) => {
      const share = still ? 1 : Math.min(1, (now - began) / REVEAL_MS);
      redraw(Math.ceil(share * spec.simulated.length));
      if (share < 1) frame = requestAnimationFrame(step);
    };
    step(began);
  }

  function again() {
    cancelAnimationFrame(frame);
    [revealed, asked] = [false, false];
    drawing.clear();
    reveal.textContent = "Reveal";
    clear.hidden = false;
    panel.classList.remove("is-revealed");
    handles.forEach((element) => (element.tabIndex = 0));
    axes.head.querySelector(".ns-explorer-key")?.remove();
    keys = [];
    answer.replaceChildren();
    status.textContent = HOW_TO;
    axes.say(`Empty axes: ${spec.y.label} over ${spec.x.label}`);
    redraw();
  }

  function restyle() {
    axes.restyle();
    keys.forEach((paint) => paint(axes.look()));
    panel.style.setProperty("--ns-drawn", legible(spec.colors.drawn, axes.look()));
  }

  reveal.addEventListener("click", () => (revealed ? again() : show()));
  clear.addEventListener("click", again);
  pen();
  again();
  restyle();
  ready();
  return () => {
    cancelAnimationFrame(frame);
    stopTheme();
    axes.destroy();
    panel.remove();
  };
}

const HOW_TO = "Draw your curve with the mouse or a finger, or go through its points with Tab and set them with the arrow keys.";

const curves = ({colors, dash}) => [
  {label: "yours", color: colors.drawn, dash: []}, {label: "simulated", color: colors.simulated, dash},
];

function predictAxes(host, spec, drawing, placed) {
  const empty = spec.simulated.map(() => null);
  const axes = axesPlot(host, {
    heading: spec.y.label, x: {label: spec.x.label, range: spec.x.range}, y: {range: spec.y.range},
    columns: [drawing.x, empty, empty], series: curves(spec), over: placed,
  });
  axes.box.setAttribute("role", "group"); // it holds the handles
  return axes;
}

function fold(parent, title, text) {
  const details = addTo(parent, "details");
  addTo(details, "summary", {textContent: title});
  addTo(details, "p", {textContent: text});
}

const withUnit = (value, axis) => `${rounded(value, axis.range)} ${axis.unit}`.trim();

// What the reader has drawn: a value, or none, for each sample of the simulated curve.
class Drawing {
  constructor({x, y, simulated, points}) {
    Object.assign(this, {axes: {x, y}, simulated, last: null});
    this.x = Array.from(evenly(...x.range, simulated.length));
    this.points = Array.from({length: points}, (_, i) => Math.round((i * (simulated.length - 1)) / (points - 1)));
    this.middle = (y.range[0] + y.range[1]) / 2;
    this.clear();
  }

  get isEmpty() { return this.y.every((value) => value === null); }
  get isDown() { return this.last !== null; }

  clear() {
    this.y = this.x.map(() => null);
    this.firm = new Set(); // the samples that the reader has set; what lies between them follows
  }

  // From the keyboard: a point takes a value, and the curve runs straight to what is drawn on either side.
  set(index, value) {
    const here = this.points.indexOf(index);
    const [before, after] = [this.points[here - 1] ?? -1, this.points[here + 1] ?? this.x.length];
    for (let i = before + 1; i < after; i++) {
      this.firm.delete(i);
      this.y[i] = null;
    }
    this.put(index, value);
    for (const step of [-1, 1]) {
      let other = index + step;
      while (other in this.y && !this.firm.has(other)) other += step;
      if (other in this.y) this.join(index, other);
    }
  }

  put(index, value) {
    const [low, high] = this.axes.y.range;
    this.y[index] = Math.max(low, Math.min(high, value));
    this.firm.add(index);
  }

  moved(index, key) {
    const [low, high] = this.axes.y.range;
    const step = niceStep((high - low) / 30);
    const steps = {ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 5, PageDown: -5}[key];
    if (key === "Home") return low;
    if (key === "End") return high;
    if (steps === undefined) return undefined;
    // A point that is not set begins where its neighbor is.
    const here = this.points.indexOf(index);
    const near = [index, this.points[here - 1], this.points[here + 1]].map((i) => this.y[i] ?? null);
    return Math.round((near.find((value) => value !== null) ?? this.middle) / step + steps) * step;
  }

  // By pointer: down, draw, up.
  down(x, y) {
    this.last = null;
    this.draw(x, y);
  }

  draw(x, y) {
    const [from, to] = this.axes.x.range;
    const share = Math.max(0, Math.min(1, (x - from) / (to - from)));
    const index = Math.round(share * (this.x.length - 1));
    this.put(index, y);
    if (this.last !== null) this.join(this.last, index).forEach((i) => this.firm.add(i));
    this.last = index;
  }

  up() {
    if (this.last === null) return;
    this.last = null;
    const drawn = this.y.flatMap((value, i) => (value === null ? [] : [i]));
    drawn.slice(1).forEach((index, k) => this.join(drawn[k], index));
  }

  // A straight line between two samples; returns those in between.
  join(one, other) {
    const [first, last] = [Math.min(one, other), Math.max(one, other)];
    const between = Array.from({length: Math.max(0, last - first - 1)}, (_, k) => first + 1 + k);
    for (const i of between) this.y[i] = this.y[one] + ((i - one) / (other - one)) * (this.y[other] - this.y[one]);
    return between;
  }

  // Where the reader's curve and the simulated one differ most, in one sentence.
  verdict() {
    const {x, y} = this.axes;
    const drawn = this.y.flatMap((value, i) => (value === null ? [] : [i]));
    if (!drawn.length) return "Here is the simulated curve.";
    const gap = (i) => Math.abs(this.y[i] - this.simulated[i]);
    const worst = drawn.reduce((top, i) => (gap(i) > gap(top) ? i : top));
    const part = drawn.length < 0.8 * this.x.length ? ", as far as it goes," : "";
    if (gap(worst) < CLOSE * (y.range[1] - y.range[0])) {
      return `Well predicted: your curve${part} stays within ${withUnit(gap(worst), y)} of the simulated one.`;
    }
    const where = `Your curve${part} and the simulated one differ most at ${withUnit(this.x[worst], x)}`;
    return `${where}: ${withUnit(this.y[worst], y)} drawn, ${withUnit(this.simulated[worst], y)} simulated${this.peaks(drawn)}.`;
  }

  peaks(drawn) {
    const top = (values, indices) => indices.reduce((best, i) => (values[i] > values[best] ? i : best));
    const [mine, real] = [top(this.y, drawn), top(this.simulated, this.x.map((_, i) => i))];
    const least = PROMINENT * (this.axes.y.range[1] - this.axes.y.range[0]);
    const stands = (values, i) => values[i] - (values[drawn[0]] ?? 0) > least && values[i] - values[drawn.at(-1)] > least;
    if (!stands(this.y, mine) || !stands(this.simulated, real)) return "";
    const say = (values, i) => `${withUnit(values[i], this.axes.y)} at ${withUnit(this.x[i], this.axes.x)}`;
    return `; your peak is ${say(this.y, mine)}, the simulated one ${say(this.simulated, real)}`;
  }
}

// The largest of 1, 2, 5 times a power of ten that is not above `most`.
function niceStep(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return power * [5, 2, 1].find((factor) => factor * power <= most);
}
