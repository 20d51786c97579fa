// Made from hh.mod by python -m neuroscales.explorer.engine.
export const hh = {
  name: "hh", kind: "density",
  parameters: { gnabar: 0.12, gkbar: 0.036, gl: 0.0003, el: -54.3 },
  sizes: { m: 1, h: 1, n: 1, gna: 1, gk: 1, ina: 1, ik: 1, il: 1, minf: 1, hinf: 1, ninf: 1, mtau: 1, htau: 1, ntau: 1 },
  ions: ["na", "k"], uses: ["ena", "ek", "ina", "ik"],
  build(_it) {
    const { _run, _count, _node } = _it;
    const { gnabar, gkbar, gl, el, m, h, n, gna, gk, ina, ik, il, minf, hinf, ninf, mtau, htau, ntau } = _it.arrays;
    const { celsius } = _it._run;
    const { e: ena, i: _ina, slope: _dina } = _it.ions.na;
    const { e: ek, i: _ik, slope: _dik } = _it.ions.k;
    const _c1 = Math.pow(3, ((celsius - 6.3) / 10));
    function vtrap(x, y) {
      let _result = 0;
      if (Math.abs(x / y) < 1e-06) {
        _result = y * (1 - x / y / 2);
      } else {
        _result = x / (Math.exp(x / y) - 1);
      }
      return _result;
    }
    function rates(_i, v) {
      let alpha = 0, beta = 0, sum = 0, q10 = 0;
      q10 = _c1;
      alpha = 0.1 * vtrap(-(v + 40), 10);
      beta = 4 * Math.exp(-(v + 65) / 18);
      sum = alpha + beta;
      mtau[_i] = 1 / (q10 * sum);
      minf[_i] = alpha / sum;
      alpha = 0.07 * Math.exp(-(v + 65) / 20);
      beta = 1 / (Math.exp(-(v + 35) / 10) + 1);
      sum = alpha + beta;
      htau[_i] = 1 / (q10 * sum);
      hinf[_i] = alpha / sum;
      alpha = 0.01 * vtrap(-(v + 55), 10);
      beta = 0.125 * Math.exp(-(v + 65) / 80);
      sum = alpha + beta;
      ntau[_i] = 1 / (q10 * sum);
      ninf[_i] = alpha / sum;
    }
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]];
        rates(_i, v);
        m[_i] = minf[_i];
        h[_i] = hinf[_i];
        n[_i] = ninf[_i];
      }
    }
    function current(_i, v) {
      gna[_i] = gnabar[_i] * m[_i] * m[_i] * m[_i] * h[_i];
      ina[_i] = gna[_i] * (v - ena[_node[_i]]);
      gk[_i] = gkbar[_i] * n[_i] * n[_i] * n[_i] * n[_i];
      ik[_i] = gk[_i] * (v - ek[_node[_i]]);
      il[_i] = gl[_i] * (v - el[_i]);
      return ina[_i] + ik[_i] + il[_i];
    }
    function currents() {
      const { v: _v, d: _d, rhs: _rhs } = _run;
      for (let _i = 0; _i < _count; _i++) {
        const _k = _node[_i];
        const _shifted = current(_i, _v[_k] + 0.001);
        const _before_ina = ina[_i];
        const _before_ik = ik[_i];
        const _now = current(_i, _v[_k]);
        _dina[_k] += (_before_ina - ina[_i]) / 0.001;
        _dik[_k] += (_before_ik - ik[_i]) / 0.001;
        _ina[_k] += ina[_i];
        _ik[_k] += ik[_i];
        _d[_k] += (_shifted - _now) / 0.001;
        _rhs[_k] -= _now;
      }
    }
    function advance() {
      const _dt = _run.dt;
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]];
        rates(_i, v);
        m[_i] += (1 - Math.exp(-_dt / mtau[_i])) * (minf[_i] - m[_i]);
        h[_i] += (1 - Math.exp(-_dt / htau[_i])) * (hinf[_i] - h[_i]);
        n[_i] += (1 - Math.exp(-_dt / ntau[_i])) * (ninf[_i] - n[_i]);
      }
    }
    return { initialize, currents, advance };
  },
};
