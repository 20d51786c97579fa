// SPDX-License-Identifier: BSD-3-Clause
// Models with chance: channels dealt out among states, and noise. chance.py does the same with the same draws.

import { normalQuantile } from "./philox.js";

// Each of `counts` dealt out among states of the probabilities in its row: one binomial draw for each state but the
// last; of one state after the other all rows. Returns the rows.
export function multinomial(stream, counts, probabilities) {
  const states = probabilities[0].length, dealt = probabilities.map(() => new Float64Array(states));
  const left = Float64Array.from(counts), rest = new Float64Array(left.length).fill(1);
  for (let k = 0; k < states - 1; k++) {
    for (let row = 0; row < left.length; row++) {
      const part = rest[row] > 0 ? Math.min(1, Math.max(0, probabilities[row][k] / rest[row])) : 0;
      dealt[row][k] = stream.binomial(left[row], part);
      left[row] -= dealt[row][k];
      rest[row] -= probabilities[row][k];
    }
  }
  dealt.forEach((row, number) => { row[states - 1] = left[number]; });
  return dealt;
}

// Channels move: `counts` by state, `moves[i][j]` the probability to be in j a step after having been in i.
export function dealOut(stream, counts, moves) {
  const rows = multinomial(stream, counts, moves);
  return Float64Array.from(rows[0], (_, j) => rows.reduce((sum, row) => sum + row[j], 0));
}

// The state in which a draw of probabilities ends.
export function choose(stream, probabilities) {
  const u = stream.uniform();
  let sum = 0;
  for (let k = 0; k < probabilities.length - 1; k++) {
    sum += probabilities[k];
    if (u < sum) return k;
  }
  return probabilities.length - 1;
}

// One exact step of dx = (mean - x) dt / tau + sigma sqrt(2 / tau) dW, whose deviation at rest is sigma:
// D. T. Gillespie (1996), Phys. Rev. E 54:2084, doi 10.1103/PhysRevE.54.2084.
export function ornsteinUhlenbeck(stream, x, { mean, tau, sigma }, dt) {
  const left = Math.exp(-dt / tau);
  return mean + (x - mean) * left + sigma * Math.sqrt(1 - left * left) * normalQuantile(stream.uniform());
}

// One step of Euler and Maruyama for dx = drift dt + noise dW.
export function eulerMaruyama(stream, x, drift, noise, dt) {
  return x + drift * dt + noise * Math.sqrt(dt) * normalQuantile(stream.uniform());
}
