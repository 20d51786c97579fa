// SPDX-License-Identifier: BSD-3-Clause
// Phase planes: where one rate of change is zero, where both are, and what happens near there.

// The lines on which f(x, y) is zero in a rectangle, as pairs of points [[x0, y0], [x1, y1]]: in each triangle of a
// grid the straight line between the zeros on its edges, each found to rounding. Triangles leave nothing ambiguous.
export function nullcline(f, [xLow, xHigh], [yLow, yHigh], columns = 60, rows = 60) {
  const x = (i) => xLow + (xHigh - xLow) * i / columns, y = (j) => yLow + (yHigh - yLow) * j / rows;
  const values = Array.from({ length: columns + 1 }, (_, i) => (
    Float64Array.from({ length: rows + 1 }, (__, j) => f(x(i), y(j)))));
  const pieces = [];
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < rows; j++) {
      const corner = (a, b) => ({ point: [x(i + a), y(j + b)], value: values[i + a][j + b] });
      const [one, two, three, four] = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
      for (const triangle of [[one, two, three], [one, three, four]]) {
        const ends = crossings(f, triangle);
        if (ends.length === 2) pieces.push(ends);
      }
    }
  }
  return pieces;
}

function crossings(f, [one, two, three]) {
  return [[one, two], [two, three], [three, one]]
    .filter(([a, b]) => (a.value < 0) !== (b.value < 0))
    .map(([a, b]) => zeroBetween(f, a, b));
}

// The zero of f on the straight line between two points at which its signs differ, by halving.
function zeroBetween(f, a, b) {
  const at = (s) => [0, 1].map((axis) => a.point[axis] + s * (b.point[axis] - a.point[axis]));
  const negative = a.value < 0;
  let low = 0, high = 1;
  for (let round = 0; round < 52; round++) {
    const middle = 0.5 * (low + high);
    if ((f(...at(middle)) < 0) === negative) low = middle;
    else high = middle;
  }
  return at(0.5 * (low + high));
}

// All fixed points of dx/dt = f, dy/dt = g in a rectangle, in the order of x: { x, y, kind, eigenvalues }. Newton's
// method starts wherever a piece of f's nullcline sees g change its sign.
export function fixedPoints(f, g, xRange, yRange, columns = 120, rows = 120) {
  const found = [];
  for (const [a, b] of nullcline(f, xRange, yRange, columns, rows)) {
    if ((g(...a) < 0) === (g(...b) < 0)) continue;
    const point = newton(f, g, [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])], [xRange, yRange]);
    if (point && !found.some(({ x, y }) => isNear([x, y], point, [xRange, yRange]))) {
      const eigenvalues = eigenvaluesOfTwo(jacobian(f, g, point, [xRange, yRange]));
      found.push({ x: point[0], y: point[1], eigenvalues, kind: classify(eigenvalues) });
    }
  }
  return found.sort((one, two) => one.x - two.x);
}

function isNear(one, two, ranges) {
  return ranges.every(([low, high], axis) => Math.abs(one[axis] - two[axis]) < 1e-7 * (high - low));
}

function newton(f, g, start, ranges) {
  let [x, y] = start;
  for (let round = 0; round < 50; round++) {
    const [[a, b], [c, d]] = jacobian(f, g, [x, y], ranges), det = a * d - b * c;
    const p = f(x, y), q = g(x, y), dx = (d * p - b * q) / det, dy = (a * q - c * p) / det;
    if (!Number.isFinite(dx) || !Number.isFinite(dy)) return null;
    x -= dx;
    y -= dy;
    const small = [dx, dy].every((step, axis) => Math.abs(step) <= 1e-14 * (ranges[axis][1] - ranges[axis][0]));
    if (small) break;
  }
  return [x, y];
}

// Derivatives of f and g at a point, by central differences of fourth order.
export function jacobian(f, g, [x, y], [xRange, yRange]) {
  const slope = (h, along) => {
    const step = 1e-3 * (along === 0 ? xRange[1] - xRange[0] : yRange[1] - yRange[0]);
    const at = (k) => (along === 0 ? h(x + k * step, y) : h(x, y + k * step));
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
  };
  return [[slope(f, 0), slope(f, 1)], [slope(g, 0), slope(g, 1)]];
}

// The two eigenvalues of a 2 x 2 matrix as { re, im }, the larger real part first.
export function eigenvaluesOfTwo([[a, b], [c, d]]) {
  const half = 0.5 * (a + d), under = 0.25 * (a - d) ** 2 + b * c, root = Math.sqrt(Math.abs(under));
  if (under < 0) return [{ re: half, im: root }, { re: half, im: -root }];
  const far = half + (half < 0 ? -root : root), near = far === 0 ? 0 : (a * d - b * c) / far;
  return [Math.max(far, near), Math.min(far, near)].map((re) => ({ re, im: 0 }));
}

export function classify([first, second]) {
  if (first.re > 0 && second.re < 0) return "saddle";
  return `${first.re > 0 ? "unstable" : "stable"} ${first.im !== 0 ? "focus" : "node"}`;
}
