// SPDX-License-Identifier: BSD-3-Clause
// Tridiagonal equations, and with them the implicit step of a density that drifts and diffuses in one dimension.

// Solves below[k] x[k-1] + diagonal[k] x[k] + above[k] x[k+1] = right[k]; x comes back in `right`, `work` is scratch.
export function solveTridiagonal(below, diagonal, above, right, work) {
  const n = right.length;
  work[0] = above[0] / diagonal[0];
  right[0] /= diagonal[0];
  for (let k = 1; k < n; k++) {
    const pivot = diagonal[k] - below[k] * work[k - 1];
    work[k] = above[k] / pivot;
    right[k] = (right[k] - below[k] * right[k - 1]) / pivot;
  }
  for (let k = n - 2; k >= 0; k--) right[k] -= work[k] * right[k + 1];
  return right;
}

// dp/dt = -d(drift p)/dx + d2(D p)/dx2 in cells of equal width, by implicit Euler; nothing leaves through the ends
// unless the upper one is `open`: then p is 0 there, and `leaving` is what left per ms. Flux through the edge between
// two cells as D. L. Scharfetter and H. K. Gummel (1969) have it, exact for constant drift:
// doi 10.1109/T-ED.1969.16566.
export class Density {
  constructor({ low, high, cells, drift, D, dt, open = false }) {
    this.dx = (high - low) / cells;
    this.x = Float64Array.from({ length: cells }, (_, k) => low + (k + 0.5) * this.dx);
    [this.below, this.diagonal, this.above] = [0, 1, 0].map((value) => new Float64Array(cells).fill(value));
    this.work = new Float64Array(cells);
    this.leaving = 0;
    const rate = dt / (this.dx * this.dx);
    for (let k = 0; k + 1 < cells; k++) {
      const peclet = drift(low + (k + 1) * this.dx) * this.dx / D, out = rate * D * bernoulli(-peclet);
      const back = rate * D * bernoulli(peclet);
      this.diagonal[k] += out;
      this.below[k + 1] -= out;
      this.diagonal[k + 1] += back;
      this.above[k] -= back;
    }
    this.exit = open ? 2 * rate * D * bernoulli(-drift(high) * this.dx / (2 * D)) : 0;
    this.diagonal[cells - 1] += this.exit;
    this.dt = dt;
  }

  step(p) {
    solveTridiagonal(this.below, this.diagonal, this.above, p, this.work);
    this.leaving = this.exit * p[p.length - 1] * this.dx / this.dt;
    return p;
  }
}

// x / (e^x - 1), which is 1 at 0.
function bernoulli(x) {
  return Math.abs(x) < 1e-5 ? 1 - x / 2 : x / Math.expm1(x);
}
