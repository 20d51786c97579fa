// SPDX-License-Identifier: BSD-3-Clause
// What a mechanism's currents add to the tree's equations. As in NEURON, each is computed twice, above the potential and
// at it; the difference is its slope.

const ABOVE_mV = 0.001;

// The function that adds a group's currents and slopes to its nodes, and to the ions that carry them.
export function flowOf({ d, rhs, ions, nodes }, { mechanism, count, node, arrays, methods: { currentsAt } }) {
  const { kind, electrode, currents } = mechanism, filled = () => new Float64Array(count);
  const per = Float64Array.from(node, (k) => (electrode ? -1 : 1) * (kind === "point" ? 100 / nodes.area[k] : 1));
  const parts = currents.map((name) => ({ now: arrays[name], above: filled() }));
  const whole = parts.length > 1 ? { now: filled(), above: filled() } : parts[0];
  const carried = mechanism.ions.filter((ion) => currents.includes(`i${ion}`));
  const ofIons = carried.map((ion) => ({ ...ions[ion], part: parts[currents.indexOf(`i${ion}`)] }));

  return () => {
    currentsAt(ABOVE_mV);
    for (const { now, above } of parts) copy(now, above);
    currentsAt(0);
    if (whole !== parts[0]) sum(parts, whole);
    add(whole, node, per, d, rhs, -1);
    for (const { part, slope, i } of ofIons) add(part, node, per, slope, i, 1);
  };
}

// Plain loops: a group is small, and the typed arrays' own methods cost more than what they do.

function copy(from, to) {
  for (let k = 0; k < to.length; k++) to[k] = from[k];
}

function sum(parts, { now, above }) {
  copy(parts[0].now, now);
  copy(parts[0].above, above);
  for (let c = 1; c < parts.length; c++) {
    const part = parts[c];
    for (let k = 0; k < now.length; k++) now[k] += part.now[k];
    for (let k = 0; k < now.length; k++) above[k] += part.above[k];
  }
}

function add({ now, above }, node, per, slope, flow, sign) {
  for (let _i = 0; _i < node.length; _i++) {
    const k = node[_i];
    slope[k] += (above[_i] - now[_i]) / ABOVE_mV * per[_i];
    flow[k] += sign * now[_i] * per[_i];
  }
}
