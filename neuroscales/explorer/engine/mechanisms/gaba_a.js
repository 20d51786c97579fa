// Made from gaba_a.mod by python -m neuroscales.explorer.engine.
import { dual_exponential } from "./dual_exponential.js";

export const GABA_A = {
  name: "GABA_A", kind: "point",
  parameters: { gmax: 0.001, tau_r: 0.5, tau_d: 10, cli: 7, clo: 130 },
  sizes: { A: 1, B: 1, e: 1, g: 1, i: 1, rise: 1, decay: 1, n: 1 },
  ions: [], uses: [],
  currents: ["i"],
  weights: 1,
  build(_it) {
    const { _run, _count, _node } = _it;
    const { gmax, tau_r, tau_d, cli, clo, A, B, e, g, i, rise, decay, n } = _it.arrays;
    const { celsius } = _it._run;
    const F = 96485.33212331001;
    const gas = 8.31446261815324;
    const { apart, to_peak } = dual_exponential(_it);
    function nernst_chloride(_i) {
      return -(1000) * gas * (celsius + 273.15) / F * Math.log(clo[_i] / cli[_i]);
    }
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        rise[_i] = apart(tau_r[_i], tau_d[_i], -1);
        decay[_i] = apart(tau_d[_i], tau_r[_i], 1);
        n[_i] = to_peak(rise[_i], decay[_i]);
        A[_i] = 0;
        B[_i] = 0;
        e[_i] = nernst_chloride(_i);
      }
    }
    function currentsAt(_above) {
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]] + _above;
        e[_i] = nernst_chloride(_i);
        g[_i] = gmax[_i] * (B[_i] - A[_i]);
        i[_i] = g[_i] * (v - e[_i]);
      }
    }
    function advance() {
      const _dt = _run.dt;
      for (let _i = 0; _i < _count; _i++) {
        A[_i] -= (1 - Math.exp(-_dt / rise[_i])) * A[_i];
        B[_i] -= (1 - Math.exp(-_dt / decay[_i])) * B[_i];
      }
    }
    function receive(_i, _weights, _flag) {
      A[_i] = A[_i] + _weights[0] * n[_i];
      B[_i] = B[_i] + _weights[0] * n[_i];
    }
    return { initialize, currentsAt, advance, receive };
  },
};
