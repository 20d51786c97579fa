# SPDX-License-Identifier: BSD-3-Clause
"""The parameters of the course's synapses: checked before NEURON sees them, and set under NEURON's names."""

import dataclasses

import numpy as np
import pytest
from neuron import h
from scipy.optimize import brentq, minimize_scalar

from neuroscales.synapse.receptors import (
    AmpaNmda,
    GabaA,
    TsodyksMarkram,
    Vesicles,
    half_block_mV,
    magnesium_block,
    most_inward_mV,
)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: AmpaNmda(tau_r_AMPA_ms=0), "tau_r_AMPA_ms of the synapse must be positive, not 0"),
        (lambda: AmpaNmda(tau_d_NMDA_ms=-43), "tau_d_NMDA_ms of the synapse must be positive, not -43"),
        (lambda: AmpaNmda(tau_r_AMPA_ms=1.7, tau_d_AMPA_ms=0.2), "1.7 ms is longer than 0.2 ms; swap them"),
        (lambda: AmpaNmda(mg_mM=-1), "mg_mM of the synapse cannot be negative"),
        (lambda: AmpaNmda(gmax_AMPA_uS=-0.001), "gmax_AMPA_uS of the synapse cannot be negative"),
        (lambda: AmpaNmda(e_mV=float("nan")), "e_mV must be a finite number"),
        (lambda: AmpaNmda(tau_r_AMPA_ms="0.2"), "tau_r_AMPA_ms must be a finite number, not '0.2'"),
        (lambda: TsodyksMarkram(U1=0), "U1 of the terminal is a part, more than 0 and at most 1, not 0"),
        (lambda: TsodyksMarkram(U1=20), "at most 1, not 20"),
        (lambda: TsodyksMarkram(tau_rec_ms=-1), "tau_rec_ms of the terminal cannot be negative"),
        (lambda: TsodyksMarkram(tau_facil_ms=float("inf")), "tau_facil_ms must be a finite number"),
        (lambda: TsodyksMarkram(tau_facil_ms="200"), "tau_facil_ms must be a finite number, not '200'"),
        (lambda: Vesicles(n_sites=0), "n_sites of the terminal is a whole number from 1 on, not 0"),
        (lambda: Vesicles(n_sites=2.5), "whole number from 1 on, not 2.5"),
        (lambda: Vesicles(stream=(1, 2)), "stream of the terminal is three whole numbers"),
        (lambda: Vesicles(stream=(1, 2, -3)), "three whole numbers from 0 on"),
        (lambda: GabaA(cli_mM=0), "cli_mM of GABA_A must be positive"),
        (lambda: GabaA(tau_r_ms=10, tau_d_ms=0.5), "10 ms is longer than 0.5 ms; swap them"),
        (lambda: magnesium_block(0, -1), "mg_mM of the block cannot be negative"),
        (lambda: half_block_mV(0), "mg_mM of the block must be positive"),
        (lambda: most_inward_mV(0), "mg_mM of the block must be positive"),
    ],
)
def test_is_a_bad_parameter_named_in_one_clear_sentence(make, sentence):
    with pytest.raises(ValueError) as told:
        make()
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


def test_may_what_is_zero_or_equal_be_so():
    AmpaNmda(mg_mM=0, gmax_AMPA_uS=0, gmax_NMDA_uS=0, tau_r_AMPA_ms=2, tau_d_AMPA_ms=2)
    TsodyksMarkram(U1=1, tau_rec_ms=0, tau_facil_ms=0)


@pytest.mark.parametrize("synapse", [AmpaNmda(), TsodyksMarkram(), Vesicles(), GabaA()])
def test_are_the_defaults_those_of_the_mechanism(synapse):
    section = h.Section(name="soma")
    made = synapse.into(section(0.5))
    untouched = getattr(h, made.hname().split("[")[0])(section(0.5))
    for name in _numbers(made):
        assert getattr(made, name) == getattr(untouched, name), name


def test_does_every_parameter_arrive_in_neuron():
    receptors = AmpaNmda(0.002, 0.003, 0.3, 2.7, 3.0, 50.0, -5.0, 0.5)
    terminal = TsodyksMarkram(0.3, 150.0, 250.0, receptors)
    section = h.Section(name="soma")
    made = Vesicles(terminal, 9, (4, 5, 6)).into(section(0.5))
    expected = {"gmax_AMPA": 0.002, "gmax_NMDA": 0.003, "tau_r_AMPA": 0.3, "tau_d_AMPA": 2.7, "e": -5.0}
    expected |= {"tau_r_NMDA": 3.0, "tau_d_NMDA": 50.0, "mg": 0.5, "U1": 0.3, "tau_rec": 150.0}
    expected |= {"tau_facil": 250.0, "n_sites": 9}
    assert {name: getattr(made, name) for name in expected} == expected
    assert list(made.rng.get_ids()) == [4, 5, 6]
    gaba = GabaA(0.002, 0.6, 11.0, 8.0, 140.0).into(section(0.5))
    assert (gaba.gmax, gaba.tau_r, gaba.tau_d, gaba.cli, gaba.clo) == (0.002, 0.6, 11.0, 8.0, 140.0)


def _numbers(made):
    """Names of the parameters of a synapse that a dataclass of the library may set."""
    names = {each.name for kind in (AmpaNmda, TsodyksMarkram, GabaA) for each in dataclasses.fields(kind)}
    stems = {name.removesuffix(unit) for name in names for unit in ("_ms", "_mV", "_mM", "_uS")} | {"n_sites"}
    found = [name for name in stems if hasattr(made, name)]
    assert len(found) >= 5
    return found


@pytest.mark.parametrize("mg_mM", [0.1, 1.0, 2.0])
def test_is_half_of_the_block_where_the_formula_says(mg_mM):
    searched = brentq(lambda v: magnesium_block(v, mg_mM) - 0.5, -200, 100, xtol=1e-12)
    assert half_block_mV(mg_mM) == pytest.approx(searched, abs=1e-9)


@pytest.mark.parametrize(("mg_mM", "e_mV"), [(0.1, 0.0), (1.0, 0.0), (2.0, 10.0)])
def test_is_the_bottom_of_the_current_where_a_search_finds_it(mg_mM, e_mV):
    searched = minimize_scalar(
        lambda v: magnesium_block(v, mg_mM) * (v - e_mV), bounds=(-120, e_mV), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    # A search for a minimum resolves its place to the root of what it resolves in height.
    assert most_inward_mV(mg_mM, e_mV) == pytest.approx(searched.x, abs=1e-5)
    assert np.sign(searched.fun) == -1


def test_are_the_known_numbers_of_the_block_found():
    # -26.96 mV and -10.83 mV per unit of conductance, computed elsewhere to four digits.
    assert most_inward_mV(1.0) == pytest.approx(-26.96, abs=5e-3)
    assert magnesium_block(-26.96) * -26.96 == pytest.approx(-10.83, abs=5e-3)
