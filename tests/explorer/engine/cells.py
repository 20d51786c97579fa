# SPDX-License-Identifier: BSD-3-Clause
"""A cell described by numbers and names, simulated by NEURON; harness.js does it with the page engine."""

from collections.abc import Callable
from typing import Any

import numpy as np
from neuron import h

import mechanisms
from neuroscales.core.engine import neuron_as_found

_ION_FIELDS = {"e": "e{}", "inside": "{}i", "outside": "{}o"}


def section(name: str, L: float = 100.0, diam: float | list[float] = 10.0, **changes: Any) -> dict:
    """The description of a section; by default without a mechanism."""
    usual = {"nseg": 1, "Ra": 35.4, "cm": 1.0, "parent": None, "mechanisms": {}}
    return {"name": name, "L": L, "diam": diam} | usual | changes


class InNeuron:
    """The cell in NEURON, for as long as this object lives."""

    def __init__(self, cell: dict) -> None:
        mechanisms.load()
        self.cell = cell
        self.sections, self.points, self.kept = {}, {}, []
        for described in cell["sections"]:
            self.sections[described["name"]] = self._section(**described)
        for described in cell.get("points", []):
            self.points[described["name"]] = self._point(**described)
        for described in cell.get("connections", []):
            self.kept.append(self._connection(**described))
        for described in cell.get("plays", []):
            self.kept.append(self._play(**described))

    def _section(self, name, L, diam, nseg, Ra, cm, parent, mechanisms, points=None, ions=None):
        made = h.Section(name=name, cell=self)
        if parent:
            made.connect(self.sections[parent[0]](parent[1]), 0)
        if points:
            made.pt3dclear()
            for point in points:
                made.pt3dadd(*point)
        else:
            made.L = L
        made.nseg, made.Ra = nseg, Ra
        for mechanism in mechanisms:
            made.insert(mechanism)
        for number, segment in enumerate(made):
            if not points:
                segment.diam = _at(diam, number)
            segment.cm = _at(cm, number)
            for mechanism, values in mechanisms.items():
                for key, value in values.items():
                    setattr(getattr(segment, mechanism), key, _at(value, number))
            for ion, values in (ions or {}).items():
                for key, value in values.items():
                    setattr(segment, _ION_FIELDS[key].format(ion), _at(value, number))
        return made

    def _point(self, name, kind, at, values):
        place = self.sections[at[0]](at[1]) if at else None
        made = getattr(h, kind)(place) if place else getattr(h, kind)()
        for key, value in values.items():
            if key == "stream":
                made.noiseFromRandom123(*value)
            elif key == "rng":
                made.rng.set_ids(*value)
            elif kind == "VClamp" and key[:3] in {"dur", "amp"}:
                getattr(made, key[:3])[int(key[3]) - 1] = value
            elif key == "times":
                times = h.Vector(value)
                made.play(times)
                self.kept.append(times)
            else:
                setattr(made, key, value)
        return made

    def _connection(self, to, threshold=10, delay=1, weight=0, **source):
        start = source["from"]
        if isinstance(start, str):
            made = h.NetCon(self.points[start], self.points[to])
        else:
            place = self.sections[start[0]]
            made = h.NetCon(place(start[1])._ref_v, self.points[to], sec=place)
            made.threshold = threshold
        made.delay, made.weight[0] = delay, weight
        return made

    def _play(self, where, name, mechanism, times, values):
        vectors = h.Vector(values), h.Vector(times)
        vectors[0].play(self._reference(where, name, mechanism), vectors[1])
        return vectors

    def _reference(self, where, name, mechanism=None):
        if isinstance(where, str):
            return getattr(self.points[where], f"_ref_{name}")
        segment = self.sections[where[0]](where[1])
        holder = getattr(segment, mechanism) if mechanism else segment
        word, _, index = name.partition("[")
        reference = getattr(holder, f"_ref_{word}")
        return reference[int(index.rstrip("]"))] if index else reference

    def run(self) -> dict:
        """Time, traces and spike times, as the page gives them."""
        cell = self.cell
        time = h.Vector().record(h._ref_t)
        traces = [h.Vector().record(self._reference(*one)) for one in cell["record"]]
        watched = [self._watch(**one) for one in cell.get("watch", [])]
        h.usetable_hh = 0
        h.CVode().active(False)
        h.celsius, h.dt = cell["celsius"], cell["dt"]
        h.secondorder = cell.get("secondorder", 0)
        h.finitialize(cell["v"])
        while h.t < cell["tstop"] - h.dt / 2:
            h.fadvance()
        return {
            "time": np.array(time),
            "traces": [np.array(trace) for trace in traces],
            "spikes": [np.array(times) for times, _ in watched],
        }

    def _watch(self, where, threshold):
        times = h.Vector()
        if isinstance(where, str):
            made = h.NetCon(self.points[where], None)
        else:
            made = h.NetCon(self.sections[where[0]](where[1])._ref_v, None, sec=self.sections[where[0]])
            made.threshold = threshold
        made.record(times)
        return times, made


def _at(value: float | list[float], number: int) -> float:
    return value if isinstance(value, int | float) else value[number]


def in_neuron(cell: dict) -> dict:
    """The cell's run by NEURON."""
    with neuron_as_found():
        return InNeuron(cell).run()


def differences(page: Callable, cell: dict, run: str = "simulate") -> np.ndarray:
    """For each trace the largest difference between page and NEURON, as a part of the trace's range."""
    ours, theirs = page(run, cell), in_neuron(cell)
    assert np.array_equal(ours["time"], theirs["time"])
    for one, other in zip(ours["spikes"], theirs["spikes"], strict=True):
        assert len(one) == len(other) > 0
        assert np.allclose(one, other, rtol=0, atol=1e-9)
    return np.array([apart(*pair) for pair in zip(ours["traces"], theirs["traces"], strict=True)])


def apart(ours: list[float], theirs: np.ndarray) -> float:
    """The largest difference as a part of the range; of a trace that stays what it is, as a part of it."""
    scale = np.ptp(theirs) or np.max(np.abs(theirs))
    assert scale > 0
    return float(np.max(np.abs(np.array(ours) - theirs)) / scale)
