// Made from simple_ampa_nmda.mod by python -m neuroscales.explorer.engine.
export const SimpleAMPA_NMDA = {
  name: "SimpleAMPA_NMDA", kind: "point",
  parameters: { gmax_AMPA: 0.001, gmax_NMDA: 0.0007, tau_r_AMPA: 0.2, tau_d_AMPA: 1.7, tau_r_NMDA: 0.29, tau_d_NMDA: 43, e: 0, mg: 1 },
  sizes: { A_AMPA: 1, B_AMPA: 1, A_NMDA: 1, B_NMDA: 1, i: 1, i_AMPA: 1, i_NMDA: 1, g: 1, g_AMPA: 1, g_NMDA: 1, rise_AMPA: 1, decay_AMPA: 1, rise_NMDA: 1, decay_NMDA: 1, n_AMPA: 1, n_NMDA: 1 },
  ions: [], uses: [],
  weights: 1,
  build(_it) {
    const { _run, _count, _node, _area } = _it;
    const { gmax_AMPA, gmax_NMDA, tau_r_AMPA, tau_d_AMPA, tau_r_NMDA, tau_d_NMDA, e, mg, A_AMPA, B_AMPA, A_NMDA, B_NMDA, i, i_AMPA, i_NMDA, g, g_AMPA, g_NMDA, rise_AMPA, decay_AMPA, rise_NMDA, decay_NMDA, n_AMPA, n_NMDA } = _it.arrays;
    function block(_i, v) {
      return 1 / (1 + mg[_i] / 3.57 * Math.exp(-0.062 * v));
    }
    function apart(tau, other, side) {
      let _result = 0;
      let mean = 0;
      mean = (tau + other) / 2;
      _result = tau;
      if (Math.abs((tau - other) / mean) < 0.0001) {
        _result = mean * (1 + side * 5e-05);
      }
      return _result;
    }
    function to_peak(rise, decay) {
      let _result = 0;
      let t_peak = 0;
      t_peak = rise * decay / (decay - rise) * Math.log(decay / rise);
      _result = 1 / (Math.exp(-t_peak / decay) - Math.exp(-t_peak / rise));
      return _result;
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
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        close_receptors(_i);
      }
    }
    function current(_i, v) {
      g_AMPA[_i] = gmax_AMPA[_i] * (B_AMPA[_i] - A_AMPA[_i]);
      g_NMDA[_i] = gmax_NMDA[_i] * (B_NMDA[_i] - A_NMDA[_i]) * block(_i, v);
      g[_i] = g_AMPA[_i] + g_NMDA[_i];
      i_AMPA[_i] = g_AMPA[_i] * (v - e[_i]);
      i_NMDA[_i] = g_NMDA[_i] * (v - e[_i]);
      i[_i] = i_AMPA[_i] + i_NMDA[_i];
      return i[_i];
    }
    function currents() {
      const { v: _v, d: _d, rhs: _rhs } = _run;
      for (let _i = 0; _i < _count; _i++) {
        const _k = _node[_i];
        const _per = 100 / _area[_k];
        const _shifted = current(_i, _v[_k] + 0.001);
        const _now = current(_i, _v[_k]);
        _d[_k] += (_shifted - _now) / 0.001 * _per;
        _rhs[_k] -= _now * _per;
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
    function receive(_i, _weights, _flag) {
      A_AMPA[_i] = A_AMPA[_i] + _weights[0] * n_AMPA[_i];
      B_AMPA[_i] = B_AMPA[_i] + _weights[0] * n_AMPA[_i];
      A_NMDA[_i] = A_NMDA[_i] + _weights[0] * n_NMDA[_i];
      B_NMDA[_i] = B_NMDA[_i] + _weights[0] * n_NMDA[_i];
    }
    return { initialize, currents, advance, receive };
  },
};
