// SPDX-License-Identifier: BSD-3-Clause
// Networks in which what one unit sends arrives at another after a delay: the past is kept in a ring.

export class Ring {
  // `size` units, remembered for `steps` steps; before the beginning they were what `start` says.
  constructor(size, steps, start = null) {
    this.size = size;
    this.length = steps + 1;
    this.values = new Float64Array(size * this.length);
    this.now = 0;
    if (start) for (let k = 0; k < this.length; k++) this.values.set(start, k * size);
  }

  // The values of this step; what was said longest ago is forgotten.
  push(values) {
    this.now = (this.now + 1) % this.length;
    this.values.set(values, this.now * this.size);
  }

  // The value of a unit `steps` ago.
  ago(unit, steps) {
    const place = this.now - steps;
    return this.values[(place < 0 ? place + this.length : place) * this.size + unit];
  }

  save() { return { values: this.values.slice(), now: this.now }; }

  restore({ values, now }) {
    this.values.set(values);
    this.now = now;
  }
}

// Weighted connections with delays in whole steps, in rows: those of target i are start[i] to start[i + 1].
export class Delayed {
  constructor(size, connections, start = null) {
    const sorted = [...connections].sort((one, two) => one.to - two.to);
    for (const { delay } of sorted) {
      if (!(Number.isInteger(delay) && delay >= 0)) throw new Error(`a delay is a whole number of steps, not ${delay}`);
    }
    this.size = size;
    this.from = Int32Array.from(sorted, ({ from }) => from);
    this.weight = Float64Array.from(sorted, ({ weight }) => weight);
    this.delay = Int32Array.from(sorted, ({ delay }) => delay);
    this.start = new Int32Array(size + 1);
    for (const { to } of sorted) this.start[to + 1]++;
    for (let k = 0; k < size; k++) this.start[k + 1] += this.start[k];
    this.ring = new Ring(size, this.delay.reduce((most, delay) => Math.max(most, delay), 0), start);
  }

  // What arrives now at each unit, given that the ring's newest values are those of now.
  arriving(out) {
    const { start, from, weight, delay, ring } = this;
    for (let to = 0; to < this.size; to++) {
      let sum = 0;
      for (let k = start[to]; k < start[to + 1]; k++) sum += weight[k] * ring.ago(from[k], delay[k]);
      out[to] = sum;
    }
    return out;
  }
}
