// Made from tsodyks_markram_ampa_nmda.mod by python -m neuroscales.explorer.engine.
import { ampa_nmda } from "./ampa_nmda.js";
import { tsodyks_markram } from "./tsodyks_markram.js";

export const TsodyksMarkram_AMPA_NMDA = {
  name: "TsodyksMarkram_AMPA_NMDA", kind: "point",
  parameters: { gmax_AMPA: 0.001, gmax_NMDA: 0.0007, tau_r_AMPA: 0.2, tau_d_AMPA: 1.7, tau_r_NMDA: 0.29, tau_d_NMDA: 43, e: 0, mg: 1, U1: 0.5, tau_rec: 200, tau_facil: 200 },
  sizes: { A_AMPA: 1, B_AMPA: 1, A_NMDA: 1, B_NMDA: 1, i: 1, i_AMPA: 1, i_NMDA: 1, g: 1, g_AMPA: 1, g_NMDA: 1, rise_AMPA: 1, decay_AMPA: 1, rise_NMDA: 1, decay_NMDA: 1, n_AMPA: 1, n_NMDA: 1, R: 1, Use: 1, R_last: 1, Use_last: 1, t_last: 1 },
  ions: [], uses: [],
  currents: ["i"],
  weights: 4,
  build(_it) {
    const { _run, _count } = _it;
    const { A_AMPA, B_AMPA, A_NMDA, B_NMDA, n_AMPA, n_NMDA, R, Use, R_last, Use_last, t_last } = _it.arrays;
    const { recovered, relaxed, facilitated, rest } = tsodyks_markram(_it);
    const { close_receptors, currentsAt, advance } = ampa_nmda(_it);
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        close_receptors(_i);
        rest(_i);
      }
    }
    function receive(_i, _weights, _flag) {
      let released = 0;
      _weights[2] = facilitated(_i, _weights[2], _run.t - _weights[3]);
      _weights[1] = recovered(_i, _weights[1], _run.t - _weights[3]);
      released = _weights[2] * _weights[1];
      A_AMPA[_i] = A_AMPA[_i] + _weights[0] * released * n_AMPA[_i];
      B_AMPA[_i] = B_AMPA[_i] + _weights[0] * released * n_AMPA[_i];
      A_NMDA[_i] = A_NMDA[_i] + _weights[0] * released * n_NMDA[_i];
      B_NMDA[_i] = B_NMDA[_i] + _weights[0] * released * n_NMDA[_i];
      _weights[1] = _weights[1] - released;
      _weights[3] = _run.t;
      R_last[_i] = _weights[1];
      Use_last[_i] = _weights[2];
      t_last[_i] = _run.t;
    }
    function connect(_i, _weights) {
      _weights[1] = 1;
      _weights[2] = 0;
      _weights[3] = _run.t;
    }
    function beforeRecording() {
      for (let _i = 0; _i < _count; _i++) {
        R[_i] = recovered(_i, R_last[_i], _run.t - t_last[_i]);
        Use[_i] = relaxed(_i, Use_last[_i], _run.t - t_last[_i]);
      }
    }
    return { initialize, receive, connect, beforeRecording, currentsAt, advance };
  },
};
