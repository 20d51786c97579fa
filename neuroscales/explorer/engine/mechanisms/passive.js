// Made from passive.mod by python -m neuroscales.explorer.engine.
export const pas = {
  name: "pas", kind: "density",
  parameters: { g: 0.001, e: -70 },
  sizes: { i: 1 },
  ions: [], uses: [],
  currents: ["i"],
  build(_it) {
    const { _run, _count, _node } = _it;
    const { g, e, i } = _it.arrays;
    function currentsAt(_above) {
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]] + _above;
        i[_i] = g[_i] * (v - e[_i]);
      }
    }
    return { currentsAt };
  },
};
