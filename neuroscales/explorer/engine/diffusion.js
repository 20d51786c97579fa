// SPDX-License-Identifier: BSD-3-Clause
// Diffusion along the cell of what a mechanism holds in its segments: once in a step, after the states have moved,
// implicit, for each species and shell by itself, as NEURON's LONGITUDINAL_DIFFUSION does it.

import { nodeOf } from "./tree.js";

export class LongitudinalDiffusion {
  constructor(run, group) {
    this.species = group.methods.diffusions;
    this.arrays = group.arrays;
    this.run = run;
    const { count } = group, filled = () => new Float64Array(count);
    this.parent = new Int32Array(count).fill(-1);
    [this.perParent, this.perChild] = [filled(), filled()]; // 1/um2: what divides an area, over distance and length
    [this.volume, this.area] = [filled(), filled()];
    [this.ofParent, this.ofChild, this.d, this.rhs] = [filled(), filled(), filled(), filled()];
    for (const section of run.model.sections) this.join(section, group);
  }

  // Neighbors along a section, and the segment that its beginning is joined to.
  join(section, { at }) {
    const { nodes } = this.run, first = nodes.first.get(section);
    for (let j = 0; j < section.nseg; j++) {
      const before = j > 0 ? { node: first + j - 1, section } : beforeBeginning(nodes, section);
      const child = at.get(first + j), parent = before ? at.get(before.node) : undefined;
      if (child === undefined || parent === undefined) continue;
      const dx = section.L / section.nseg, dxParent = before.section.L / before.section.nseg;
      this.parent[child] = parent;
      this.perParent[child] = 2 / dxParent / (dx + dxParent);
      this.perChild[child] = 2 / dx / (dx + dxParent);
    }
  }

  step() {
    for (const { state, size, coefficient, volume } of this.species) {
      for (let j = 0; j < size; j++) this.solve(this.arrays[state], size, j, coefficient, volume);
    }
  }

  solve(states, size, j, coefficient, volume) {
    const { parent, perParent, perChild, ofParent, ofChild, d, rhs, run: { dt } } = this, count = parent.length;
    for (let i = 0; i < count; i++) {
      this.volume[i] = volume(i, j);
      this.area[i] = coefficient(i, j);
      d[i] = 1 / dt;
      rhs[i] = states[size * i + j] / dt;
    }
    for (let i = 0; i < count; i++) {
      const p = parent[i];
      if (p < 0) continue;
      const between = (this.area[i] + this.area[p]) / 2;
      ofParent[i] = perParent[i] * between / this.volume[p];
      ofChild[i] = perChild[i] * between / this.volume[i];
      d[i] += ofChild[i];
      d[p] += ofParent[i];
    }
    for (let i = count - 1; i >= 0; i--) {
      const p = parent[i];
      if (p < 0) continue;
      const factor = ofParent[i] / d[i];
      d[p] -= factor * ofChild[i];
      rhs[p] += factor * rhs[i];
    }
    for (let i = 0; i < count; i++) {
      rhs[i] = (parent[i] < 0 ? rhs[i] : rhs[i] + ofChild[i] * rhs[parent[i]]) / d[i];
      states[size * i + j] = rhs[i];
    }
  }
}

// The segment at the other side of a section's beginning: none at the beginning of a tree.
function beforeBeginning(nodes, section) {
  if (!section.parent) return null;
  const { section: parent, x } = section.parent;
  if (x <= 0 && parent.parent) return beforeBeginning(nodes, parent);
  const inside = Math.min(Math.max(x, 1e-9), 1 - 1e-9);
  return { node: nodeOf(nodes, { section: parent, x: inside }), section: parent };
}
