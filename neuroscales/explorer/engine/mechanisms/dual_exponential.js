// Made from dual_exponential.inc by python -m neuroscales.explorer.engine.
export function dual_exponential() {
  function apart(tau, other, side) {
    let _result = 0;
    let mean = 0;
    mean = (tau + other) / 2;
    _result = tau;
    if (Math.abs((tau - other) / mean) < 0.0001) {
      _result = mean * (1 + side * 5e-05);
    }
    return _result;
  }
  function to_peak(rise, decay) {
    let _result = 0;
    let t_peak = 0;
    t_peak = rise * decay / (decay - rise) * Math.log(decay / rise);
    _result = 1 / (Math.exp(-t_peak / decay) - Math.exp(-t_peak / rise));
    return _result;
  }
  return { apart, to_peak };
}
