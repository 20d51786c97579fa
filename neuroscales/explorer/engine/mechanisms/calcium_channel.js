// Made from calcium_channel.mod by python -m neuroscales.explorer.engine.
export const CalciumChannel = {
  name: "CalciumChannel", kind: "density",
  parameters: { pbar: 0.0001, v_half: -10, k: 6, tau_m: 1, entry: 0 },
  sizes: { m: 1, ica: 1 },
  ions: ["ca"], uses: ["cai", "cao", "ica"],
  build(_it) {
    const { _run, _count, _node } = _it;
    const { pbar, v_half, k, tau_m, entry, m, ica } = _it.arrays;
    const { celsius } = _it._run;
    const { inside: cai, outside: cao, i: _ica, slope: _dica } = _it.ions.ca;
    const F = 96485.33212331001;
    const gas = 8.31446261815324;
    function m_inf(_i, v) {
      return 1 / (1 + Math.exp(-(v - v_half[_i]) / k[_i]));
    }
    function constant_field(_i, v) {
      let _result = 0;
      let x = 0;
      x = 2 * F * v * (0.001) / (gas * (celsius + 273.15));
      _result = 2 * F * (0.001) * (cai[_node[_i]] * over_1_less_exp(x) - cao[_node[_i]] * (over_1_less_exp(x) - x));
      return _result;
    }
    function over_1_less_exp(x) {
      let _result = 0;
      if (Math.abs(x) < 0.0001) {
        _result = 1 + x / 2;
      } else {
        _result = x / (1 - Math.exp(-x));
      }
      return _result;
    }
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]];
        m[_i] = m_inf(_i, v);
      }
    }
    function current(_i, v) {
      ica[_i] = pbar[_i] * m[_i] * m[_i] * constant_field(_i, v) - entry[_i];
      return ica[_i];
    }
    function currents() {
      const { v: _v, d: _d, rhs: _rhs } = _run;
      for (let _i = 0; _i < _count; _i++) {
        const _k = _node[_i];
        const _shifted = current(_i, _v[_k] + 0.001);
        const _before_ica = ica[_i];
        const _now = current(_i, _v[_k]);
        _dica[_k] += (_before_ica - ica[_i]) / 0.001;
        _ica[_k] += ica[_i];
        _d[_k] += (_shifted - _now) / 0.001;
        _rhs[_k] -= _now;
      }
    }
    function advance() {
      const _dt = _run.dt;
      for (let _i = 0; _i < _count; _i++) {
        const v = _run.v[_node[_i]];
        m[_i] += (1 - Math.exp(-_dt / tau_m[_i])) * (m_inf(_i, v) - m[_i]);
      }
    }
    return { initialize, currents, advance };
  },
};
