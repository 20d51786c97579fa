// Made from exp2syn.mod by python -m neuroscales.explorer.engine.
export const Exp2Syn = {
  name: "Exp2Syn", kind: "point",
  parameters: { tau1: 0.1, tau2: 10, e: 0 },
  sizes: { A: 1, B: 1, i: 1, g: 1, factor: 1 },
  ions: [], uses: [],
  weights: 1,
  build(_it) {
    const { _run, _count, _node, _area } = _it;
    const { tau1, tau2, e, A, B, i, g, factor } = _it.arrays;
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        let tp = 0;
        if (tau1[_i] / tau2[_i] > 0.9999) {
          tau1[_i] = 0.9999 * tau2[_i];
        }
        if (tau1[_i] / tau2[_i] < 1e-09) {
          tau1[_i] = tau2[_i] * 1e-09;
        }
        A[_i] = 0;
        B[_i] = 0;
        tp = (tau1[_i] * tau2[_i]) / (tau2[_i] - tau1[_i]) * Math.log(tau2[_i] / tau1[_i]);
        factor[_i] = -Math.exp(-tp / tau1[_i]) + Math.exp(-tp / tau2[_i]);
        factor[_i] = 1 / factor[_i];
      }
    }
    function current(_i, v) {
      g[_i] = B[_i] - A[_i];
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
        A[_i] -= (1 - Math.exp(-_dt / tau1[_i])) * A[_i];
        B[_i] -= (1 - Math.exp(-_dt / tau2[_i])) * B[_i];
      }
    }
    function receive(_i, _weights, _flag) {
      A[_i] = A[_i] + _weights[0] * factor[_i];
      B[_i] = B[_i] + _weights[0] * factor[_i];
    }
    return { initialize, currents, advance, receive };
  },
};
