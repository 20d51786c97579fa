// SPDX-License-Identifier: BSD-3-Clause
// A cell that is described by numbers and names, simulated by the page engine; cells.py does it with NEURON.

const MECHANISMS = {
  hh, pas, ExpSyn, Exp2Syn, IClamp, SEClamp, VClamp, NetStim, VecStim, CalciumChannel, CalciumPool, GABA_A, SimpleAMPA_NMDA,
  TsodyksMarkram_AMPA_NMDA, StochasticTsodyksMarkram_AMPA_NMDA, slowk,
};

function modelOf(cell) {
  const model = new Model({ celsius: cell.celsius }), sections = {}, points = {};
  const place = ([section, x]) => sections[section].at(x);
  const named = (where) => (Array.isArray(where) ? place(where) : points[where]);
  for (const { name, parent, mechanisms, ions, ...shape } of cell.sections) {
    const section = model.section({ ...shape, parent: parent ? place(parent) : null });
    for (const [mechanism, values] of Object.entries(mechanisms)) section.insert(MECHANISMS[mechanism], values);
    for (const [ion, values] of Object.entries(ions ?? {})) section.ion(ion, values);
    sections[name] = section;
  }
  for (const { name, kind, at, values } of cell.points ?? []) {
    points[name] = model.place(MECHANISMS[kind], at ? place(at) : null, values);
  }
  for (const { from, to, ...how } of cell.connections ?? []) model.connect(named(from), points[to], how);
  for (const { where, name, mechanism, times, values } of cell.plays ?? []) {
    model.play(named(where), name, mechanism ? MECHANISMS[mechanism] : null, times, values);
  }
  const recorders = cell.record.map(([where, name, mechanism]) => (
    model.record(named(where), name, mechanism ? MECHANISMS[mechanism] : null)));
  const watched = (cell.watch ?? []).map(({ where, threshold }) => model.watch(named(where), threshold));
  return { model, recorders, watched };
}

function resultOf(run, { recorders, watched }) {
  return {
    time: Array.from(run.times()),
    traces: recorders.map((recorder) => Array.from(run.trace(recorder))),
    spikes: watched.map((one) => run.spikes(one)),
  };
}

function simulate(cell) {
  const described = modelOf(cell);
  const run = described.model.start(cell).advance(cell.tstop);
  return resultOf(run, described);
}

// Is a run that is stopped in the middle, saved, and continued in another run of the model the same run?
function isOneRun(cell, middle) {
  const described = modelOf(cell);
  const first = described.model.start(cell).advance(middle);
  const saved = structuredClone(first.save());
  first.advance(cell.tstop);
  const second = described.model.start({ ...cell, v: 0 }).restore(saved).advance(cell.tstop);
  const [one, two, whole] = [resultOf(first, described), resultOf(second, described), simulate(cell)].map(
    (result) => JSON.stringify(result));
  return one === whole && two === whole;
}

// Two channels at one place, one with eca, one with the concentrations that it would follow from.
function reversalFromConcentrations() {
  const reader = {
    ...pas, name: "reader", ions: ["ca"], uses: ["eca"], build: () => ({}),
  };
  const model = new Model();
  model.section({}).insert(CalciumChannel).insert(reader);
  model.start();
}

function geometry(cell) {
  const { model } = modelOf({ record: [], ...cell });
  return model.sections.map(({ segments }) => (
    ["area", "diam", "left", "right"].map((name) => Array.from(segments[name]))));
}
