// Made from expsyn.mod by python -m neuroscales.explorer.engine.
export const ExpSyn = {
  name: "ExpSyn", kind: "point",
  parameters: { tau: 0.1, e: 0 },
  sizes: { g: 1, i: 1 },
  ions: [], uses: [],
  currents: ["i"],
  weights: 1,
  build(_it) {
    const { _run, _count, _node } = _it;
    const { tau, e, g, i } = _it.arrays;
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        g[_i] = 0;
      }
    }
    function currentsAt(_above) {
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]] + _above;
        i[_i] = g[_i] * (v - e[_i]);
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
    return { initialize, currentsAt, advance, receive };
  },
};
