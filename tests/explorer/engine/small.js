// SPDX-License-Identifier: BSD-3-Clause
// Small models on the page engine's parts; the tests hold them equal to Python.

const open = (v, half, width) => 0.5 * (1 + Math.tanh((v - half) / width));

function slopesOfMorrisLecar(p, amp) {
  const dv = (v, w) => (amp - p.gca * open(v, p.v1, p.v2) * (v - p.eca) - p.gl * (v - p.el)
    - p.gk * w * (v - p.ek)) / p.cm;
  const dw = (v, w) => p.phi * Math.cosh((v - p.v3) / (2 * p.v4)) * (open(v, p.v3, p.v4) - w);
  return [dv, dw];
}

function morrisLecar(p, amp, start, dt, steps) {
  const [dv, dw] = slopesOfMorrisLecar(p, amp), state = Float64Array.from(start);
  const method = new RungeKutta(2, (t, [v, w], out) => { out[0] = dv(v, w); out[1] = dw(v, w); });
  const states = [Array.from(state)];
  for (let k = 0; k < steps; k++) {
    method.step(state, k * dt, dt);
    states.push(Array.from(state));
  }
  return states;
}

function planeOfMorrisLecar(p, amp) {
  const [dv, dw] = slopesOfMorrisLecar(p, amp), ranges = [[-80, 60], [-0.1, 1.1]];
  return {
    points: fixedPoints(dv, dw, ...ranges),
    vNullcline: nullcline(dv, ...ranges).flat(), wNullcline: nullcline(dw, ...ranges).flat(),
  };
}

function integrateAndFire(p, amp, dt, end, middle = null) {
  const target = p.rest + p.resistance * amp;
  const made = () => new Jumping({
    state: [p.rest], dt,
    slope: (t, [v], out) => { out[0] = (target - v) / p.tau; },
    level: (t, [v]) => v - p.threshold,
    reset: (t, state) => { state[0] = p.reset; return p.refractory; },
  });
  const trace = [];
  const first = made().advance(middle ?? end, (t, [v]) => trace.push(v));
  const last = middle === null ? first : made().restore(structuredClone(first.save()));
  if (middle !== null) last.advance(end, (t, [v]) => trace.push(v));
  return { trace, events: last.events };
}

function draws(ids, kind, count, ...how) {
  const stream = new Stream(...ids);
  return Array.from({ length: count }, () => stream[kind](...how));
}

function manyDraws(ids, kind, pairs) {
  const stream = new Stream(...ids);
  return pairs.map((how) => stream[kind](...how));
}

function quantiles(probabilities) { return probabilities.map(normalQuantile); }

// A patch with potassium channels of five states and a leak, fluctuating; the potential relaxes exactly.
function noisyPatch(ids, p, steps) {
  const stream = new Stream(...ids), trace = [];
  let v = p.v, counts = Float64Array.from(p.counts), noise = 0;
  for (let k = 0; k < steps; k++) {
    const alpha = 0.01 * (v + 55) / (1 - Math.exp(-(v + 55) / 10)), beta = 0.125 * Math.exp(-(v + 65) / 80);
    const moves = [0, 1, 2, 3, 4].map((open_) => [0, 1, 2, 3, 4].map((to) => (
      to === open_ + 1 ? (4 - open_) * alpha * p.dt : to === open_ - 1 ? open_ * beta * p.dt : 0)));
    moves.forEach((row, open_) => { row[open_] = 1 - row.reduce((sum, part) => sum + part, 0); });
    counts = dealOut(stream, counts, moves);
    noise = ornsteinUhlenbeck(stream, noise, { mean: 0, tau: 5, sigma: 0.02 }, p.dt);
    const g = 0.3 + p.perChannel * counts[4], target = (0.3 * p.el + p.perChannel * counts[4] * p.ek + noise) / g;
    v = eulerMaruyama(stream, relax(v, target, p.cm / g, p.dt), 0, 0.01, p.dt);
    trace.push([v, noise, ...counts]);
  }
  return trace;
}

function convolved(kernel, field, rows = 0) {
  const fourier = rows ? new Fourier2(rows, field.length / rows) : new Fourier(field.length);
  return Array.from(new Convolution(fourier, kernel).of(field));
}

function transformed(re, im, inverse) {
  const both = [Float64Array.from(re), Float64Array.from(im)];
  new Fourier(re.length).transform(...both, inverse);
  return both.map((part) => Array.from(part));
}

function tridiagonal(below, diagonal, above, right) {
  return Array.from(solveTridiagonal(below, diagonal, above, Float64Array.from(right), new Float64Array(right.length)));
}

// Steps of the density of dx = (mean - x) dt / tau + sqrt(2 D) dW.
function density({ mean, tau, ...shape }, p, steps) {
  const made = new Density({ ...shape, drift: (x) => (mean - x) / tau }), state = Float64Array.from(p), leaving = [];
  for (let k = 0; k < steps; k++) {
    made.step(state);
    leaving.push(made.leaving);
  }
  return { x: Array.from(made.x), p: Array.from(state), leaving };
}

// x_i(t + 1) = tanh(sum of w x_j(t - delay)) + 0.1.
function delayedNetwork(size, connections, start, steps, middle = -1) {
  const network = new Delayed(size, connections, start), states = [];
  let { ring } = network;
  for (let k = 0; k < steps; k++) {
    if (k === middle) {
      const saved = structuredClone(ring.save());
      ring.values.fill(NaN);
      ring.restore(saved);
    }
    const state = network.arriving(new Float64Array(size)).map((input) => Math.tanh(input) + 0.1);
    ring.push(state);
    states.push(Array.from(state));
  }
  return states;
}

function eigen(matrix, n) {
  const { values, vectors } = symmetricEigen(matrix, n);
  return { values: Array.from(values), vectors: Array.from(vectors) };
}

function product(a, b, rows, inner, columns) { return Array.from(matrixProduct(a, b, rows, inner, columns)); }
