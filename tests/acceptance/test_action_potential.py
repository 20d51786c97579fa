# SPDX-License-Identifier: BSD-3-Clause
"""The action potential's references by other means, at the corners, and against many throws of the dice."""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from neuroscales.core import measure
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley, derivatives, steady_gates
from tests.acceptance.assignments import load

NAME = "action-potential"


@pytest.fixture(scope="module")
def assignment():
    return load(NAME)


@pytest.fixture(scope="module")
def corners(assignment):
    """Every combination of the ends of three ranges; the clamp's potential at one of its own."""
    ends = {one["name"]: (min(one["values"]), max(one["values"])) for one in assignment.public["parameters"]}
    v_steps = itertools.cycle(ends.pop("v_step"))
    found = [dict(zip(ends, values, strict=True)) for values in itertools.product(*ends.values())]
    return [own | {"v_step": next(v_steps)} for own in found]


def answers(assignment, task, own, **drives):
    return assignment.bench.answers(assignment.rubric.tasks[task], own, drives=drives)


def test_is_the_reference_of_the_spike_what_an_ode_solver_finds(assignment):
    own = assignment.students[0]
    found = answers(assignment, "spike", own)
    membrane = HodgkinHuxley(own["gnabar"], ek_mV=own["ek"], el_mV=-60.0)
    state = np.array([found["rest"], *steady_gates(found["rest"])])
    assert np.abs(derivatives(membrane, 0.0, state)).max() < 1e-6, "it stands still at rest"
    # 20 uA/cm2 on the side of a cylinder
    assert found["amp"] == pytest.approx(20 * np.pi * own["diam"] ** 2 * 1e-5, rel=1e-9)
    time, v = [0.0], [found["rest"]]
    for start, end, density in ((0, 2, 0.0), (2, 3, 20.0), (3, 25, 0.0)):
        run = solve_ivp(
            lambda t, y, density=density: derivatives(membrane, density, y), (start, end), state,
            method="LSODA", rtol=1e-8, atol=1e-8, max_step=0.05,
        )  # fmt: skip
        state, time, v = run.y[:, -1], [*time, *run.t[1:]], [*v, *run.y[0, 1:]]
    spikes = [measure.spike_times(*trace) for trace in ((found["t"], found["v"]), (time, v))]
    # the reference's step of 0.01 ms leaves microseconds and hundredths of a millivolt
    assert len(spikes[0]) == len(spikes[1]) == 1
    assert spikes[0][0] == pytest.approx(spikes[1][0], abs=2e-3)
    assert found["v"].max() == pytest.approx(max(v), abs=0.05)


def test_does_every_soma_rest_clear_of_where_neuron_starts(assignment, corners):
    tolerance = assignment.tolerances.by_task["spike"]["rest"]
    for own in corners:
        assert answers(assignment, "spike", own)["rest"] < -65 - 10 * tolerance


@pytest.mark.slow
def test_does_firing_begin_with_a_jump_and_can_be_stopped_at_all_corners(assignment, corners):
    for own in corners:
        firing = answers(assignment, "firing", own)
        assert firing["onset"] > 1.5 * firing["rheobase"], own
        assert 40 < firing["onset_rate"] < 75 and firing["rates"].min() > 60, own
        silence = answers(assignment, "silence", own, onset_nA=firing["onset"])
        assert 5 < silence["first"] < silence["first"] + 1 < silence["last"] < 11, own
        ramp = answers(assignment, "accommodation", own, rheobase_nA=firing["rheobase"])
        assert 5 < ramp["longest"] < 30, own


@pytest.mark.slow
def test_does_potassium_alone_make_the_rebound_at_all_corners(assignment, corners):
    for own in corners[::2]:  # the size of the soma changes nothing but the current
        found = answers(assignment, "rebound", own)
        assert found["peak_h"] < -60 and 0.05 < found["n_alone"] < 0.25, own
        assert found["n_alone"] == pytest.approx(found["n_end"], abs=0.01), (
            "the weakest current does just that"
        )


@pytest.mark.parametrize(("task", "most"), [("channels", 24), ("noise", 24)])
def test_are_estimates_scattered_as_their_standard_errors_say(assignment, task, most):
    own = assignment.students[1]
    chosen = assignment.rubric.tasks[task]
    settings = {"way": "jump by jump"} if task == "channels" else {}
    made = [chosen.simulate(own, seed=seed, **settings) for seed in range(1000, 1000 + most)]
    true = chosen.simulate(own)
    for check in chosen.checks:
        apart = np.array([(one[check.item] - true[check.item]) / true[check.item].se for one in made])
        # standard errors: 0.2 of the mean of 24, 0.15 of their scatter; a fit to noise is a little biased
        assert abs(apart.mean()) < 1.0, check.item
        assert 0.5 < apart.std(ddof=1) < 1.6, check.item


@pytest.mark.parametrize("parameter", ["gnabar", "ek"])
def test_is_a_neighbors_rheobase_and_rest_wrong(assignment, parameter):
    values = {one["name"]: one["values"] for one in assignment.public["parameters"]}[parameter]
    tolerances = assignment.tolerances.by_task["firing"]
    own = assignment.students[0]
    found = [answers(assignment, "firing", own | {parameter: value}) for value in values]
    for one, other in itertools.pairwise(found):
        # each step of a parameter is wider than three tolerances in one of the two currents
        apart = [abs(one[item] / other[item] - 1) / tolerances[item] for item in ("rheobase", "onset")]
        assert max(apart) > 3
