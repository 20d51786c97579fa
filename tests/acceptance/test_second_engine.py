# SPDX-License-Identifier: BSD-3-Clause
"""The references for the seed's axon, against other steps and against an engine that is not NEURON.

The second engine shares no line and no rate table with NEURON; it stands in tests/cable.
"""

import numpy as np
import pytest

from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure
from tests.cable import second_engine

SEED = {"diam": 100.0, "dur": 0.1, "gnabar": 0.12, "delay2": 0.8}


def by_second_engine(amp_nA, n=43, dt=0.005):
    """Time and potential in the middle of the seed's axon with `n` volumes, after one pulse."""
    clamps = [CurrentClamp(0.0, 1.0, SEED["dur"], amp_nA)]
    time, v, _ = second_engine.simulate(SquidAxon(nseg=n), clamps, 15.0, dt)
    return time, v[:, n // 2]


def _threshold_by_second_engine(n, dt=0.005):
    """The smallest amplitude that starts a spike, to 0.05 %."""
    return measure.bisect(lambda amp: by_second_engine(amp, n, dt)[1].max() > 0, 830.0, 870.0, 5e-4)


@pytest.fixture(scope="module")
def tasks(squid_axon):
    return squid_axon.rubric.tasks


@pytest.fixture(scope="module")
def reference_nA(tasks, squid_axon):
    return tasks["threshold"].answers(SEED, squid_axon.public)["amp"]


def test_is_the_reference_threshold_the_published_one(reference_nA):
    # the classic course's slides give 1720 / 2 = 860 nA to two digits; canonical value 856 nA, 2 %
    assert reference_nA == pytest.approx(856, rel=0.02)


@pytest.mark.slow
def test_does_a_second_engine_find_the_reference_threshold(reference_nA):
    # NEURON's implicit Euler at 0.005 ms is 0.25 % above its own limit; the bisection adds 0.05 %
    assert _threshold_by_second_engine(43) == pytest.approx(reference_nA, rel=0.005)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings", [{"dt_ms": 0.001}, {"dt_ms": None}], ids=["step 0.001 ms", "variable step"]
)
def test_is_the_reference_threshold_converged_in_time(tasks, reference_nA, settings):
    fine = tasks["threshold"].simulate(SEED, **settings)["amp"]
    assert fine == pytest.approx(reference_nA, rel=0.004)


@pytest.mark.slow
def test_is_the_threshold_within_its_tolerance_of_the_converged_cable(squid_axon, tasks, reference_nA):
    # three times the segments: what is left of the error of space is a ninth of what is found here
    fine = tasks["threshold"].simulate(SEED, nseg=129, dt_ms=None)["amp"]
    limit = fine - (reference_nA - fine) / 8
    assert abs(limit - reference_nA) < squid_axon.tolerances.by_task["threshold"]["amp"] * reference_nA


@pytest.mark.slow
@pytest.mark.parametrize("n", [43, 129])
def test_does_a_second_engine_find_the_reference_spike(squid_axon, tasks, reference_nA, n):
    true = tasks["spike"].answers(SEED, squid_axon.public, drives={"amp_nA": reference_nA})
    time, trace = by_second_engine(2 * reference_nA, n)
    handed = {
        "t": time,
        "v": trace,
        "amplitude": measure.amplitude(trace, -65.0),
        "half_width": measure.half_width(time, trace, -65.0),
    }
    tolerances = squid_axon.tolerances.by_task["spike"]
    for check in tasks["spike"].checks:
        assert check.error(handed, true) < 0.7 * tolerances[check.name], check.name


@pytest.mark.slow
def test_does_the_second_engine_agree_with_the_variable_step(reference_nA):
    # both are second order or better here, on the same 43 volumes: only small errors of time remain
    clamp = CurrentClamp(0.0, 1.0, SEED["dur"], 2 * reference_nA)
    neuron = simulate_squid_axon(SquidAxon(), [clamp], tstop_ms=15, dt_ms=None, rate_table=False)
    time, v = by_second_engine(2 * reference_nA, 43, 0.0025)
    one = measure.spike_times(neuron.time, neuron.values("v"))
    other = measure.spike_times(time, v)
    assert len(one) == len(other) == 1
    assert one[0] == pytest.approx(other[0], abs=0.003)
    assert neuron.values("v").max() == pytest.approx(v.max(), abs=0.05)


@pytest.mark.slow
def test_does_a_second_engine_find_the_reference_collision_and_velocity(squid_axon, tasks, reference_nA):
    axon, dur = SquidAxon(), SEED["dur"]
    clamps = [CurrentClamp(0.0, 1.0, dur, 2 * reference_nA)]
    clamps += [CurrentClamp(1.0, 1.0 + SEED["delay2"], dur, 2 * reference_nA)]
    time, v, gates = second_engine.simulate(axon, clamps, 15.0)
    arrivals = [measure.spike_times(time, trace)[0] for trace in v.T]
    x, last = axon.nodes()[1:-1], int(np.argmax(arrivals))
    half_step = 0.5 * time[1]  # its gates are half a step old
    moment = arrivals[last] + 0.3 + half_step
    h, n = (np.array([np.interp(moment, time, trace) for trace in gates[name].T]) for name in "hn")
    places = {name: v[:, int(place * 43)] for name, place in (("v25", 0.25), ("v50", 0.5), ("v75", 0.75))}
    handed = {"t": time, **places, "site": x[last], "x": x, "h": h, "gk": 0.036 * n**4}
    true = tasks["collision"].answers(SEED, squid_axon.public, drives={"amp_nA": reference_nA})
    _compare(squid_axon, "collision", handed, true)

    distance_um = axon.L_um * (axon.node(0.75) - axon.node(0.25))
    alone = second_engine.simulate(axon, clamps[:1], 15.0)[1]
    near, far = (alone[:, int(place * 43)] for place in (0.25, 0.75))
    found = {"velocity": measure.velocity(time, near, far, distance_um)}
    true = tasks["velocity"].answers(SEED, squid_axon.public, drives={"amp_nA": reference_nA})
    _compare(squid_axon, "velocity", found, true)


@pytest.mark.slow
def test_does_a_second_engine_find_the_reference_anode_break(squid_axon, tasks):
    true = tasks["anode_break"].answers(SEED, squid_axon.public, drives={"read": "segment"})
    clamp = CurrentClamp(0.0, 1.0, 10.0, true["amp"])
    time, v, gates = second_engine.simulate(SquidAxon(), [clamp], 25.0)
    assert np.interp(11.0, time, v[:, 0]) == pytest.approx(-80.0, abs=0.05)
    latency = measure.spike_times(time, v[:, 0])[0] - 11.0
    gates = {name: np.interp(time + 0.5 * time[1], time, trace[:, 0]) for name, trace in gates.items()}
    _compare(squid_axon, "anode_break", {**true, "t": time, "v": v[:, 0], **gates, "latency": latency}, true)


def _compare(squid_axon, task, handed, true):
    """Every check of the task passes with room to spare: the second engine's step is no NEURON's default."""
    tolerances = squid_axon.tolerances.by_task[task]
    for check in squid_axon.rubric.tasks[task].checks:
        assert check.error(handed, true) < 0.7 * tolerances[check.name], check.name
