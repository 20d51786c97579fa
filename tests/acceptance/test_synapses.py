# SPDX-License-Identifier: BSD-3-Clause
"""The synapses' references in closed form, by other mechanisms, at the corners, and against many seeds."""

import itertools

import numpy as np
import pytest
from neuron import n

from autograder.rubric import file_of, load_module
from neuroscales.cable.dendrite import Dendrite
from neuroscales.core.engine import neuron_as_found
from neuroscales.synapse.calcium import Buffer, CalciumEntry, CalciumPool, simulate_calcium
from neuroscales.synapse.receptors import GabaA
from tests.acceptance.assignments import SOLUTIONS, load

NAME = "synapses"
#: What a student's answer may be off from a neighbor's, in tolerances, and still count as the same.
APART = 3


@pytest.fixture(scope="module")
def assignment():
    return load(NAME)


@pytest.fixture(scope="module")
def network():
    """The names of the task's own file."""
    return load_module(file_of(SOLUTIONS / NAME)).network


@pytest.fixture(scope="module")
def drawn(assignment):
    """What each parameter is drawn from."""
    return {one["name"]: one["values"] for one in assignment.public["parameters"]}


@pytest.fixture(scope="module")
def practice(assignment):
    return {one["name"]: one["practice"] for one in assignment.public["parameters"]}


def answers(assignment, task, own, **settings):
    return assignment.rubric.tasks[task].simulate(own, **settings)


def each(drawn, practice, *names):
    """Every combination of these parameters' values, the others as in practice."""
    for values in itertools.product(*(drawn[name] for name in names)):
        yield practice | dict(zip(names, values, strict=True))


def test_is_every_mistake_of_the_list_told_and_none_hidden_or_taken_for_another(assignment):
    named = {way.name for task in assignment.rubric.tasks.values() for way in task.mistakes}
    assert named >= {
        "swapped", "no-delay", "one-event", "sign-of-the-exponent", "without-3.57", "AMPA-not-silenced",
        "clamp-attached", "clamp-of-1-Mohm", "eighth-for-first", "first-for-eighth",
    }  # fmt: skip
    for task in assignment.acceptance["tasks"].values():
        assert not task["unseen"] and not task["hidden"] and not task["partly"] and not task["together"]


# --- a train ----------------------------------------


def test_is_the_train_what_two_states_that_decay_make_of_it(assignment, drawn, practice):
    for own in each(drawn, practice, "rise", "decay"):
        found = answers(assignment, "train", own)
        rise, decay, weight = own["rise"], own["decay"], own["weight"]
        # At the peak both exponentials fall alike: e^-t/decay / decay = e^-t/rise / rise.
        slopes = [np.exp(-found["t_peak"] / tau) / tau for tau in (rise, decay)]
        assert slopes[0] == pytest.approx(slopes[1], rel=1e-12)
        assert found["first"] == pytest.approx(weight, rel=1e-3)  # a sample per 0.1 ms
        # What seven events have left when the eighth comes is a geometric series of the slow exponential.
        norm = weight / (np.exp(-found["t_peak"] / decay) - np.exp(-found["t_peak"] / rise))
        left = sum(np.exp(-50 * k / decay) - np.exp(-50 * k / rise) for k in range(1, 8))
        at = np.argmin(np.abs(found["t"] - 400 - own["delay"]))
        assert found["g"][at] == pytest.approx(norm * left, rel=1e-9)


def test_does_a_recorded_train_come_one_step_late_and_else_agree(assignment, practice):
    by_formula = answers(assignment, "train", practice, step_ms=0.05)
    recorded = answers(assignment, "train", practice, by="NEURON", dt_ms=0.05)
    late = np.abs(recorded["g"][1:] - by_formula["g"][:-1]).max()
    # NEURON's exponentials of the step are exact, and 52, 102, ... ms lie on its grid
    assert late < 1e-4 * practice["weight"]
    assert np.abs(recorded["g"] - by_formula["g"]).max() > 100 * late


def test_do_swapped_times_show_in_neuron_and_not_in_the_closed_form(assignment, drawn, practice):
    assert max(drawn["rise"]) * 4 < min(drawn["decay"])
    with neuron_as_found():
        section = n.Section("swapped")
        synapse = n.Exp2Syn(section(0.5))
        synapse.tau1, synapse.tau2 = 20.0, 1.5
        n.finitialize(-65)
        taken = synapse.tau1, synapse.tau2
        del synapse, section
    assert taken == pytest.approx((1.5, 1.5), rel=1e-3), "the rise stands for both"
    true = answers(assignment, "train", practice)["g"]
    assert np.abs(answers(assignment, "train", practice, swapped=True)["g"] - true).max() > 0.1


# --- GABA-A ----------------------------------------


def test_does_chloride_reverse_where_nernst_says_and_clear_of_rest(assignment, drawn, practice):
    for own in each(drawn, practice, "cli", "rest"):
        found = answers(assignment, "inhibition", own)
        # RT/F at 310.15 K is 26.7268 mV
        assert found["e_cl"] == pytest.approx(-26.7268 * np.log(130 / own["cli"]), abs=1e-3)
        assert np.sign(found["gaba"]) == np.sign(found["e_cl"] - own["rest"])
        assert abs(found["gaba"]) < abs(found["e_cl"] - own["rest"]), "it cannot go beyond its reversal"
        assert abs(found["gaba"]) > 1, "and what it does is more than a rounding"
        assert 0.5 < found["shunt"] < 0.95


def test_does_the_courses_own_gaba_mechanism_do_the_same(assignment, practice):
    expected = answers(assignment, "inhibition", practice)["gaba"]
    with neuron_as_found():
        section = n.Section("soma")
        section.L = section.diam = 60
        section.insert("pas")
        section.g_pas, section.e_pas = 2e-4, practice["rest"]
        n.celsius = 37
        synapse = GabaA(gmax_uS=1e-3 * practice["g_gaba"], cli_mM=practice["cli"]).into(section(0.5))
        source = n.NetStim()
        source.start, source.number = 46, 1
        link = n.NetCon(source, synapse)
        link.delay, link.weight[0] = 0, 1
        tape = n.Vector().record(section(0.5)._ref_v)
        n.CVode().active(False)
        n.dt, n.secondorder = 0.025, 0
        n.ParallelContext().set_maxstep(10)
        n.finitialize(practice["rest"])
        n.ParallelContext().psolve(120)
        change = np.array(tape) - practice["rest"]
        del link, source, synapse, section
    assert change[np.abs(change).argmax()] == pytest.approx(expected, rel=1e-3)


# --- NMDA ----------------------------------------


def test_do_the_clamped_peaks_lie_on_the_formula(assignment, drawn, practice):
    for own in each(drawn, practice, "mg"):
        by_clamp, by_formula = (answers(assignment, "block", own, by=by) for by in ("clamp", "formula"))
        # a clamp of 1 kohm, and a peak that is sampled once per 0.025 ms
        assert by_clamp["g"] == pytest.approx(by_formula["g"], rel=2e-3)
        held = np.exp(-0.062 * by_formula["half"]) * own["mg"] / 3.57
        assert held == pytest.approx(1, rel=1e-9)
        v = by_formula["turn"] + np.array([-0.01, 0, 0.01])
        current = v / (1 + own["mg"] / 3.57 * np.exp(-0.062 * v))
        assert np.argmin(current) == 1


def test_can_no_two_potentials_of_the_block_be_taken_for_each_other(assignment, drawn, practice):
    tolerances = assignment.tolerances.by_task["block"]
    found = [answers(assignment, "block", own, by="formula") for own in each(drawn, practice, "mg")]
    for name in ("half", "turn"):
        values = sorted(one[name] for one in found)
        assert min(np.diff(values)) > APART * tolerances[name]
    assert all(abs(one["half"] - one["turn"]) > 2 * tolerances["turn"] for one in found)
    nearest = min(abs(one["turn"] - hold) for one in found for hold in range(-80, 41, 20))
    assert nearest > 2 * tolerances["turn"], "the turn is none of the seven potentials"


def test_does_pairing_raise_the_charge_with_magnesium_and_lower_it_without(assignment, drawn, practice):
    ends = {name: (min(drawn[name]), max(drawn[name])) for name in ("rest", "mg", "count", "tau_nmda")}
    for own in each(ends, practice, *ends):
        found = answers(assignment, "coincidence", own)
        assert found["ratio"] > 1.05 and found["ratio_free"] < 0.95
        assert found["paired"] / found["alone"] == pytest.approx(found["ratio"], rel=1e-12)


# --- a dendrite ----------------------------------------


def test_are_five_less_than_five_times_one_and_the_soma_lower_than_the_dendrite(assignment, drawn, practice):
    for own in each(drawn, practice, "place", "interval"):
        found = answers(assignment, "summation", own)
        assert found["one"] < found["five"] < 5 * found["one"] < 5 * found["there"]


# --- a network ----------------------------------------


@pytest.mark.slow
def test_are_the_rates_expected_those_of_many_seeds(network):
    seeds = range(300, 308)
    for inhibition, expected in network.EXPECTED_Hz.items():
        trains = [network.spikes(float(inhibition), seed) for seed in seeds]
        for cells, (mean, deviation) in zip((slice(12), slice(12, None)), expected, strict=True):
            found = np.mean([network.rate_Hz(one[cells]) for one in trains])
            # eight seeds: 4 standard errors of their mean, and of the 200 behind the expected one
            assert abs(found - mean) < 4 * max(deviation, 0.5) * (1 / 8 + 1 / 200) ** 0.5


@pytest.mark.slow
def test_is_every_students_own_network_well_within_what_is_allowed(network, drawn):
    for inhibition, seed in itertools.product((0, *drawn["inhibition"]), drawn["seed"]):
        trains = network.spikes(float(inhibition), seed)
        for cells, (mean, deviation) in zip(
            (slice(12), slice(12, None)), network.EXPECTED_Hz[inhibition], strict=True
        ):
            off = abs(network.rate_Hz(trains[cells]) - mean) / max(deviation, network.LEAST_Hz)
            assert off < 2, "other solvers move it by one more, and 3.3 are allowed"


def test_has_every_seed_a_first_spike_of_its_own(assignment, drawn, practice):
    first = sorted(answers(assignment, "network", own)["first"] for own in each(drawn, practice, "seed"))
    assert min(np.diff(first)) > 2 * assignment.tolerances.by_task["network"]["first"]


# --- calcium ----------------------------------------


def test_is_the_calcium_that_of_neurons_pool_and_is_none_lost(assignment, drawn, practice):
    for own in each(drawn, practice, "thick", "buffer"):
        found = answers(assignment, "calcium", own)
        pool = CalciumPool(
            fixed=Buffer(1e-3 * own["buffer"], 100.0, 1.0), v_pump_um_ms=0.1, K_pump_mM=1.0, D_um2_ms=1e3,
            rest_mM=5e-5,
        )  # fmt: skip
        run = simulate_calcium(
            pool, [CalciumEntry(10, 1, 0.05)], Dendrite(L_um=10, diam_um=own["thick"]), tstop_ms=150.0
        )
        free = 1e3 * np.interp(found["t"], run.time, run.values("free"))
        after = found["t"] > 12  # while calcium is still being bound, a step of 0.025 ms is 0.04 uM late
        # backward steps of 0.025 ms, and a pump that is busy to a thousandth
        assert found["ca"][after] == pytest.approx(free[after], abs=0.002)
        assert found["entered"] == pytest.approx(1e3 * run.values("entered")[-1], rel=2e-3)
        # Long after the pulse the buffer follows its equilibrium, late by the millisecond in which it frees.
        bound = own["buffer"] * found["ca"] / (found["ca"] + 10)
        kept = [found["ca"][i] + bound[i] for i in (0, -1)]
        assert kept[1] - kept[0] + found["out"] == pytest.approx(found["entered"], rel=4e-3)


def test_does_the_calcium_return_with_its_time_constant(assignment, practice):
    found = answers(assignment, "calcium", practice)
    late = (found["t"] > 60) & (found["t"] < 140)
    slope = np.polyfit(found["t"][late], np.log(found["ca"][late] - 0.05), 1)[0]
    # at rest the buffer binds a little more than at the calcium of these times
    assert -1 / slope == pytest.approx(found["tau"], rel=0.03)
