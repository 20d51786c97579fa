// SPDX-License-Identifier: BSD-3-Clause
// Random numbers from a counter, Philox4x32-10: J. K. Salmon et al. (2011), doi 10.1145/2063384.2063405.
// Stream, order and uniform numbers are those of NEURON's Random123; philox.py draws the same in Python.

function philoxRounds(counter, key, out) {
  let [c0, c1, c2, c3] = counter, [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(0xD2511F53, c0), low0 = Math.imul(0xD2511F53, c0);
    const high1 = highProduct(0xCD9E8D57, c2), low1 = Math.imul(0xCD9E8D57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c1 = low1 >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9E3779B9) >>> 0;
    k1 = (k1 + 0xBB67AE85) >>> 0;
  }
  out[0] = c0; out[1] = c1; out[2] = c2; out[3] = c3;
}

// The upper 32 bits of the product of two whole numbers of 32 bits.
function highProduct(a, b) {
  const aHigh = a >>> 16, aLow = a & 0xFFFF, bHigh = b >>> 16, bLow = b & 0xFFFF;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle % 0x10000);
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000);
}

// Three whole numbers name a stream; equal names are equal streams. The key is that of NEURON's global index.
export class Stream {
  constructor(id1 = 0, id2 = 0, id3 = 0, key = 0) {
    this.counter = new Uint32Array([0, id3, id1, id2]);
    this.key = new Uint32Array([key, 0]);
    this.block = new Uint32Array(4);
    this.setSequence(0);
  }

  // Go on with the raw number of this place in the stream, from 0.
  setSequence(place) {
    this.counter[0] = Math.floor(place / 4);
    this.which = place % 4;
    philoxRounds(this.counter, this.key, this.block);
  }

  get sequence() { return 4 * this.counter[0] + this.which; }

  // The next 32 bits.
  raw() {
    const drawn = this.block[this.which++];
    if (this.which > 3) {
      this.which = 0;
      this.counter[0]++;
      philoxRounds(this.counter, this.key, this.block);
    }
    return drawn;
  }

  // Between 0 and 1, never either of them.
  uniform() { return (this.raw() + 1) / 4294967297; }

  // Exponentially distributed, of mean 1.
  exponential() { return -Math.log(this.uniform()); }

  // Normally distributed, of mean 0 and variance 1.
  normal() { return normalQuantile(this.uniform()); }

  // Successes among n trials of probability p; by inversion, so that one draw takes one raw number.
  binomial(n, p) { return binomialQuantile(this.uniform(), n, p); }

  // Events of a Poisson process whose expected number is `mean`.
  poisson(mean) { return poissonQuantile(this.uniform(), mean); }

  save() { return { counter: this.counter.slice(), key: this.key.slice(), which: this.which }; }

  restore(saved) {
    this.counter.set(saved.counter);
    this.key.set(saved.key);
    this.which = saved.which;
    philoxRounds(this.counter, this.key, this.block);
  }
}

function horner(coefficients, x) {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

// The inverse of the normal distribution to 16 digits: M. J. Wichura (1988), Appl. Stat. 37:477, doi 10.2307/2347330.
const NORMAL_MIDDLE = [
  [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
  [5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1]];
const NORMAL_SIDES = [
  [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734],
  [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1]];
const NORMAL_TAILS = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772],
  [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1]];

export function normalQuantile(p) {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * horner(NORMAL_MIDDLE[0], r) / horner(NORMAL_MIDDLE[1], r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const [tables, shift] = r <= 5 ? [NORMAL_SIDES, 1.6] : [NORMAL_TAILS, 5];
  const value = horner(tables[0], r - shift) / horner(tables[1], r - shift);
  return q < 0 ? -value : value;
}

// Whole numbers by inversion: the probabilities are taken off u from the likeliest number outward, to both sides in
// turn, until nothing is left. One uniform number makes one draw, and large means do not underflow.

export function binomialQuantile(u, n, p) {
  if (p <= 0 || n === 0) return 0;
  if (p >= 1) return n;
  const middle = Math.min(Math.floor((n + 1) * p), n), odds = p / (1 - p);
  const chance = Math.exp(logFactorial(n) - logFactorial(middle) - logFactorial(n - middle)
    + middle * Math.log(p) + (n - middle) * Math.log1p(-p));
  return outward(u, middle, chance, n, (k) => (n - k) / (k + 1) * odds);
}

export function poissonQuantile(u, mean) {
  if (mean <= 0) return 0;
  const middle = Math.floor(mean);
  const chance = Math.exp(middle * Math.log(mean) - mean - logFactorial(middle));
  return outward(u, middle, chance, Infinity, (k) => mean / (k + 1));
}

// `ratio` is the probability of k + 1 over that of k.
function outward(u, middle, chance, most, ratio) {
  let left = u - chance, up = chance, down = chance;
  for (let above = middle + 1, below = middle - 1; left > 0; above++, below--) {
    up = above <= most ? up * ratio(above - 1) : 0;
    down = below >= 0 ? down / ratio(below) : 0;
    for (const [number, taken] of [[above, up], [below, down]]) {
      left -= taken;
      if (left <= 0 && taken > 0) return number;
    }
    if (up + down < 1e-18) return middle; // all that is left is rounding
  }
  return middle;
}

// log(n!); by Stirling's series from 16 on, where its fourth term is below 1e-12.
export function logFactorial(n) {
  if (n < 16) {
    let product = 1;
    for (let k = 2; k <= n; k++) product *= k;
    return Math.log(product);
  }
  const square = 1 / (n * n);
  return (n + 0.5) * Math.log(n) - n + 0.9189385332046727
    + (1 / 12 - (1 / 360 - (1 / 1260 - square / 1680) * square) * square) / n;
}
