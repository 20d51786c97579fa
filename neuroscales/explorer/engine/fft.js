// SPDX-License-Identifier: BSD-3-Clause
// The fast Fourier transform for lengths that are powers of two, and circular convolution by it, for fields on a ring
// or a torus: J. W. Cooley and J. W. Tukey (1965), Math. Comput. 19:297, doi 10.2307/2003354.

// Transforms of one length; `re` and `im` are changed in place.
export class Fourier {
  constructor(n) {
    if (!(n > 0) || (n & (n - 1)) !== 0) throw new Error(`the length of a transform is a power of two, not ${n}`);
    this.n = n;
    this.cos = Float64Array.from({ length: n / 2 }, (_, k) => Math.cos(2 * Math.PI * k / n));
    this.sin = Float64Array.from({ length: n / 2 }, (_, k) => Math.sin(2 * Math.PI * k / n));
    this.mirror = new Uint32Array(n);
    for (let k = 1; k < n; k++) this.mirror[k] = (this.mirror[k >> 1] >> 1) | (k & 1 ? n >> 1 : 0);
  }

  // sum_j x_j e^(-2 pi i j k / n); of `inverse` the sign is the other one, and the sum is divided by n.
  transform(re, im, inverse = false) {
    const { n, cos, sin } = this, sign = inverse ? 1 : -1;
    this.reorder(re, im);
    for (let size = 2; size <= n; size *= 2) {
      const half = size / 2, stride = n / size;
      for (let start = 0; start < n; start += size) {
        for (let k = 0; k < half; k++) {
          const c = cos[k * stride], s = sign * sin[k * stride], low = start + k, high = low + half;
          const r = re[high] * c - im[high] * s, i = re[high] * s + im[high] * c;
          re[high] = re[low] - r;
          im[high] = im[low] - i;
          re[low] += r;
          im[low] += i;
        }
      }
    }
    if (!inverse) return;
    for (let k = 0; k < n; k++) {
      re[k] /= n;
      im[k] /= n;
    }
  }

  reorder(re, im) {
    for (let k = 0; k < this.n; k++) {
      const other = this.mirror[k];
      if (other <= k) continue;
      [re[k], re[other]] = [re[other], re[k]];
      [im[k], im[other]] = [im[other], im[k]];
    }
  }
}

// Transforms of fields of `rows` times `columns`, row by row in one array.
export class Fourier2 {
  constructor(rows, columns) {
    Object.assign(this, { rows, columns, n: rows * columns, along: new Fourier(columns), across: new Fourier(rows) });
    this.column = [new Float64Array(rows), new Float64Array(rows)];
  }

  transform(re, im, inverse = false) {
    const { rows, columns, along, across, column: [cRe, cIm] } = this;
    for (let row = 0; row < rows; row++) {
      const from = row * columns, to = from + columns;
      along.transform(re.subarray(from, to), im.subarray(from, to), inverse);
    }
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) {
        cRe[row] = re[row * columns + column];
        cIm[row] = im[row * columns + column];
      }
      across.transform(cRe, cIm, inverse);
      for (let row = 0; row < rows; row++) {
        re[row * columns + column] = cRe[row];
        im[row * columns + column] = cIm[row];
      }
    }
  }
}

// Circular convolution with one kernel, whose value at distance 0 comes first; with a Fourier2 in two dimensions.
export class Convolution {
  constructor(fourier, kernel) {
    this.fourier = fourier;
    [this.kernelRe, this.kernelIm] = [Float64Array.from(kernel), new Float64Array(fourier.n)];
    fourier.transform(this.kernelRe, this.kernelIm);
    [this.re, this.im] = [new Float64Array(fourier.n), new Float64Array(fourier.n)];
  }

  // The convolved field; it is overwritten by the next call.
  of(field) {
    const { fourier, kernelRe, kernelIm, re, im } = this;
    re.set(field);
    im.fill(0);
    fourier.transform(re, im);
    for (let k = 0; k < fourier.n; k++) {
      const r = re[k] * kernelRe[k] - im[k] * kernelIm[k];
      im[k] = re[k] * kernelIm[k] + im[k] * kernelRe[k];
      re[k] = r;
    }
    fourier.transform(re, im, true);
    return re;
  }
}
