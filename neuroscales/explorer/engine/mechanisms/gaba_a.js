// Made from gaba_a.mod by python -m neuroscales.explorer.engine.
export const GABA_A = {
  name: "GABA_A", kind: "point",
  parameters: { gmax: 0.001, tau_r: 0.5, tau_d: 10, cli: 7, clo: 130 },
  sizes: { A: 1, B: 1, e: 1, g: 1, i: 1, rise: 1, decay: 1, n: 1 },
  ions: [], uses: [],
  weights: 1,
  build(_it) {
    const { _run, _count, _node, _area } = _it;
    const { gmax, tau_r, tau_d, cli, clo, A, B, e, g, i, rise, decay, n } = _it.arrays;
    const { celsius } = _it._run;
    const F = 96485.33212331001;
    const gas = 8.31446261815324;
    function nernst_chloride(_i) {
      return -(1000) * gas * (celsius + 273.15) / F * Math.log(clo[_i] / cli[_i]);
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
    function current(_i, v) {
      e[_i] = nernst_chloride(_i);
      g[_i] = gmax[_i] * (B[_i] - A[_i]);
      i[_i] = g[_i] * (v - e[_i]);
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
        A[_i] -= (1 - Math.exp(-_dt / rise[_i])) * A[_i];
        B[_i] -= (1 - Math.exp(-_dt / decay[_i])) * B[_i];
      }
    }
    function receive(_i, _weights, _flag) {
      A[_i] = A[_i] + _weights[0] * n[_i];
      B[_i] = B[_i] + _weights[0] * n[_i];
    }
    return { initialize, currents, advance, receive };
  },
};
