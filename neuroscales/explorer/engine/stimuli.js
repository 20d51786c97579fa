// SPDX-License-Identifier: BSD-3-Clause
// Cells that do nothing but fire, by the rules of NEURON's NetStim and of our VecStim.

export const NetStim = {
  name: "NetStim", kind: "artificial",
  parameters: { interval: 10, number: 10, start: 50, noise: 0 },
  sizes: { event: 1, on: 1, fired: 1 }, ions: [], streams: ["stream"], weights: 1,
  build({ _run, _count, _self, arrays: { interval, number, start, noise, event, on, fired, stream } }) {
    function pause(_i) {
      const mean = interval[_i] <= 0 ? 0.01 : interval[_i];
      if (noise[_i] === 0) return mean;
      return (1 - noise[_i]) * mean + noise[_i] * mean * stream[_i].exponential();
    }

    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        stream[_i].setSequence(0);
        on[_i] = 0;
        fired[_i] = 0;
        noise[_i] = Math.min(Math.max(noise[_i], 0), 1);
        if (!(start[_i] >= 0 && number[_i] > 0)) continue;
        on[_i] = 1;
        event[_i] = Math.max(0, start[_i] + pause(_i) - interval[_i] * (1 - noise[_i]));
        _run.sendToSelf(_self, _i, event[_i], 3);
      }
    }

    function begin(_i) {
      if (number[_i] <= 0) return;
      on[_i] = 1;
      event[_i] = 0;
      fired[_i] = 0;
    }

    function planNext(_i) {
      if (number[_i] > 0) event[_i] = pause(_i);
      if (fired[_i] >= number[_i]) on[_i] = 0;
    }

    // An event from outside (flag 0) switches on where its weight is positive, off where it is negative.
    function receive(_i, weights, flag) {
      if (flag === 0 && weights[0] > 0 && on[_i] === 0) {
        begin(_i);
        planNext(_i);
        event[_i] -= interval[_i] * (1 - noise[_i]);
        _run.sendToSelf(_self, _i, event[_i], 1);
      } else if (flag === 0 && weights[0] < 0) {
        on[_i] = 0;
      } else if (flag === 3 && on[_i] === 1) {
        begin(_i);
        _run.sendToSelf(_self, _i, 0, 1);
      } else if (flag === 1 && on[_i] === 1) {
        fired[_i]++;
        _run.fire(_self, _i);
        planNext(_i);
        if (on[_i] === 1) _run.sendToSelf(_self, _i, event[_i], 1);
      }
    }

    return { initialize, receive };
  },
};

// Fires at given times, in any order; `times` is an array, handed over with the other values.
export const VecStim = {
  name: "VecStim", kind: "artificial", parameters: {}, lists: ["times"], sizes: {}, ions: [], weights: 1,
  build({ _run, _count, _self, arrays: { times } }) {
    function initialize() {
      for (let _i = 0; _i < _count; _i++) {
        for (const t of times[_i]) if (t >= _run.t) _run.sendToSelf(_self, _i, t - _run.t, 1);
      }
    }

    function receive(_i, weights, flag) {
      if (flag === 1) _run.fire(_self, _i);
    }

    return { initialize, receive };
  },
};
