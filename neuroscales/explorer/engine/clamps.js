// SPDX-License-Identifier: BSD-3-Clause
// Electrodes, by NEURON's rules for IClamp and SEClamp. Their current enters the cell where it is positive.

export const IClamp = {
  name: "IClamp", kind: "point", parameters: { delay: 0, dur: 0, amp: 0 }, sizes: { i: 1 }, ions: [],
  build({ _run, _count, _node, _area, arrays: { delay, dur, amp, i } }) {
    function currents() {
      const { t, rhs } = _run;
      for (let _i = 0; _i < _count; _i++) {
        const k = _node[_i];
        i[_i] = t < delay[_i] + dur[_i] && t >= delay[_i] ? amp[_i] : 0;
        rhs[k] += i[_i] * 100 / _area[k];
      }
    }
    return { currents };
  },
};

export const SEClamp = {
  name: "SEClamp", kind: "point",
  parameters: { rs: 1, dur1: 0, amp1: 0, dur2: 0, amp2: 0, dur3: 0, amp3: 0 },
  sizes: { i: 1, vc: 1, on: 1 }, ions: [],
  build({ _run, _count, _node, _area, arrays }) {
    const { rs, dur1, amp1, dur2, amp2, dur3, amp3, i, vc, on } = arrays;

    // The level that is commanded now.
    function command(_i, t) {
      const end2 = dur1[_i] + dur2[_i], end3 = end2 + dur3[_i];
      on[_i] = t < dur1[_i] || t < end2 || t < end3 ? 1 : 0;
      vc[_i] = t < dur1[_i] ? amp1[_i] : t < end2 ? amp2[_i] : t < end3 ? amp3[_i] : 0;
    }

    function currents() {
      const { t, v, d, rhs } = _run;
      for (let _i = 0; _i < _count; _i++) {
        const k = _node[_i], per = 100 / _area[k];
        command(_i, t);
        const shifted = on[_i] ? (vc[_i] - (v[k] + 0.001)) / rs[_i] : 0;
        i[_i] = on[_i] ? (vc[_i] - v[k]) / rs[_i] : 0;
        d[k] -= (shifted - i[_i]) / 0.001 * per;
        rhs[k] += i[_i] * per;
      }
    }

    // Recorded is the current at the potential that the step has reached.
    function advance() {
      for (let _i = 0; _i < _count; _i++) {
        i[_i] = on[_i] ? (vc[_i] - _run.v[_node[_i]]) / rs[_i] : 0;
      }
    }

    return { initialize: () => on.fill(0), currents, advance };
  },
};
