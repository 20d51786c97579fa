// Made from ampa_nmda.inc by python -m neuroscales.explorer.engine.
import { dual_exponential } from "./dual_exponential.js";

export function ampa_nmda(_it) {
  const { _run, _count, _node } = _it;
  const { gmax_AMPA, gmax_NMDA, tau_r_AMPA, tau_d_AMPA, tau_r_NMDA, tau_d_NMDA, e, mg, A_AMPA, B_AMPA, A_NMDA, B_NMDA, i, i_AMPA, i_NMDA, g, g_AMPA, g_NMDA, rise_AMPA, decay_AMPA, rise_NMDA, decay_NMDA, n_AMPA, n_NMDA } = _it.arrays;
  const { apart, to_peak } = dual_exponential(_it);
  function block(_i, v) {
    return 1 / (1 + mg[_i] / 3.57 * Math.exp(-0.062 * v));
  }
  function close_receptors(_i) {
    rise_AMPA[_i] = apart(tau_r_AMPA[_i], tau_d_AMPA[_i], -1);
    decay_AMPA[_i] = apart(tau_d_AMPA[_i], tau_r_AMPA[_i], 1);
    rise_NMDA[_i] = apart(tau_r_NMDA[_i], tau_d_NMDA[_i], -1);
    decay_NMDA[_i] = apart(tau_d_NMDA[_i], tau_r_NMDA[_i], 1);
    n_AMPA[_i] = to_peak(rise_AMPA[_i], decay_AMPA[_i]);
    n_NMDA[_i] = to_peak(rise_NMDA[_i], decay_NMDA[_i]);
    A_AMPA[_i] = 0;
    B_AMPA[_i] = 0;
    A_NMDA[_i] = 0;
    B_NMDA[_i] = 0;
  }
  function currentsAt(_above) {
    for (let _i = 0; _i < _count; _i++) {
      const v = _run.v[_node[_i]] + _above;
      g_AMPA[_i] = gmax_AMPA[_i] * (B_AMPA[_i] - A_AMPA[_i]);
      g_NMDA[_i] = gmax_NMDA[_i] * (B_NMDA[_i] - A_NMDA[_i]) * block(_i, v);
      g[_i] = g_AMPA[_i] + g_NMDA[_i];
      i_AMPA[_i] = g_AMPA[_i] * (v - e[_i]);
      i_NMDA[_i] = g_NMDA[_i] * (v - e[_i]);
      i[_i] = i_AMPA[_i] + i_NMDA[_i];
    }
  }
  function advance() {
    const _dt = _run.dt;
    for (let _i = 0; _i < _count; _i++) {
      A_AMPA[_i] -= (1 - Math.exp(-_dt / rise_AMPA[_i])) * A_AMPA[_i];
      B_AMPA[_i] -= (1 - Math.exp(-_dt / decay_AMPA[_i])) * B_AMPA[_i];
      A_NMDA[_i] -= (1 - Math.exp(-_dt / rise_NMDA[_i])) * A_NMDA[_i];
      B_NMDA[_i] -= (1 - Math.exp(-_dt / decay_NMDA[_i])) * B_NMDA[_i];
    }
  }
  return { block, close_receptors, currentsAt, advance };
}
