// SPDX-License-Identifier: BSD-3-Clause
// Small systems of equations: Runge and Kutta's method, exact exponential steps, events that reset the state.
// slope(t, state, out) puts the rates of change of `state` into `out`.

// Runge and Kutta's method of fourth order; a step changes the state in place and allocates nothing.
export class RungeKutta {
  constructor(size, slope) {
    this.slope = slope;
    this.between = new Float64Array(size);
    this.rates = [0, 1, 2, 3].map(() => new Float64Array(size));
  }

  step(state, t, dt) {
    const { slope, between, rates: [one, two, three, four] } = this, n = between.length;
    slope(t, state, one);
    for (let k = 0; k < n; k++) between[k] = state[k] + 0.5 * dt * one[k];
    slope(t + 0.5 * dt, between, two);
    for (let k = 0; k < n; k++) between[k] = state[k] + 0.5 * dt * two[k];
    slope(t + 0.5 * dt, between, three);
    for (let k = 0; k < n; k++) between[k] = state[k] + dt * three[k];
    slope(t + dt, between, four);
    for (let k = 0; k < n; k++) state[k] += dt / 6 * (one[k] + 2 * two[k] + 2 * three[k] + four[k]);
  }
}

// The exact step of dx/dt = (target - x) / tau.
export function relax(x, target, tau, dt) {
  return target + (x - target) * Math.exp(-dt / tau);
}

// A system that goes on until an event, is changed by it, and goes on. `level(t, state)` rises through 0 at an event,
// `reset(t, state)` does what it does, and returns how long the state is then held (ms; nothing: not at all).
export class Jumping {
  constructor({ state, slope, level, reset, dt, t = 0 }) {
    Object.assign(this, { slope, level, reset, dt, t, heldUntil: -Infinity, events: [] });
    this.state = Float64Array.from(state);
    this.trial = new Float64Array(this.state.length);
    this.method = new RungeKutta(this.state.length, slope);
  }

  // Go on until `end`, in steps of at most dt; step boundaries are at multiples of dt from where it starts.
  advance(end, seen = () => {}) {
    const start = this.t, steps = Math.round((end - start) / this.dt);
    for (let k = 1; k <= steps; k++) {
      this.reach(k === steps ? end : start + k * this.dt);
      seen(this.t, this.state);
    }
    return this;
  }

  reach(end) {
    while (this.t < end) {
      if (this.t < this.heldUntil) {
        this.t = Math.min(end, this.heldUntil);
        continue;
      }
      const span = end - this.t;
      if (this.levelAfter(span) < 0) this.take(span);
      else this.happen(this.findEvent(span));
    }
  }

  levelAfter(span) {
    this.trial.set(this.state);
    this.method.step(this.trial, this.t, span);
    return this.level(this.t + span, this.trial);
  }

  take(span) {
    this.method.step(this.state, this.t, span);
    this.t += span;
  }

  // By halving, to the last digit of time.
  findEvent(span) {
    let before = 0, after = span;
    for (let round = 0; round < 60 && after - before > 1e-13 * span; round++) {
      const middle = 0.5 * (before + after);
      if (this.levelAfter(middle) < 0) before = middle;
      else after = middle;
    }
    return after;
  }

  happen(span) {
    this.take(span);
    this.events.push(this.t);
    this.heldUntil = this.t + (this.reset(this.t, this.state) ?? 0);
  }

  save() {
    return { t: this.t, state: this.state.slice(), heldUntil: this.heldUntil, events: [...this.events] };
  }

  restore({ t, state, heldUntil, events }) {
    Object.assign(this, { t, heldUntil, events: [...events] });
    this.state.set(state);
    return this;
  }
}
