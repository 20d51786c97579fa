# SPDX-License-Identifier: BSD-3-Clause
"""The action potential's references by other means, at the corners, and against many throws of the dice."""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from neuroscales.core import measure
from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley, derivatives, steady_gates
from neuroscales.membrane.stochastic_patch import StochasticPatch, count_spikes, simulate_stochastic_patch
from tests.acceptance.assignments import load

NAME = "action-potential"


@pytest.fixture(scope="module")
def assignment():
    return load(NAME)


@pytest.fixture(scope="module")
def corners(assignment):
    """Every combination of the ends of the soma's three ranges; the clamp's potential at one of its own."""
    ends = {one["name"]: (min(one["values"]), max(one["values"])) for one in assignment.public["parameters"]}
    soma = ("diam", "gnabar", "ek")
    v_steps = itertools.cycle(ends["v_step"])
    corners = itertools.product(*(ends[name] for name in soma))
    return [dict(zip(soma, values, strict=True)) | {"v_step": next(v_steps)} for values in corners]


@pytest.fixture(scope="module")
def planes(assignment):
    """Every combination of the ends of the plane's two ranges."""
    ends = {one["name"]: (min(one["values"]), max(one["values"])) for one in assignment.public["parameters"]}
    return [{"phi": phi, "drive": drive} for phi, drive in itertools.product(ends["phi"], ends["drive"])]


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


# --- a spike in two variables ----------------------------------------


class Plane:
    """The plane as the task writes it, its trace and determinant from derivatives on paper."""

    def __init__(self, own):
        self.phi, self.drive = own["phi"], own["drive"]

    def goal(self, v):
        return (1 + np.tanh((v - 2) / 30)) / 2

    def slopes(self, state, drive):
        v, w = state
        m = (1 + np.tanh((v + 1.2) / 18)) / 2
        dv = (drive - 4.4 * m * (v - 120) - 8 * w * (v + 84) - 2 * (v + 60)) / 20
        return [dv, self.phi * np.cosh((v - 2) / 60) * (self.goal(v) - w)]

    def fixed(self, drive):
        return brentq(lambda v: self.slopes((v, self.goal(v)), drive)[0], -80, 60)

    def trace_and_determinant(self, drive):
        v = self.fixed(drive)
        m, dm = (1 + np.tanh((v + 1.2) / 18)) / 2, 1 / np.cosh((v + 1.2) / 18) ** 2 / 36
        speed, slope_of_goal = self.phi * np.cosh((v - 2) / 60), 1 / np.cosh((v - 2) / 30) ** 2 / 60
        dv_dv = -(4.4 * (dm * (v - 120) + m) + 8 * self.goal(v) + 2) / 20
        dv_dw = -8 * (v + 84) / 20
        # at the fixed point the cosh's own slope is multiplied by zero
        return dv_dv - speed, -dv_dv * speed - dv_dw * speed * slope_of_goal

    def onset(self):
        return brentq(lambda drive: self.trace_and_determinant(drive)[0], 60, self.drive)

    def potential(self, t):
        run = solve_ivp(
            lambda _, x: self.slopes(x, self.drive), (0, t[-1]), [0, 0],
            method="LSODA", rtol=1e-9, atol=1e-9, t_eval=t,
        )  # fmt: skip
        return run.y[0]


def test_is_the_plane_what_paper_and_an_ode_solver_say(assignment, planes):
    for own in planes:
        found, plane = answers(assignment, "plane", own), Plane(own)
        v = plane.fixed(own["drive"])
        # roots and a complex step: nothing but round-off
        assert found["v_fixed"] == pytest.approx(v, abs=1e-6)
        assert found["w_fixed"] == pytest.approx(plane.goal(v), abs=1e-8)
        assert (found["tr"], found["det"]) == pytest.approx(
            plane.trace_and_determinant(own["drive"]), rel=1e-6
        )
        assert found["onset"] == pytest.approx(plane.onset(), rel=1e-6)
        # Runge and Kutta's fourth order at 0.1 ms; a wrong period would add up to tens of millivolts
        assert found["v"] == pytest.approx(plane.potential(found["t"]), abs=2e-3)


def test_does_every_plane_fire_around_an_unstable_point_well_above_its_onset(assignment, planes):
    for own in planes:
        found = answers(assignment, "plane", own)
        assert found["tr"] > 0 and found["det"] > 0, own
        assert found["onset"] < 0.95 * own["drive"], own
        assert np.ptp(found["v"][found["t"] > 400]) > 20, "it still oscillates"


# --- a patch that fires by chance ----------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("area_um2", [20, 110])
def test_are_the_expected_spikes_of_a_patch_those_of_the_library(assignment, area_um2):
    # The expectation was drawn event by event; the library deals out with exact chances, step by step.
    n_patches = 300
    patch, rng = StochasticPatch(area_um2, el_mV=-54.4), np.random.default_rng(area_um2)
    run = simulate_stochastic_patch(patch, rng, tstop_ms=120.0, n_patches=n_patches)
    late = run.time >= 20.0
    v = Signal("v", run.profile("v").values[late], "mV", np.arange(n_patches))
    counts = count_spikes(Recording(run.time[late], [v]))
    expected = assignment.rubric.tasks["patch"].simulate({"area": area_um2})
    # 3.5 standard errors of these patches; the expectation's own are a third of them
    rate_se = counts.std() / 0.1 / np.sqrt(n_patches)
    assert counts.mean() / 0.1 == pytest.approx(expected["rate"], abs=3.5 * rate_se)
    silent = np.mean(counts == 0)
    assert silent == pytest.approx(expected["silent"], abs=3.5 * np.sqrt(max(silent, 0.01) / n_patches))


def test_do_neighbors_patches_differ_by_more_than_chance(assignment):
    areas = {one["name"]: one["values"] for one in assignment.public["parameters"]}["area"]
    found = [assignment.rubric.tasks["patch"].simulate({"area": area})["rate"] for area in areas]
    for one, other in itertools.pairwise(found):
        # a neighbor's rate, honestly estimated, is accepted in less than one case of a hundred
        assert abs(one - other) > (3.3 + 2.33) * max(one.se, other.se)
