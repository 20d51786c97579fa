// Made from passive.mod by python -m neuroscales.explorer.engine.
export const pas = {
  name: "pas", kind: "density",
  parameters: { g: 0.001, e: -70 },
  sizes: { i: 1 },
  ions: [], uses: [],
  build(_it) {
    const { _run, _count, _node } = _it;
    const { g, e, i } = _it.arrays;
    function current(_i, v) {
      i[_i] = g[_i] * (v - e[_i]);
      return i[_i];
    }
    function currents() {
      const { v: _v, d: _d, rhs: _rhs } = _run;
      for (let _i = 0; _i < _count; _i++) {
        const _k = _node[_i];
        const _shifted = current(_i, _v[_k] + 0.001);
        const _now = current(_i, _v[_k]);
        _d[_k] += (_shifted - _now) / 0.001;
        _rhs[_k] -= _now;
      }
    }
    return { currents };
  },
};
