// Made from simple_ampa_nmda.mod by python -m neuroscales.explorer.engine.
import { ampa_nmda } from "./ampa_nmda.js";

export const SimpleAMPA_NMDA = {
  name: "SimpleAMPA_NMDA", kind: "point",
  parameters: { gmax_AMPA: 0.001, gmax_NMDA: 0.0007, tau_r_AMPA: 0.2, tau_d_AMPA: 1.7, tau_r_NMDA: 0.29, tau_d_NMDA: 43, e: 0, mg: 1 },
  sizes: { A_AMPA: 1, B_AMPA: 1, A_NMDA: 1, B_NMDA: 1, i: 1, i_AMPA: 1, i_NMDA: 1, g: 1, g_AMPA: 1, g_NMDA: 1, rise_AMPA: 1, decay_AMPA: 1, rise_NMDA: 1, decay_NMDA: 1, n_AMPA: 1, n_NMDA: 1 },
  ions: [], uses: [],
  currents: ["i"],
  weights: 1,
  build(_it) {
    const { _count } = _it;
    const { A_AMPA, B_AMPA, A_NMDA, B_NMDA, n_AMPA, n_NMDA } = _it.arrays;
    const { close_receptors, currentsAt, advance } = ampa_nmda(_it);
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        close_receptors(_i);
      }
    }
    function receive(_i, _weights, _flag) {
      A_AMPA[_i] = A_AMPA[_i] + _weights[0] * n_AMPA[_i];
      B_AMPA[_i] = B_AMPA[_i] + _weights[0] * n_AMPA[_i];
      A_NMDA[_i] = A_NMDA[_i] + _weights[0] * n_NMDA[_i];
      B_NMDA[_i] = B_NMDA[_i] + _weights[0] * n_NMDA[_i];
    }
    return { initialize, receive, currentsAt, advance };
  },
};
