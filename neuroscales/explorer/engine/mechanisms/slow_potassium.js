// Made from slow_potassium.mod by python -m neuroscales.explorer.engine.
export const slowk = {
  name: "slowk", kind: "density",
  parameters: { gbar: 0.002, tau: 50, vhalf: -30, slope: 5 },
  sizes: { n: 1, ik: 1 },
  ions: ["k"], uses: ["ek", "ik"],
  build(_it) {
    const { _run, _count, _node } = _it;
    const { gbar, tau, vhalf, slope, n, ik } = _it.arrays;
    const { e: ek, i: _ik, slope: _dik } = _it.ions.k;
    function steady(_i, v) {
      return 1 / (1 + Math.exp(-(v - vhalf[_i]) / slope[_i]));
    }
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]];
        n[_i] = steady(_i, v);
      }
    }
    function current(_i, v) {
      ik[_i] = gbar[_i] * n[_i] * (v - ek[_node[_i]]);
      return ik[_i];
    }
    function currents() {
      const { v: _v, d: _d, rhs: _rhs } = _run;
      for (let _i = 0; _i < _count; _i++) {
        const _k = _node[_i];
        const _shifted = current(_i, _v[_k] + 0.001);
        const _before_ik = ik[_i];
        const _now = current(_i, _v[_k]);
        _dik[_k] += (_before_ik - ik[_i]) / 0.001;
        _ik[_k] += ik[_i];
        _d[_k] += (_shifted - _now) / 0.001;
        _rhs[_k] -= _now;
      }
    }
    function advance() {
      const _dt = _run.dt;
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]];
        n[_i] += (1 - Math.exp(-_dt / tau[_i])) * (steady(_i, v) - n[_i]);
      }
    }
    return { initialize, currents, advance };
  },
};
