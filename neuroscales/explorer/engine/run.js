// SPDX-License-Identifier: BSD-3-Clause
// A run by NEURON's fixed step: the potential by implicit Euler (secondorder 0) or Crank and Nicolson (2), the states
// half a step apart, the tree by Hines's elimination (M. L. Hines 1984, Int. J. Biomed. Comput. 15:69,
// doi 10.1016/0020-7101(84)90008-4). Order of operations and roundings follow NEURON 9.

import { LongitudinalDiffusion } from "./diffusion.js";
import { EventQueue } from "./events.js";
import { checkIons, groupsOf, ionsOf, lookUp } from "./groups.js";
import { layOut, nodeOf } from "./tree.js";

const JUST_AFTER_ms = 1e-10; // NEURON sends a threshold's event this much later

export class Run {
  constructor(model, { dt, v, secondorder }) {
    if (!(dt > 0)) throw new Error(`dt must be positive, not ${dt}`);
    if (secondorder !== 0 && secondorder !== 2) throw new Error(`secondorder is 0 or 2, not ${secondorder}`);
    const nodes = layOut(model.sections), filled = () => new Float64Array(nodes.count);
    Object.assign(this, { model, dt, secondorder, nodes, celsius: model.celsius, t: 0, queue: new EventQueue() });
    Object.assign(this, { v: filled(), d: filled(), rhs: filled(), capacitive: filled() });
    this.setAxial();
    this.setGroups();
    this.setConnections();
    this.setRecorders();
    this.initialize(v);
  }

  // What flows from a node to its parent, by the area of the one and of the other.
  setAxial() {
    const { parent, conductance, area, count, roots } = this.nodes;
    this.ofChild = new Float64Array(count);
    this.ofParent = new Float64Array(count);
    for (let k = roots; k < count; k++) {
      this.ofChild[k] = 100 * conductance[k] / area[k];
      this.ofParent[k] = 100 * conductance[k] / area[parent[k]];
    }
  }

  setGroups() {
    const { nodes } = this;
    this.groups = groupsOf(this.model, nodes);
    checkIons(this.groups);
    this.ions = ionsOf(this.model, nodes, this.groups);
    this.ionList = Object.values(this.ions);
    this.groups.forEach((group, number) => {
      const { mechanism, count, node, arrays } = group;
      const given = { _run: this, _count: count, _node: node, _area: nodes.area, _diam: nodes.diam, _self: number };
      group.methods = mechanism.build({ ...given, arrays, ions: this.ions });
    });
    const all = (name) => this.groups.map(({ methods }) => methods[name]).filter(Boolean);
    Object.assign(this, { flows: all("currents"), moves: all("advance"), afters: all("afterSolve") });
    this.beforeRecordings = all("beforeRecording");
    const spreading = this.groups.filter(({ methods, count }) => methods.diffusions && count > 1);
    this.diffusions = spreading.map((group) => new LongitudinalDiffusion(this, group));
  }

  groupOf(mechanism) { return this.groups.find((group) => group.mechanism === mechanism); }

  // Sources of events, each once; a place's threshold is the one that was named last, as in NEURON.
  setConnections() {
    this.sources = [];
    const sourceOf = ({ source, threshold }) => {
      const cell = source.mechanism ? this.instanceOf(source) : null;
      const key = cell ? `cell ${cell.group} ${cell.index}` : `node ${nodeOf(this.nodes, source)}`;
      let found = this.sources.find((one) => one.key === key);
      if (!found) {
        const node = cell ? -1 : nodeOf(this.nodes, source);
        found = { key, node, above: false, targets: [], spikes: [] };
        this.sources.push(found);
      }
      found.threshold = threshold;
      return found;
    };
    this.connections = this.model.connections.map((connection, number) => {
      const { group, index } = this.instanceOf(connection.target);
      const weights = new Float64Array(Math.max(1, this.groups[group].mechanism.weights ?? 0));
      sourceOf(connection).targets.push(number);
      return { group, index, delay: connection.delay, weights };
    });
    this.watched = new Map(this.model.watched.map((watched) => [watched, sourceOf(watched)]));
    this.ofCell = new Map(this.sources.filter(({ node }) => node < 0).map((source) => [source.key, source]));
    this.ofPlaces = this.sources.filter(({ node }) => node >= 0);
  }

  instanceOf(point) {
    const group = this.groups.findIndex(({ of }) => of.has(point));
    if (group < 0) throw new Error("a connection ends at something that is not in the model");
    return { group, index: this.groups[group].of.get(point) };
  }

  setRecorders() {
    const time = { array: null, index: 0 };
    this.traces = [time, ...this.model.recorders.map((recorder) => lookUp(this, recorder))];
    this.plays = this.model.plays.map((play) => ({ ...lookUp(this, play), times: play.times, values: play.values }));
    this.recorded = 0;
    for (const trace of this.traces) trace.values = new Float64Array(0);
  }

  // At the beginning.

  initialize(v) {
    this.setPotentials(v);
    this.plays.forEach((play, number) => this.sendPlay(play, number, 0));
    for (const { methods } of this.groups) methods.initialize?.();
    this.model.connections.forEach(({ weight }, number) => {
      const { group, index, weights } = this.connections[number];
      weights[0] = weight;
      this.groups[group].methods.connect?.(index, weights);
    });
    this.deliver(this.t);
    this.assemble();
    this.makeRoom(this.t);
    this.record();
    this.deliver(this.t);
  }

  setPotentials(v) {
    if (typeof v === "number") { this.v.fill(v); return; }
    for (const section of this.model.sections) {
      for (const x of [0, 1, ...Array.from({ length: section.nseg }, (_, j) => (j + 0.5) / section.nseg)]) {
        this.v[nodeOf(this.nodes, { section, x })] = v(section, x);
      }
    }
  }

  // Step by step.

  // Go on until `t` (ms), to the nearest step.
  advance(t) {
    this.makeRoom(t);
    const last = t - this.dt / 2;
    while (this.t < last) this.step();
    return this;
  }

  step() {
    const half = 0.5 * this.dt;
    this.detect();
    this.deliver(this.t + half);
    this.t += half;
    this.assemble();
    this.solve();
    this.update();
    this.t += half;
    for (const move of this.moves) move();
    for (const diffusion of this.diffusions) diffusion.step();
    for (const after of this.afters) after();
    this.record();
    this.deliver(this.t);
  }

  // The equations of the tree: currents and slopes of all mechanisms, capacitance, and what flows along.
  assemble() {
    const { v, d, rhs, ofChild, ofParent } = this, { parent, cm, roots, count } = this.nodes;
    d.fill(0);
    rhs.fill(0);
    for (const ion of this.ionList) {
      ion.i.fill(0);
      ion.slope.fill(0);
    }
    for (const flow of this.flows) flow();
    const rate = this.capacityRate();
    for (let k = 0; k < count; k++) d[k] += rate * cm[k];
    for (let k = roots; k < count; k++) {
      const p = parent[k], difference = v[p] - v[k];
      rhs[k] += ofChild[k] * difference;
      rhs[p] -= ofParent[k] * difference;
      d[k] += ofChild[k];
      d[p] += ofParent[k];
    }
  }

  capacityRate() { return 0.001 * ((this.secondorder ? 2 : 1) / this.dt); }

  // From the tips to the roots and back; rhs then holds the change of the potential.
  solve() {
    const { d, rhs, ofChild, ofParent } = this, { parent, roots, count } = this.nodes;
    for (let k = count - 1; k >= roots; k--) {
      const p = parent[k], factor = ofParent[k] / d[k];
      d[p] -= factor * ofChild[k];
      rhs[p] += factor * rhs[k];
    }
    for (let k = 0; k < roots; k++) rhs[k] /= d[k];
    for (let k = roots; k < count; k++) rhs[k] = (rhs[k] + ofChild[k] * rhs[parent[k]]) / d[k];
  }

  update() {
    const { v, rhs, capacitive, secondorder } = this, { cm, count } = this.nodes, rate = this.capacityRate();
    if (secondorder === 2) {
      for (const { i, slope } of this.ionList) for (let k = 0; k < count; k++) i[k] += slope[k] * rhs[k];
    }
    const factor = secondorder ? 2 : 1;
    for (let k = 0; k < count; k++) {
      v[k] += factor * rhs[k];
      capacitive[k] = rate * cm[k] * rhs[k];
    }
  }

  // Events.

  // Which places have risen through their threshold since the last step?
  detect() {
    for (const source of this.ofPlaces) {
      const above = this.v[source.node] > source.threshold;
      if (above && !source.above) this.spread(source, this.t + JUST_AFTER_ms);
      source.above = above;
    }
  }

  spread(source, t) {
    source.spikes.push(t);
    for (const number of source.targets) {
      this.queue.send({ t: t + this.connections[number].delay, kind: "arrive", number, flag: 0 });
    }
  }

  // A cell without a place fires now.
  fire(group, index) {
    const source = this.ofCell.get(`cell ${group} ${index}`);
    if (source) this.spread(source, this.t);
  }

  // An event of an instance to itself; it keeps the weights of the connection that is being served.
  sendToSelf(group, index, delay, flag) {
    this.queue.send({ t: this.t + delay, kind: "self", group, index, flag, number: this.serving ?? -1 });
  }

  sendPlay(play, number, place) {
    if (place < play.times.length) this.queue.send({ t: play.times[place], kind: "play", number, place });
  }

  // Everything that is due until `until`, at its own time.
  deliver(until) {
    const now = this.t;
    let event;
    while ((event = this.queue.next(until)) !== undefined) {
      this.t = event.t;
      if (event.kind === "play") this.playOn(event);
      else this.hand(event);
    }
    this.t = now;
  }

  playOn({ number, place }) {
    const play = this.plays[number];
    play.array[play.index] = play.values[place];
    this.sendPlay(play, number, place + 1);
  }

  hand({ kind, number, group, index, flag }) {
    const { weights, ...target } = number < 0 ? { weights: NO_WEIGHTS } : this.connections[number];
    if (kind === "arrive") ({ group, index } = target);
    this.serving = number;
    this.groups[group].methods.receive?.(index, weights, flag);
    this.serving = -1;
  }

  // Recorders.

  makeRoom(t) {
    const needed = this.recorded + Math.max(0, Math.ceil((t - this.t) / this.dt)) + 2;
    for (const trace of this.traces) {
      if (trace.values.length >= needed) continue;
      const longer = new Float64Array(needed);
      longer.set(trace.values.subarray(0, this.recorded));
      trace.values = longer;
    }
  }

  record() {
    for (const before of this.beforeRecordings) before();
    const place = this.recorded++;
    this.traces[0].values[place] = this.t;
    for (let k = 1; k < this.traces.length; k++) {
      const trace = this.traces[k];
      trace.values[place] = trace.array[trace.index];
    }
  }

  times() { return this.traces[0].values.subarray(0, this.recorded); }

  trace(recorder) {
    return this.traces[1 + this.model.recorders.indexOf(recorder)].values.subarray(0, this.recorded);
  }

  spikes(watched) { return this.watched.get(watched).spikes; }

  // A run is a state: what save() returns can be cloned, stored, and restored into a run of the same model.

  save() {
    return {
      t: this.t, v: this.v.slice(), capacitive: this.capacitive.slice(), recorded: this.recorded,
      groups: this.groups.map(({ arrays }) => Object.entries(arrays).map(([name, array]) => [name, copyOf(array)])),
      ions: this.ionList.map((ion) => Object.entries(ion).map(([name, array]) => [name, array.slice()])),
      queue: this.queue.save(),
      sources: this.sources.map(({ above, spikes }) => ({ above, spikes: [...spikes] })),
      weights: this.connections.map(({ weights }) => weights.slice()),
      traces: this.traces.map(({ values }) => values.slice(0, this.recorded)),
    };
  }

  restore(saved) {
    Object.assign(this, { t: saved.t, recorded: saved.recorded });
    this.v.set(saved.v);
    this.capacitive.set(saved.capacitive);
    saved.groups.forEach((entries, k) => entries.forEach(([name, kept]) => putBack(this.groups[k].arrays[name], kept)));
    saved.ions.forEach((entries, k) => entries.forEach(([name, kept]) => this.ionList[k][name].set(kept)));
    this.queue.restore(saved.queue);
    saved.sources.forEach(({ above, spikes }, k) => Object.assign(this.sources[k], { above, spikes: [...spikes] }));
    saved.weights.forEach((weights, k) => this.connections[k].weights.set(weights));
    saved.traces.forEach((values, k) => { this.traces[k].values = values.slice(); });
    return this;
  }
}

const NO_WEIGHTS = new Float64Array(1);

// Of numbers the numbers, of streams their places, of lists nothing that changes.
function copyOf(array) {
  if (array instanceof Float64Array) return array.slice();
  return array.map((item) => (item.save ? item.save() : item.slice()));
}

function putBack(array, kept) {
  if (array instanceof Float64Array) array.set(kept);
  else array.forEach((item, k) => (item.restore ? item.restore(kept[k]) : item.set(kept[k])));
}
