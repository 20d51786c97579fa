// SPDX-License-Identifier: BSD-3-Clause
// All instances of one mechanism side by side: one typed array per name, so that a step allocates nothing.

import { Stream } from "./philox.js";
import { nodeOf, perSegment } from "./tree.js";

// What an ion has where nobody says otherwise: NEURON's reversal potentials (mV) and concentrations (mM).
const IONS = {
  na: { e: 50, inside: 10, outside: 140 },
  k: { e: -77, inside: 54.4, outside: 2.5 },
  ca: { e: 132.4579341637009, inside: 5e-5, outside: 2 },
};

// The groups of a model's mechanisms: those of segments first, then point processes, then cells that only fire.
export function groupsOf(model, nodes) {
  const groups = new Map();
  const groupOf = (mechanism) => {
    if (!groups.has(mechanism)) groups.set(mechanism, { mechanism, instances: [], of: new Map(), at: new Map() });
    return groups.get(mechanism);
  };
  for (const section of model.sections) {
    for (const { mechanism, values } of section.mechanisms) addSegments(groupOf(mechanism), section, values, nodes);
  }
  for (const point of model.points) {
    const { instances, of } = groupOf(point.mechanism);
    of.set(point, instances.length);
    instances.push({ node: point.place ? nodeOf(nodes, point.place) : 0, values: point.values });
  }
  return [...groups.values()].map(withArrays);
}

function addSegments({ mechanism, instances, at }, section, values, nodes) {
  const first = nodes.first.get(section);
  const arrays = Object.entries(values).map(([name, value]) => [name, perSegment(value, section)]);
  for (let j = 0; j < section.nseg; j++) {
    if (at.has(first + j)) throw new Error(`${mechanism.name} was put into a section twice`);
    at.set(first + j, instances.length);
    instances.push({ node: first + j, values: Object.fromEntries(arrays.map(([name, array]) => [name, array[j]])) });
  }
}

function withArrays({ mechanism, instances, of, at }) {
  const count = instances.length, arrays = {};
  for (const [name, usual] of Object.entries(mechanism.parameters)) {
    arrays[name] = Float64Array.from(instances, ({ values }) => values[name] ?? usual);
  }
  for (const [name, size] of Object.entries(mechanism.sizes)) arrays[name] = new Float64Array(size * count);
  for (const name of mechanism.streams || []) {
    arrays[name] = instances.map(({ values }) => new Stream(...(values[name] ?? [])));
  }
  for (const name of mechanism.lists || []) {
    arrays[name] = instances.map(({ values }) => Float64Array.from(values[name] ?? []));
  }
  return { mechanism, count, node: Int32Array.from(instances, ({ node }) => node), arrays, of, at };
}

// For each ion that a mechanism uses one array per node of everything it has.
export function ionsOf(model, nodes, groups) {
  const ions = {};
  for (const name of new Set(groups.flatMap(({ mechanism }) => mechanism.ions))) {
    const filled = (key) => new Float64Array(nodes.count).fill(IONS[name][key] ?? 0);
    ions[name] = Object.fromEntries(["e", "inside", "outside", "i", "slope"].map((key) => [key, filled(key)]));
    for (const section of model.sections) {
      const first = nodes.first.get(section);
      for (const [key, value] of Object.entries(section.ions[name] ?? {})) {
        ions[name][key].set(perSegment(value, section), first);
      }
    }
  }
  return ions;
}

// Where one mechanism reads an ion's reversal potential and another its concentrations, NEURON lets the potential
// follow from them by Nernst's equation. No cell of the course asks for that, and it is not computed here.
export function checkIons(groups) {
  for (const ion of ["na", "k", "ca"]) {
    const users = (names) => new Set(groups.flatMap(({ mechanism, node }) => (
      (mechanism.uses ?? []).some((name) => names.includes(name)) ? [...node] : [])));
    const potential = users([`e${ion}`]);
    if ([...users([`${ion}i`, `${ion}o`])].some((node) => potential.has(node))) {
      throw new Error(`e${ion} would follow from the concentrations here, which is not computed: use one of them`);
    }
  }
}

// The array and the index that a recorder or a play means: { array, index }.
export function lookUp(run, { where, name, mechanism }) {
  const [, word, element] = /^(\w+)(?:\[(\d+)\])?$/.exec(name) ?? [];
  if (where.mechanism) return ofInstance(run.groupOf(where.mechanism), (group) => group.of.get(where), word, element);
  const node = nodeOf(run.nodes, where);
  if (mechanism) return ofInstance(run.groupOf(mechanism), (group) => group.at.get(node), word, element);
  if (word === "v" || word === "i_cap") return { array: word === "v" ? run.v : run.capacitive, index: node };
  for (const [ion, fields] of Object.entries(run.ions)) {
    const key = { [`e${ion}`]: "e", [`i${ion}`]: "i", [`${ion}i`]: "inside", [`${ion}o`]: "outside" }[word];
    if (key) return { array: fields[key], index: node };
  }
  throw new Error(`there is no ${name} here`);
}

function ofInstance(group, find, word, element) {
  const index = group && find(group), array = group?.arrays[word];
  if (index === undefined || !(array instanceof Float64Array)) throw new Error(`there is no ${word} here`);
  const size = array.length / group.count;
  return { array, index: size * index + Number(element ?? 0) };
}
