// Made from calcium_pool.mod by python -m neuroscales.explorer.engine.
import { SparseStep } from "../sparse-step.js";

export const CalciumPool = {
  name: "CalciumPool", kind: "density",
  parameters: { rest: 5e-05, DCa: 0.22, TotalFixed: 0.5, k1fix: 100, k2fix: 1, TotalMobile: 0, k1mob: 500, k2mob: 0.1, Dmob: 0.05, v_pump: 0.1, K_pump: 0.001 },
  sizes: { ca: 8, CaFixed: 8, Fixed: 8, CaMobile: 8, Mobile: 8, entered: 1, pumped: 1, free: 1, bound: 1 },
  ions: ["ca"], uses: ["ica", "cai"],
  build(_it) {
    const { _run, _count, _node, _diam } = _it;
    const { rest, DCa, TotalFixed, k1fix, k2fix, TotalMobile, k1mob, k2mob, Dmob, v_pump, K_pump, ca, CaFixed, Fixed, CaMobile, Mobile, entered, pumped, free, bound } = _it.arrays;
    const { i: ica, inside: cai } = _it.ions.ca;
    const FARADAY = 9.648533212331001;
    const PI = 3.141592653589793;
    function share(j) {
      return (2 * (8 - j) - 1) / (8 * 8);
    }
    function volume_of_all(_i) {
      return PI * _diam[_node[_i]] * _diam[_node[_i]] / 4;
    }
    function volume(_i, j) {
      return volume_of_all(_i) * share(j);
    }
    function across(j) {
      return 2 * PI * (8 - j - 1);
    }
    function clearance(_i, c) {
      return v_pump[_i] / (1 + c / K_pump[_i]);
    }
    function count(_i) {
      free[_i] = 0;
      bound[_i] = 0;
      for (let j = 0; j <= 8 - 1; j++) {
        free[_i] = free[_i] + ca[8 * _i + j] * share(j);
        bound[_i] = bound[_i] + (CaFixed[8 * _i + j] + CaMobile[8 * _i + j]) * share(j);
      }
    }
    const _s = new SparseStep(42, false);
    function scheme(_i) {
      const _rate = 1 / _s.dt;
      for (let _j = 0; _j < 8; _j++) _s.inertia(0 + _j, ca[8 * _i + _j], (volume(_i, _j)) * _rate);
      for (let _j = 0; _j < 8; _j++) _s.inertia(8 + _j, CaFixed[8 * _i + _j], (volume(_i, _j)) * _rate);
      for (let _j = 0; _j < 8; _j++) _s.inertia(16 + _j, Fixed[8 * _i + _j], (volume(_i, _j)) * _rate);
      for (let _j = 0; _j < 8; _j++) _s.inertia(24 + _j, CaMobile[8 * _i + _j], (volume(_i, _j)) * _rate);
      for (let _j = 0; _j < 8; _j++) _s.inertia(32 + _j, Mobile[8 * _i + _j], (volume(_i, _j)) * _rate);
      _s.inertia(40, entered[_i], (volume_of_all(_i)) * _rate);
      _s.inertia(41, pumped[_i], (volume_of_all(_i)) * _rate);
      _s.rhs[0 + 0] += -ica[_node[_i]] * PI * _diam[_node[_i]] / (2 * FARADAY);
      _s.rhs[40] += -ica[_node[_i]] * PI * _diam[_node[_i]] / (2 * FARADAY);
      _s.exchange(0 + 0, 41, PI * _diam[_node[_i]] * clearance(_i, ca[8 * _i + 0]), 0, ca[8 * _i + 0], pumped[_i]);
      _s.rhs[0 + 0] += PI * _diam[_node[_i]] * clearance(_i, rest[_i]) * rest[_i];
      _s.rhs[41] += -PI * _diam[_node[_i]] * clearance(_i, rest[_i]) * rest[_i];
      for (let j = 0; j <= 8 - 2; j++) {
        _s.exchange(0 + j, 0 + j + 1, DCa[_i] * across(j), DCa[_i] * across(j), ca[8 * _i + j], ca[8 * _i + j + 1]);
        _s.exchange(24 + j, 24 + j + 1, Dmob[_i] * across(j), Dmob[_i] * across(j), CaMobile[8 * _i + j], CaMobile[8 * _i + j + 1]);
        _s.exchange(32 + j, 32 + j + 1, Dmob[_i] * across(j), Dmob[_i] * across(j), Mobile[8 * _i + j], Mobile[8 * _i + j + 1]);
      }
      for (let j = 0; j <= 8 - 1; j++) {
        _s.bind(0 + j, 16 + j, 8 + j, k1fix[_i] * volume(_i, j), k2fix[_i] * volume(_i, j), ca[8 * _i + j], Fixed[8 * _i + j], CaFixed[8 * _i + j]);
        _s.bind(0 + j, 32 + j, 24 + j, k1mob[_i] * volume(_i, j), k2mob[_i] * volume(_i, j), ca[8 * _i + j], Mobile[8 * _i + j], CaMobile[8 * _i + j]);
      }
      cai[_node[_i]] = ca[8 * _i + 0];
    }
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        cai[_node[_i]] = rest[_i];
        for (let j = 0; j <= 8 - 1; j++) {
          ca[8 * _i + j] = rest[_i];
          CaFixed[8 * _i + j] = TotalFixed[_i] * k1fix[_i] * rest[_i] / (k1fix[_i] * rest[_i] + k2fix[_i]);
          Fixed[8 * _i + j] = TotalFixed[_i] - CaFixed[8 * _i + j];
          CaMobile[8 * _i + j] = TotalMobile[_i] * k1mob[_i] * rest[_i] / (k1mob[_i] * rest[_i] + k2mob[_i]);
          Mobile[8 * _i + j] = TotalMobile[_i] - CaMobile[8 * _i + j];
        }
        entered[_i] = 0;
        pumped[_i] = 0;
        count(_i);
      }
    }
    function advance() {
      const _states = [[ca, 8], [CaFixed, 8], [Fixed, 8], [CaMobile, 8], [Mobile, 8], [entered, 1], [pumped, 1]];
      for (let _i = 0; _i < _count; _i++) {
        _s.step(_i, _run.dt, _run.secondorder, scheme, _states);
      }
    }
    function afterSolve() {
      for (let _i = 0; _i < _count; _i++) {
        count(_i);
      }
    }
    const diffusions = [
      { state: "ca", size: 8, volume: (_i, _j) => (volume(_i, _j)),
        coefficient: (_i, _j) => DCa[_i] * volume(_i, _j) },
      { state: "CaMobile", size: 8, volume: (_i, _j) => (volume(_i, _j)),
        coefficient: (_i, _j) => Dmob[_i] * volume(_i, _j) },
      { state: "Mobile", size: 8, volume: (_i, _j) => (volume(_i, _j)),
        coefficient: (_i, _j) => Dmob[_i] * volume(_i, _j) },
    ];
    return { initialize, advance, afterSolve, diffusions };
  },
};
