// SPDX-License-Identifier: BSD-3-Clause
// One implicit step of a kinetic scheme, as NEURON's method "sparse" takes it: Newton's iteration with the rates
// held fixed in the matrix, until the sum of all changes is below a millionth; states cannot fall below zero.

const SPARSE_CONVERGED = 1e-6, SPARSE_MOST = 20;

export class SparseStep {
  constructor(size, linear) {
    this.size = size;
    this.linear = linear;
    this.rhs = new Float64Array(size);
    this.old = new Float64Array(size);
    this.value = new Float64Array(0);
    this.place = null; // of row * size + column in `value`; none before the pattern is known
    this.dt = 0;
  }

  // Row of a state: what its change takes, rate being compartment over step.
  inertia(row, state, rate) {
    this.rhs[row] -= rate * (state - this.old[row]);
    this.add(row, row, rate);
  }

  add(row, column, term) {
    if (this.place === null) this.pattern.add(row * this.size + column);
    else this.value[this.place[row * this.size + column]] += term;
  }

  // A <-> B: rows, rates there and back, and the states as they are.
  exchange(a, b, there, back, ofA, ofB) {
    const flux = there * ofA - back * ofB;
    this.rhs[a] -= flux;
    this.rhs[b] += flux;
    this.drive(a, a, b, there);
    this.drive(b, b, a, back);
  }

  // A + B <-> C, likewise.
  bind(a, b, c, there, back, ofA, ofB, ofC) {
    const flux = there * ofA * ofB - back * ofC;
    this.rhs[a] -= flux;
    this.rhs[b] -= flux;
    this.rhs[c] += flux;
    this.drive(a, a, c, there * ofB);
    this.add(b, a, there * ofB);
    this.drive(b, a, c, there * ofA);
    this.add(b, b, there * ofA);
    this.drive(c, c, a, back);
    this.add(b, c, -back);
  }

  // A state (its column) that drives a flux from one row to another.
  drive(column, from, to, slope) {
    this.add(from, column, slope);
    this.add(to, column, -slope);
  }

  // Advance instance `i`; `fill` puts residual and matrix in, `states` are pairs of array and size.
  step(i, dt, secondorder, fill, states) {
    this.dt = secondorder ? 0.5 * dt : dt;
    this.gather(i, states, this.old);
    if (this.place === null) this.learn(i, fill);
    let change = 1;
    for (let round = 0; change > SPARSE_CONVERGED; round++) {
      if (round > SPARSE_MOST) throw new Error("a kinetic scheme does not converge: take a smaller step");
      this.empty();
      fill(i);
      this.solve();
      change = this.change(i, states);
      if (this.linear) break;
    }
    this.empty();
    fill(i); // what the scheme assigns follows the new states
    if (secondorder) this.extrapolate(i, states);
  }

  gather(i, states, into) {
    let row = 0;
    for (const [array, size] of states) for (let j = 0; j < size; j++) into[row++] = array[size * i + j];
  }

  change(i, states) {
    let row = 0, sum = 0;
    for (const [array, size] of states) {
      for (let j = 0; j < size; j++, row++) {
        const at = size * i + j;
        array[at] += this.rhs[row];
        if (!this.linear && array[at] < 0) array[at] = 0;
        sum += Math.abs(this.rhs[row]);
      }
    }
    return sum;
  }

  // From the middle of the step to its end.
  extrapolate(i, states) {
    let row = 0;
    for (const [array, size] of states) {
      for (let j = 0; j < size; j++, row++) array[size * i + j] += array[size * i + j] - this.old[row];
    }
  }

  empty() {
    this.value.fill(0);
    this.rhs.fill(0);
  }

  // Find out which elements there are, and in which order to eliminate so that few are added.
  learn(i, fill) {
    this.pattern = new Set();
    fill(i);
    const { order, rows } = minimumDegree(this.size, this.pattern);
    this.place = new Int32Array(this.size * this.size).fill(-1);
    let count = 0;
    rows.forEach((columns, row) => columns.forEach((column) => {
      this.place[row * this.size + column] = count++;
    }));
    this.value = new Float64Array(count);
    this.plan(order, rows);
  }

  // The elimination as a list of whole numbers: for each pivot the rows below it and the columns right of it.
  plan(order, rows) {
    const place = (row, column) => this.place[row * this.size + column], done = new Set();
    this.pivots = order.map((pivot) => {
      done.add(pivot);
      const right = [...rows[pivot]].filter((column) => !done.has(column));
      const below = order.filter((row) => !done.has(row) && rows[row].has(pivot));
      return {
        pivot, diagonal: place(pivot, pivot),
        right: Int32Array.from(right), upper: Int32Array.from(right, (column) => place(pivot, column)),
        below: Int32Array.from(below), lower: Int32Array.from(below, (row) => place(row, pivot)),
        hit: below.map((row) => Int32Array.from(right, (column) => place(row, column))),
      };
    });
  }

  solve() {
    const { value, rhs, pivots } = this;
    for (const { pivot, diagonal, upper, below, lower, hit } of pivots) {
      for (let b = 0; b < below.length; b++) {
        const factor = value[lower[b]] / value[diagonal];
        if (factor === 0) continue;
        const targets = hit[b];
        for (let r = 0; r < upper.length; r++) value[targets[r]] -= factor * value[upper[r]];
        rhs[below[b]] -= factor * rhs[pivot];
      }
    }
    for (let p = pivots.length - 1; p >= 0; p--) {
      const { pivot, diagonal, right, upper } = pivots[p];
      let sum = rhs[pivot];
      for (let r = 0; r < right.length; r++) sum -= value[upper[r]] * rhs[right[r]];
      rhs[pivot] = sum / value[diagonal];
    }
  }
}

// An order of elimination by least degree, and for each row its columns with all that elimination adds.
function minimumDegree(size, pattern) {
  const rows = Array.from({ length: size }, (_, row) => new Set([row]));
  for (const key of pattern) {
    const row = Math.floor(key / size), column = key % size;
    rows[row].add(column);
    rows[column].add(row);
  }
  const left = new Set(rows.keys()), order = [];
  while (left.size > 0) {
    const degree = (row) => [...rows[row]].filter((column) => left.has(column)).length;
    const pivot = [...left].reduce((best, row) => (degree(row) < degree(best) ? row : best));
    left.delete(pivot);
    order.push(pivot);
    const neighbors = [...rows[pivot]].filter((row) => left.has(row));
    for (const row of neighbors) for (const column of neighbors) rows[row].add(column);
  }
  return { order, rows };
}
