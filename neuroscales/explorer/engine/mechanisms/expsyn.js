// Made from expsyn.mod by python -m neuroscales.explorer.engine.
export const ExpSyn = {
  name: "ExpSyn", kind: "point",
  parameters: { tau: 0.1, e: 0 },
  sizes: { g: 1, i: 1 },
  ions: [], uses: [],
  weights: 1,
  build(_it) {
    const { _run, _count, _node, _area } = _it;
    const { tau, e, g, i } = _it.arrays;
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        g[_i] = 0;
      }
    }
    function current(_i, v) {
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
        g[_i] -= (1 - Math.exp(-_dt / tau[_i])) * g[_i];
      }
    }
    function receive(_i, _weights, _flag) {
      g[_i] = g[_i] + _weights[0];
    }
    return { initialize, currents, advance, receive };
  },
};
