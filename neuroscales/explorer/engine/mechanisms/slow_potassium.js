// Made from slow_potassium.mod by python -m neuroscales.explorer.engine.
export const slowk = {
  name: "slowk", kind: "density",
  parameters: { gbar: 0.002, tau: 50, vhalf: -30, slope: 5 },
  sizes: { n: 1, ik: 1 },
  ions: ["k"], uses: ["ek", "ik"],
  currents: ["ik"],
  build(_it) {
    const { _run, _count, _node } = _it;
    const { gbar, tau, vhalf, slope, n, ik } = _it.arrays;
    const { e: ek } = _it.ions.k;
    function steady(_i, v) {
      return 1 / (1 + Math.exp(-(v - vhalf[_i]) / slope[_i]));
    }
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]];
        n[_i] = steady(_i, v);
      }
    }
    function currentsAt(_above) {
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]] + _above;
        ik[_i] = gbar[_i] * n[_i] * (v - ek[_node[_i]]);
      }
    }
    function advance() {
      const _dt = _run.dt;
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]];
        n[_i] += (1 - Math.exp(-_dt / tau[_i])) * (steady(_i, v) - n[_i]);
      }
    }
    return { initialize, currentsAt, advance };
  },
};
