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

// Two electrodes and an amplifier of finite gain, by the circuit of NEURON's VClamp; for secondorder 0 only. The states
// are the amplifier's input `e`, its output `vo` and the measured potential `vi`; those of the last step end in 0.
export const VClamp = {
  name: "VClamp", kind: "point",
  parameters: {
    gain: 1e5, rstim: 1, tau1: 0.001, tau2: 0, fac: 0, dur1: 0, amp1: 0, dur2: 0, amp2: 0, dur3: 0, amp3: 0,
  },
  sizes: { i: 1, e: 1, vo: 1, vi: 1, e0: 1, vo0: 1, vi0: 1, stim: 1, end: 1 }, ions: [],
  build({ _run, _count, _node, _area, arrays }) {
    const { gain, rstim, tau1, tau2, fac, dur1, amp1, dur2, amp2, dur3, amp3 } = arrays;
    const { i, e, vo, vi, e0, vo0, vi0, stim, end } = arrays;

    // The level that is commanded; after the last one, when the clamp lets go.
    function command(_i, t) {
      const end1 = dur1[_i], end2 = end1 + dur2[_i], end3 = end2 + dur3[_i];
      stim[_i] = t < end1 ? amp1[_i] : t < end2 ? amp2[_i] : amp3[_i];
      end[_i] = t < end3 ? Infinity : end3;
    }

    // The current at a potential, with the circuit in balance at the end of the step.
    function current(_i, v) {
      if (_run.t > end[_i]) {
        e0[_i] = 0;
        vo0[_i] = 0;
        return 0;
      }
      const t1 = tau1[_i] / _run.dt, t2 = tau2[_i] / _run.dt, f = fac[_i], amplified = gain[_i] / (2 + t1);
      const input = stim[_i] + t1 * (vi0[_i] - e0[_i]);
      vo[_i] = (t2 * vo0[_i] - amplified * ((1 + t1) * (1 - f) * v - input)) / (1 + t2 + amplified * (1 + t1) * f);
      vi[_i] = v + f * (vo[_i] - v);
      e[_i] = ((1 + t1) * vi[_i] - input) / (2 + t1);
      return (vo[_i] - v) / rstim[_i];
    }

    function initialize() {
      if (_run.secondorder) throw new Error("VClamp is too stiff for secondorder 2: take 0, or SEClamp");
      for (let _i = 0; _i < _count; _i++) {
        e[_i] = e0[_i] = 0;
        vo[_i] = vo0[_i] = vi[_i] = vi0[_i] = _run.v[_node[_i]];
      }
    }

    function currents() {
      const { t, v, d, rhs } = _run;
      for (let _i = 0; _i < _count; _i++) {
        const k = _node[_i], per = 100 / _area[k];
        command(_i, t);
        const shifted = current(_i, v[k] + 0.001);
        i[_i] = current(_i, v[k]);
        d[k] -= (shifted - i[_i]) / 0.001 * per;
        rhs[k] += i[_i] * per;
      }
    }

    function advance() {
      for (let _i = 0; _i < _count; _i++) {
        i[_i] = current(_i, _run.v[_node[_i]]);
        e0[_i] = e[_i];
        vo0[_i] = vo[_i];
        vi0[_i] = vi[_i];
      }
    }

    return { initialize, currents, advance };
  },
};
