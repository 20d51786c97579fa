# SPDX-License-Identifier: BSD-3-Clause
"""The pair rule."""

from neuroscales.synapse.plasticity import PairRule

A_PLUS, A_MINUS = 0.01, 0.004
NUMBER, DELAY_ms = 60, 10.0


def pair_rule(p, *, nearest=False, taus_swapped=False, amplitudes_swapped=False, one_tau=False) -> PairRule:
    """The student's own pair rule, or one with a slip."""
    taus = (p["tau_plus"], p["tau_plus"] if one_tau else p["tau_minus"])
    amplitudes = (A_PLUS, A_MINUS)
    if taus_swapped:
        taus = taus[::-1]
    if amplitudes_swapped:
        amplitudes = amplitudes[::-1]
    return PairRule(*amplitudes, *taus, nearest=nearest)
