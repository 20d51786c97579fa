// SPDX-License-Identifier: BSD-3-Clause
// A model as it is described: sections, what sits on them, who talks to whom, and what is recorded.
//
//   const model = new Model({ celsius: 6.3 });
//   const axon = model.section({ L: 20000, diam: 100, nseg: 43 }).insert(hh);
//   model.place(IClamp, axon.at(0), { delay: 1, dur: 0.1, amp: 1720 });
//   const v = model.record(axon.at(0.5), "v");
//   const run = model.start({ dt: 0.025, v: -65 });
//   run.advance(20);
//   run.times(), run.trace(v)

import { Run } from "./run.js";
import { Section, checkNames } from "./tree.js";

export class Model {
  constructor({ celsius = 6.3 } = {}) {
    Object.assign(this, { celsius, sections: [], points: [], connections: [], recorders: [], watched: [], plays: [] });
  }

  // A new section; see Section.
  section(shape) {
    const section = new Section(shape);
    this.sections.push(section);
    return section;
  }

  // A point process at a place, or a cell without one (`place` null).
  place(mechanism, place, values = {}) {
    checkNames(mechanism, values);
    if ((mechanism.kind === "artificial") !== (place === null)) {
      throw new Error(`${mechanism.name} ${place === null ? "needs a place" : "has no place"}`);
    }
    const point = { mechanism, place, values };
    this.points.push(point);
    return point;
  }

  // Events from `source` (a place whose potential rises through the threshold, or a cell that fires) to `target`.
  connect(source, target, { threshold = 10, delay = 1, weight = 0 } = {}) {
    if (delay < 0) throw new Error(`a delay cannot be negative (${delay} ms)`);
    const connection = { source, target, threshold, delay, weight };
    this.connections.push(connection);
    return connection;
  }

  // Spike times of a place or of a cell that fires; read them with run.spikes().
  watch(source, threshold = 10) {
    const watched = { source, threshold };
    this.watched.push(watched);
    return watched;
  }

  // A variable at every step: of a place "v", "i_cap", an ion's ("ina", "ek", "cai") or, with `mechanism`, one of that
  // mechanism's; of a point process one of its own. An element of an array is written "ca[3]".
  record(where, name, mechanism = null) {
    const recorder = { where, name, mechanism };
    this.recorders.push(recorder);
    return recorder;
  }

  // From each time on, the parameter has the value that belongs to it.
  play(where, name, mechanism, times, values) {
    if (times.length !== values.length) throw new Error(`${times.length} times for ${values.length} values`);
    this.plays.push({ where, name, mechanism, times, values });
  }

  // A run at its beginning: all potentials at `v` mV, or as the function of section and x says.
  start({ dt = 0.025, v = -65, secondorder = 0 } = {}) {
    return new Run(this, { dt, v, secondorder });
  }
}
