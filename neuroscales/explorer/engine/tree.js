// SPDX-License-Identifier: BSD-3-Clause
// Sections and what their shape means for the equations: per segment its area (um2), mean diameter (um) and the
// resistances (Mohm) of its two halves. Lengths and diameters in um, Ra in ohm cm, cm in uF/cm2, as NEURON has them.

// A section: a cylinder or, with one diameter per segment, a row of them; or `points`, [x, y, z, diameter] each.
// `parent` is a place of another section, at which this one's beginning is joined to it.
export class Section {
  constructor({ L = 100, diam = 500, nseg = 1, Ra = 35.4, cm = 1, points = null, parent = null } = {}) {
    if (!(Number.isInteger(nseg) && nseg > 0)) throw new Error(`nseg is a whole number from 1 on, not ${nseg}`);
    Object.assign(this, { nseg, Ra, parent, points, mechanisms: [], ions: {} });
    this.cm = perSegment(cm, this);
    this.segments = points ? segmentsOfPoints(points, nseg, Ra) : segmentsOfCylinders(L, perSegment(diam, this), Ra);
    this.L = this.segments.L;
  }

  // A mechanism in all segments; each value is a number, an array with one per segment, or a function of x.
  insert(mechanism, values = {}) {
    checkNames(mechanism, values);
    this.mechanisms.push({ mechanism, values });
    return this;
  }

  // The ion's reversal potential and concentrations here: { e, inside, outside }.
  ion(name, values) {
    this.ions[name] = { ...this.ions[name], ...values };
    return this;
  }

  // A place: the beginning at 0, the end at 1, and between them the middle of the segment around x.
  at(x) {
    if (!(x >= 0 && x <= 1)) throw new Error(`a place is a fraction of the length from 0 to 1, not ${x}`);
    return { section: this, x };
  }
}

export function checkNames(mechanism, values) {
  for (const name of Object.keys(values)) {
    const others = [...(mechanism.streams || []), ...(mechanism.lists || [])];
    if (!(name in mechanism.parameters) && !others.includes(name)) {
      throw new Error(`${mechanism.name} has no parameter ${name}`);
    }
  }
}

// A value for each segment of a section, from a number, an array or a function of x.
export function perSegment(value, { nseg }) {
  if (typeof value === "function") return Float64Array.from({ length: nseg }, (_, j) => value((j + 0.5) / nseg));
  if (typeof value === "number") return new Float64Array(nseg).fill(value);
  if (value.length !== nseg) throw new Error(`${value.length} values for ${nseg} segments`);
  return Float64Array.from(value);
}

function segmentsOfCylinders(L, diam, Ra) {
  const nseg = diam.length, dx = L / nseg;
  const half = diam.map((d) => 1e-2 * Ra * (dx / 2) / (Math.PI * d * d / 4));
  return { L, area: diam.map((d) => Math.PI * d * dx), diam, left: half, right: half };
}

// NEURON keeps points, and takes their differences, in single precision. Between two of them lies a frustum.
function segmentsOfPoints(points, nseg, Ra) {
  if (points.length < 2) throw new Error("a section needs two points at least");
  const kept = points.map((point) => point.map(Math.fround)), arc = [0];
  for (let k = 1; k < kept.length; k++) {
    const step = Math.hypot(...[0, 1, 2].map((axis) => Math.fround(kept[k][axis] - kept[k - 1][axis])));
    arc.push(arc[k - 1] + step);
  }
  const L = arc[arc.length - 1], diameters = kept.map((point) => point[3]);
  const halves = Array.from({ length: 2 * nseg }, (_, j) => (
    overFrusta(arc, diameters, j * L / (2 * nseg), (j + 1) * L / (2 * nseg))));
  const pairs = (combine) => Float64Array.from({ length: nseg }, (_, j) => combine(halves[2 * j], halves[2 * j + 1]));
  const resistance = (half) => half.inverse * Ra / Math.PI * 0.04;
  return {
    L,
    area: pairs((one, two) => (one.area + two.area) * 0.5 * Math.PI),
    diam: pairs((one, two) => (one.diam + two.diam) * 0.5 / (L / nseg)),
    left: pairs((one) => resistance(one)),
    right: pairs((one, two) => resistance(two)),
  };
}

// Integrals over the frusta from arc length `from` to `to`: (d0 + d1) times slant, (d0 + d1) dx, and dx / (d0 d1).
function overFrusta(arc, diameters, from, to) {
  const sums = { area: 0, diam: 0, inverse: 0 };
  for (let k = 1; k < arc.length; k++) {
    const start = Math.max(from, arc[k - 1]), end = Math.min(to, arc[k]), span = arc[k] - arc[k - 1];
    const jump = span === 0 && arc[k] >= from && (arc[k] < to || to === arc[arc.length - 1]);
    if (!(end > start) && !jump) continue;
    const at = (x) => diameters[k - 1] + (span === 0 ? 0 : (diameters[k] - diameters[k - 1]) * (x - arc[k - 1]) / span);
    const d0 = at(start), d1 = jump ? diameters[k] : at(end), dx = end - start;
    sums.area += (d0 + d1) * Math.sqrt(0.25 * (d0 - d1) ** 2 + dx * dx);
    sums.diam += (d0 + d1) * dx;
    sums.inverse += dx / (d0 * d1);
  }
  return sums;
}

// The sections as nodes: first one per tree for its beginning, then for each section its segments and its end.
// A node's parent comes before it. Beginnings and ends have no membrane; their `area` of 100 stands for none.
export function layOut(sections) {
  const sorted = parentsFirst(sections), roots = sorted.filter((section) => !section.parent);
  const count = roots.length + sorted.reduce((sum, section) => sum + section.nseg + 1, 0);
  const nodes = {
    count, roots: roots.length, first: new Map(), begin: new Map(),
    parent: new Int32Array(count).fill(-1), conductance: new Float64Array(count),
    area: new Float64Array(count).fill(100), cm: new Float64Array(count), diam: new Float64Array(count),
  };
  roots.forEach((section, root) => nodes.begin.set(section, root));
  let next = roots.length;
  for (const section of sorted) {
    if (section.parent) nodes.begin.set(section, nodeOf(nodes, section.parent));
    nodes.first.set(section, next);
    next = addSection(nodes, section, next);
  }
  return nodes;
}

function addSection(nodes, section, first) {
  const { area, diam, left, right } = section.segments;
  let behind = 0;
  for (let j = 0; j <= section.nseg; j++) {
    const node = first + j, isEnd = j === section.nseg;
    nodes.parent[node] = j === 0 ? nodes.begin.get(section) : node - 1;
    nodes.conductance[node] = 1 / (isEnd ? behind : left[j] + behind);
    if (isEnd) break;
    nodes.area[node] = area[j];
    nodes.diam[node] = diam[j];
    nodes.cm[node] = section.cm[j];
    behind = right[j];
  }
  return first + section.nseg + 1;
}

function parentsFirst(sections) {
  const sorted = [], seen = new Set();
  const visit = (section) => {
    if (seen.has(section)) return;
    seen.add(section);
    if (section.parent) visit(section.parent.section);
    sorted.push(section);
  };
  sections.forEach(visit);
  if (sorted.length !== sections.length) throw new Error("a section is joined to one that is not in the model");
  return sorted;
}

// The node of a place.
export function nodeOf(nodes, { section, x }) {
  if (!nodes.first.has(section)) throw new Error("a place lies on a section that is not in the model");
  if (x <= 0) return nodes.begin.get(section);
  if (x >= 1) return nodes.first.get(section) + section.nseg;
  return nodes.first.get(section) + Math.min(Math.floor(x * section.nseg), section.nseg - 1);
}
