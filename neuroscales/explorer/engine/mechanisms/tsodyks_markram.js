// Made from tsodyks_markram.inc by python -m neuroscales.explorer.engine.
export function tsodyks_markram(_it) {
  const { _run } = _it;
  const { U1, tau_rec, tau_facil, R, Use, R_last, Use_last, t_last } = _it.arrays;
  function left(time, tau) {
    let _result = 0;
    _result = 0;
    if (tau > 0) {
      _result = Math.exp(-time / tau);
    }
    return _result;
  }
  function recovered(_i, part, time) {
    return 1 - (1 - part) * left(time, tau_rec[_i]);
  }
  function relaxed(_i, use, time) {
    let _result = 0;
    _result = U1[_i];
    if (tau_facil[_i] > 0) {
      _result = use * left(time, tau_facil[_i]);
    }
    return _result;
  }
  function facilitated(_i, use, time) {
    let _result = 0;
    _result = use * left(time, tau_facil[_i]);
    _result = _result + U1[_i] * (1 - _result);
    return _result;
  }
  function rest(_i) {
    R_last[_i] = 1;
    Use_last[_i] = 0;
    t_last[_i] = _run.t;
    R[_i] = 1;
    Use[_i] = relaxed(_i, 0, 0);
  }
  return { left, recovered, relaxed, facilitated, rest };
}
