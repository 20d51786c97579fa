# SPDX-License-Identifier: BSD-3-Clause
"""By how much two answers differ: pure numpy, without tolerances and without words.

Every difference is two-sided and never negative; infinity means that the two cannot be compared, because one
of them lacks what the other has.
"""

from autograder.rubric.metrics.driven import driven_difference
from autograder.rubric.metrics.members import sequence_difference
from autograder.rubric.metrics.number import difference, round_to_nearest, round_up, rounded_threshold
from autograder.rubric.metrics.oscillation import circular_difference, oscillation_features, phase_lag
from autograder.rubric.metrics.profile import extremum_place, profile_difference
from autograder.rubric.metrics.spectrum import norm_difference, spectrum_difference
from autograder.rubric.metrics.spikes import (
    guided_difference,
    shape_difference,
    spiking_features,
    train_difference,
)
from autograder.rubric.metrics.statistic import standard_errors_apart
from autograder.rubric.metrics.trace import without_repeats

__all__ = [
    "circular_difference",
    "difference",
    "driven_difference",
    "extremum_place",
    "guided_difference",
    "norm_difference",
    "oscillation_features",
    "phase_lag",
    "profile_difference",
    "round_to_nearest",
    "round_up",
    "rounded_threshold",
    "sequence_difference",
    "shape_difference",
    "spectrum_difference",
    "spiking_features",
    "standard_errors_apart",
    "train_difference",
    "without_repeats",
]
