# SPDX-License-Identifier: BSD-3-Clause
"""The passive membrane's references in closed form, by another engine, and by NEURON's own `run()`."""

import itertools

import numpy as np
import pytest
from neuron import n
from scipy.integrate import solve_ivp

from autograder.pages import teaching
from neuroscales.cable.cable_theory import PassiveCable, input_admittance_uS
from neuroscales.core.engine import neuron_as_found
from neuroscales.membrane import CurrentPulse
from neuroscales.membrane.patch import delivered_ms
from tests.acceptance.assignments import load

NAME = "passive-membrane"
each_student = pytest.mark.parametrize("student", range(10))


@pytest.fixture(scope="module")
def assignment():
    return load(NAME)


def values(assignment):
    """What each parameter is drawn from."""
    return {one["name"]: one["values"] for one in assignment.public["parameters"]}


def answers(assignment, task, own):
    return assignment.bench.answers(assignment.rubric.tasks[task], own)


def test_does_the_classic_bilayer_need_ten_picoamperes(assignment):
    # 100 um2 are 1 pF; 10 mV on it are 10 fC, and 10 fC in 1 ms are 10 pA
    found = assignment.rubric.tasks["bilayer"].simulate({"area": 100, "dur": 1})
    assert found["amp"] == pytest.approx(10, rel=1e-12)
    assert found["v"][-1] == pytest.approx(-55, abs=1e-9)


def test_is_the_classic_soma_the_one_of_the_book(assignment):
    found = assignment.rubric.tasks["soma"].simulate({"L": 40, "diam": 40, "g": 5e-4})
    # pi 40^2 um2; 1 uF/cm2 on it; 2000 ohm cm2 over it; 2000 ohm cm2 times 1 uF/cm2
    assert found["area"] == pytest.approx(5026.548, abs=1e-3)
    assert found["c"] == pytest.approx(50.26548, abs=1e-5)
    assert found["resistance"] == pytest.approx(2000 / 5026.548e-8 * 1e-6, rel=1e-6)
    assert found["tau"] == pytest.approx(2.0, rel=1e-12)


@each_student
def test_is_the_reference_of_the_leak_what_an_ode_solver_finds(assignment, student):
    own = assignment.students[student]
    c_pF = 0.01 * np.pi * own["L"] * own["diam"]
    g_nS = 10 * own["g"] * np.pi * own["L"] * own["diam"]  # S/cm2 um2 = 1e-8 S = 10 nS

    def slope(t, v):
        current_pA = own["amp"] if 10 <= t < 85 else 0.0
        return (current_pA - g_nS * (v - own["e"])) / c_pF

    v, at = [[own["e"]]], [0.0]
    for start, end in ((0, 10), (10, 85), (85, 95)):
        run = solve_ivp(slope, (start, end - 1e-12), v[-1], rtol=1e-10, atol=1e-10)
        at.append(end)
        v.append(run.y[:, -1])
    found = answers(assignment, "leak", own)
    # the solver's own tolerance, accumulated over hundreds of steps
    assert np.interp(at, found["t"], found["v"]) == pytest.approx(np.ravel(v), abs=1e-6)
    steady = (v[2][0] - own["e"]) / (1e-3 * own["amp"])
    # read 0.1 ms before the pulse ends, when e^-7.5 of the rise or less is still to come
    assert found["resistance"] == pytest.approx(steady, rel=1e-4)
    assert found["resistance"] == pytest.approx(answers(assignment, "soma", own)["resistance"], rel=6e-4)
    assert found["tau"] == pytest.approx(answers(assignment, "soma", own)["tau"], rel=2e-3)


@each_student
def test_is_the_reference_of_the_process_that_of_cable_theory(assignment, student):
    own = assignment.students[student]
    found = answers(assignment, "neurite", own)
    process = PassiveCable(own["neurite"], 1.5, 150.0, g_S_cm2=own["g"], e_mV=own["e"])
    soma_uS = 1 / answers(assignment, "soma", own)["resistance"]
    expected = 1 / (soma_uS + input_admittance_uS(process).real)
    # 51 segments, half of the soma's own axial resistance, and what a plateau of 7.5 time constants lacks
    assert found["resistance"] == pytest.approx(expected, rel=2e-3)
    assert found["resistance"] > 1.03 * found["resistance_area"], "the far membrane is reached in part"


@pytest.mark.parametrize("asked_ms", [0.004, 0.007, 0.009, 0.02, 0.01])
def test_does_run_take_the_step_that_the_reference_says(assignment, asked_ms):
    assert asked_ms in [*values(assignment)["step"], 0.01]
    n.load_file("stdrun.hoc")
    with neuron_as_found():
        section, kept = n.Section("patch"), n.tstop
        time = n.Vector().record(n._ref_t)
        n.steps_per_ms, n.dt, n.tstop = 40, asked_ms, 1
        n.run()
        taken = time[1] - time[0]
        n.tstop = kept
        del section
    own = assignment.students[0] | {"step": asked_ms}
    assert answers(assignment, "short", own)["step_taken"] == pytest.approx(taken, rel=1e-9)


def test_does_every_short_pulse_miss_its_charge_in_coarse_steps_and_keep_it_in_fine_ones(assignment):
    for short_ms in values(assignment)["short"]:
        pulse = CurrentPulse(1.0, short_ms, 1.0)
        assert abs(delivered_ms(pulse, 0.025) / short_ms - 1) > 0.05
        assert delivered_ms(pulse, 0.01) == pytest.approx(short_ms, rel=1e-9)


def test_have_no_two_somas_one_area(assignment):
    drawn = values(assignment)
    areas = sorted(length * diam for length, diam in itertools.product(drawn["L"], drawn["diam"]))
    tolerance = assignment.tolerances.by_task["soma"]["area"]
    assert all(later / earlier - 1 > 3 * tolerance for earlier, later in itertools.pairwise(areas))


def test_does_no_parameter_hide_a_default_that_was_left(assignment):
    drawn = values(assignment)
    assert not {-65, -70, -54.3} & set(drawn["e"])
    assert not {0.001, 0.0003} & set(drawn["g"])
    assert min(drawn["L"]) > 1.1 * max(drawn["diam"]), "a ball is another cell"


@pytest.mark.parametrize(
    "parameter", ["area", "dur", "L", "diam", "g", "e", "amp", "neurite", "short", "step"]
)
def test_is_a_neighbors_answer_more_than_three_tolerances_off(assignment, parameter):
    for one, other in itertools.pairwise(values(assignment)[parameter]):
        assert assignment.distance(assignment.students[3], parameter, one, other) > 3


def test_is_a_passive_cell_reciprocal(assignment):
    task, own = assignment.rubric.tasks["neurite"], assignment.students[2]
    there = task.simulate(own, site=1.0, read="soma", dt_ms=0.025)["v"]
    back = task.simulate(own, site="soma", read=1.0, dt_ms=0.025)["v"]
    # one and the same symmetric matrix is solved each step: equal to rounding
    assert there == pytest.approx(back, abs=1e-8)


def test_are_the_numbers_of_the_model_answer_those_of_the_practice_soma(assignment):
    own = {one["name"]: one["practice"] for one in assignment.public["parameters"]}
    said = " ".join(teaching.guides(assignment.folder)["leak-why"].split()).replace("# ", "")
    once, twice = (answers(assignment, "leak", own | {"g": factor * own["g"]}) for factor in (1, 2))
    rises = [found["v_steady"] - own["e"] for found in (once, twice)]
    early = [np.interp(10.5, found["t"], found["v"]) - own["e"] for found in (once, twice)]
    on_paper = [answers(assignment, "soma", own | {"g": factor * own["g"]})["tau"] for factor in (1, 2)]
    soma = f"({once['resistance']:.0f} Mohm, {own['amp']} pA)"
    assert f"{soma} the rise goes from {rises[0]:.1f} to {rises[1]:.1f} mV" in said
    assert f"time constant from {on_paper[0]:.4g} to {on_paper[1]:.4g} ms" in said
    assert f"the rise is {early[0]:.2f} mV with the leak as it was and {early[1]:.2f} mV with twice" in said
