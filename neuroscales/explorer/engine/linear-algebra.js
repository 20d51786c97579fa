// SPDX-License-Identifier: BSD-3-Clause
// Matrices of about a hundred rows, row by row in one array.

// The product of a matrix (rows x inner) with another (inner x columns).
export function matrixProduct(a, b, rows, inner, columns) {
  const product = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k];
      if (factor === 0) continue;
      for (let j = 0; j < columns; j++) product[i * columns + j] += factor * b[k * columns + j];
    }
  }
  return product;
}

// Eigenvalues, in rising order, and eigenvectors (column k of `vectors` belongs to values[k]) of a symmetric matrix, by
// rotations of C. G. J. Jacobi (1846), doi 10.1515/crll.1846.30.51. The largest component of each vector is positive.
export function symmetricEigen(matrix, n) {
  const a = Float64Array.from(matrix), vectors = new Float64Array(n * n);
  for (let k = 0; k < n; k++) vectors[k * n + k] = 1;
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n) > 0; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q);
  }
  return sorted(a, vectors, n);
}

// The size of what lies beside the diagonal, 0 where it is below rounding.
function offDiagonal(a, n) {
  let beside = 0, all = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      all += a[i * n + j] ** 2;
      if (i !== j) beside += a[i * n + j] ** 2;
    }
  }
  return beside > 1e-32 * all ? beside : 0;
}

function rotate(a, vectors, n, p, q) {
  const between = a[p * n + q];
  if (between === 0) return;
  const ratio = (a[q * n + q] - a[p * n + p]) / (2 * between);
  const t = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1)), c = 1 / Math.hypot(t, 1), s = t * c;
  for (let k = 0; k < n; k++) {
    const one = a[k * n + p], two = a[k * n + q];
    a[k * n + p] = c * one - s * two;
    a[k * n + q] = s * one + c * two;
  }
  for (let k = 0; k < n; k++) {
    const one = a[p * n + k], two = a[q * n + k];
    a[p * n + k] = c * one - s * two;
    a[q * n + k] = s * one + c * two;
  }
  for (let k = 0; k < n; k++) {
    const one = vectors[k * n + p], two = vectors[k * n + q];
    vectors[k * n + p] = c * one - s * two;
    vectors[k * n + q] = s * one + c * two;
  }
}

function sorted(a, vectors, n) {
  const order = Array.from({ length: n }, (_, k) => k).sort((i, j) => a[i * n + i] - a[j * n + j]);
  const turned = new Float64Array(n * n);
  order.forEach((from, to) => {
    let largest = 0;
    for (let i = 0; i < n; i++) {
      if (Math.abs(vectors[i * n + from]) > Math.abs(largest)) largest = vectors[i * n + from];
    }
    for (let i = 0; i < n; i++) turned[i * n + to] = vectors[i * n + from] * Math.sign(largest);
  });
  return { values: Float64Array.from(order, (k) => a[k * n + k]), vectors: turned };
}
