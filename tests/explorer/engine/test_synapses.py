# SPDX-License-Identifier: BSD-3-Clause
"""Do synapses, their trains and the course's own mechanisms run in a page as in NEURON?"""

import numpy as np
import pytest

from mechanisms import fresh
from neuroscales.explorer.engine import sources
from tests.explorer.engine.cells import apart, differences, in_neuron, section
from tests.explorer.engine.test_cable import BOUND, RUN, clamp

pytestmark = pytest.mark.browser

SOMA = section("soma", L=20, diam=20, mechanisms={"pas": {"e": -65}})
TRAIN = {"name": "train", "kind": "VecStim", "at": None, "values": {"times": [12, 5, 5.01, 13.337, 30, 31]}}


def synapse(kind, values=None, at=("soma", 0.5)):
    return {"name": "synapse", "kind": kind, "at": list(at), "values": values or {}}


def poisson(values, name="train"):
    return {"name": name, "kind": "NetStim", "at": None, "values": values}


def driven(kind, record, values=None, train=TRAIN, weight=0.01, **changes):
    """A passive cell with one synapse that a train drives."""
    cell = {
        "sections": [SOMA], "points": [train, synapse(kind, values)], "tstop": 60.0,
        "connections": [{"from": "train", "to": "synapse", "weight": weight, "delay": 1.7}],
        "record": [[["soma", 0.5], "v"], *(["synapse", name] for name in record)],
        "watch": [{"where": "train", "threshold": 0}],
    }  # fmt: skip
    return RUN | cell | changes


OWN = ["i", "g", "g_AMPA", "g_NMDA", "i_NMDA"]
RANDOM = {"interval": 5, "number": 1e9, "start": 2, "noise": 0.7, "stream": [1, 2, 3]}
CASES = {
    "ExpSyn": driven("ExpSyn", ["i", "g"], {"tau": 3}),
    "Exp2Syn": driven("Exp2Syn", ["i", "g", "A", "B"], {"tau1": 0.4, "tau2": 7, "e": -80}),
    "GABA_A, warm": driven("GABA_A", ["i", "g", "e"], {"cli": 12}, weight=2, celsius=37.0),
    "simple": driven("SimpleAMPA_NMDA", OWN, weight=3, tstop=100.0),
    "equal time constants": driven("SimpleAMPA_NMDA", OWN, {"tau_r_AMPA": 2, "tau_d_AMPA": 2}, weight=3),
    "depressing and facilitating": driven("TsodyksMarkram_AMPA_NMDA", [*OWN, "R", "Use"], weight=5),
    "no facilitation": driven("TsodyksMarkram_AMPA_NMDA", [*OWN, "R"], {"tau_facil": 0, "U1": 0.7}, weight=5),
    "vesicles": driven("StochasticTsodyksMarkram_AMPA_NMDA", [*OWN, "R", "Use"],
                       {"n_sites": 7, "rng": [4, 5, 6], "tau_rec": 20}, weight=5),
    "regular NetStim": driven("ExpSyn", ["g"], train=poisson({"interval": 7, "number": 5, "start": 0})),
    "random NetStim": driven("ExpSyn", ["g"], train=poisson(RANDOM), tstop=300.0),
    "random NetStim without ids": driven("ExpSyn", ["g"], train=poisson(RANDOM | {"stream": [0, 0, 0]})),
    "secondorder 2": driven("SimpleAMPA_NMDA", OWN, weight=3, secondorder=2),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_does_a_train_do_in_the_page_what_it_does_in_neuron(page, name):
    assert differences(page, CASES[name]).max() < BOUND


def network():
    """Two cells that excite and inhibit each other, driven at random; one source, two delays."""
    sections = [section(name, L=30, diam=30, mechanisms={"hh": {}}) for name in ("one", "two")]
    points = [
        poisson({"interval": 4, "number": 1e9, "start": 1, "noise": 1, "stream": [7, 8, 9]}),
        synapse("ExpSyn", {"tau": 2}, ("one", 0.5)),
        synapse("Exp2Syn", {"tau1": 0.5, "tau2": 6, "e": -80}, ("two", 0.5)) | {"name": "inhibition"},
        synapse("ExpSyn", {"tau": 2}, ("two", 0.5)) | {"name": "excitation"},
    ]
    connections = [
        {"from": "train", "to": "synapse", "weight": 0.02, "delay": 0},
        {"from": ["one", 0.5], "to": "excitation", "weight": 0.05, "delay": 2, "threshold": -20},
        {"from": ["one", 0.5], "to": "inhibition", "weight": 0.05, "delay": 7.5, "threshold": -20},
        {"from": ["two", 0.5], "to": "synapse", "weight": 0.03, "delay": 3.3, "threshold": 0},
    ]
    record = [[[name, 0.5], "v"] for name in ("one", "two")] + [["inhibition", "g"], ["excitation", "g"]]
    watch = [{"where": ["one", 0.5], "threshold": -20}, {"where": ["two", 0.5], "threshold": 0}]
    return RUN | {"sections": sections, "points": points, "connections": connections, "record": record,
                  "watch": watch, "tstop": 150.0}  # fmt: skip


def test_do_two_cells_fire_together_as_in_neuron(page):
    assert len(in_neuron(network())["spikes"][0]) > 5
    assert differences(page, network()).max() < BOUND


def test_is_a_random_run_that_was_saved_and_continued_one_run(page):
    for cell in (network(), CASES["vesicles"], CASES["random NetStim"]):
        assert page("isOneRun", cell, 22.2)


POOL = ("ca[0]", "ca[7]", "CaFixed[3]", "free", "pumped")


def calcium(**changes):
    """A thin dendrite with calcium channels, a pool and a potassium channel."""
    mechanisms = {"CalciumChannel": {"pbar": 2e-4}, "CalciumPool": {"TotalMobile": 0.1}, "hh": {}}
    cell = {
        "sections": [section("soma", L=10, diam=2, mechanisms=mechanisms)],
        "points": [clamp(["soma", 0.5], dur=30, amp=0.03)], "tstop": 40.0,
        "record": [[["soma", 0.5], name] for name in ("v", "cai", "ica", "ik")]
        + [[["soma", 0.5], name, "CalciumPool"] for name in POOL],
    }  # fmt: skip
    return RUN | cell | changes


@pytest.mark.parametrize("changes", [{}, {"secondorder": 2}, {"dt": 0.1}])
def test_does_calcium_move_in_the_page_as_in_neuron(page, changes):
    assert differences(page, calcium(**changes)).max() < BOUND


def test_does_a_pulse_that_is_played_enter_as_in_neuron(page):
    play = {"where": ["soma", 0.5], "name": "entry", "mechanism": "CalciumChannel",
            "times": [0, 2, 3.01, 10, 12], "values": [0, 0.05, 0, 0.02, 0]}  # fmt: skip
    cell = calcium(plays=[play], points=[])
    cell["sections"][0]["mechanisms"]["CalciumChannel"]["pbar"] = 0
    assert differences(page, cell).max() < BOUND


@pytest.mark.slow  # a fresh process that compiles the channel
def test_does_the_channel_of_the_book_s_own_page_flow_as_in_neuron(page):
    cell = calcium(sections=[section("soma", L=10, diam=10, mechanisms={"hh": {}, "slowk": {"gbar": 0.001}})])
    cell["record"] = [[["soma", 0.5], name] for name in ("v", "ik")] + [[["soma", 0.5], "n", "slowk"]]
    file = sources()["slow_potassium"]
    theirs = fresh.call(
        {file.name: file.read_text("ascii")}, in_neuron, (cell,), {}, 60
    )  # NEURON cannot unload
    ours = page("simulate", cell)
    assert max(apart(*pair) for pair in zip(ours["traces"], theirs["traces"], strict=True)) < BOUND


def test_is_a_parameter_that_nobody_knows_refused(page):
    cell = CASES["ExpSyn"] | {"points": [TRAIN, synapse("ExpSyn", {"taus": 3})]}
    with pytest.raises(Exception, match="ExpSyn has no parameter taus"):
        page("simulate", cell)


def spreading_calcium():
    """Calcium that enters some branches of a tree and spreads; one branch has no pool."""
    pool = {
        "CalciumPool": {"DCa": 0.6, "TotalFixed": 0.02, "TotalMobile": 0.1, "Dmob": 0.2},
        "pas": {"e": -60},
    }
    channel = {"CalciumChannel": {"pbar": 3e-4}}
    return calcium(
        points=[clamp(["trunk", 0.1], dur=6, amp=0.2)], tstop=12.0,
        sections=[
            section("trunk", L=12, diam=[2, 1.6, 1.2], nseg=3, mechanisms=pool | channel),
            section("end", L=8, nseg=2, diam=1, parent=["trunk", 1], mechanisms=pool),
            section("middle", L=6, diam=1.5, parent=["trunk", 0.5], mechanisms=pool | channel),
            section("begin", L=5, diam=1.2, parent=["trunk", 0], mechanisms=pool),
            section("fork", L=5, diam=1.2, nseg=2, parent=["end", 0], mechanisms=pool),
            section("bare", L=9, diam=1, parent=["trunk", 1], mechanisms={"pas": {"e": -60}}),
        ],
        record=[[[name, x], f"ca[{k}]", "CalciumPool"] for k in (0, 5) for name, x in (
            ("trunk", 0.1), ("trunk", 0.9), ("end", 0.9), ("middle", 0.5), ("begin", 0.5), ("fork", 0.2))],
    )  # fmt: skip


def test_does_calcium_spread_along_a_tree_as_in_neuron(page):
    assert differences(page, spreading_calcium()).max() < BOUND


def test_is_a_reversal_potential_that_follows_from_concentrations_refused(page):
    with pytest.raises(Exception, match="eca would follow from the concentrations"):
        page("reversalFromConcentrations")


def test_does_a_threshold_that_is_passed_from_the_start_count(page):
    cell = network() | {"v": 20.0, "tstop": 12.0}
    assert differences(page, cell).max() < BOUND
    assert np.min(page("simulate", cell)["spikes"][0]) < 0.1
