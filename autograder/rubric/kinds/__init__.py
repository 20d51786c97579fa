# SPDX-License-Identifier: BSD-3-Clause
"""Kinds of comparison, one file each.

============================  ==============================================================================
what is handed in             how it is compared
============================  ==============================================================================
a number, a threshold         `Number`, `Threshold`
a spiking trace               `spiking`: count, arrival, peak, trough, end and shape;
                              `Guided` for a trace beside it
a trace that is driven        `driven`: root mean square
a profile along a cable       `Profile` at the reference's nodes, `Place` where it is highest or lowest
a train of spikes             `Train`: the k-th spike may be off by k times as much as the first; beside it
                              `autograder.rubric.spiking` for count, peak, trough, end and shape
an oscillation                `oscillating`: period, amplitude, mean, phase lag, and an early window pointwise
a spectrum                    `Spectrum`: norm of the difference over the norm of the reference
a field (its values in a row) `Field`: the same, value by value
an estimate from noisy runs   `Statistic`: in standard errors of such an estimate
a sequence, a set             `Members`: the largest difference of any member, in order or without order
============================  ==============================================================================

Tolerances are derived as for every other check. A field, a sequence or a set is an item of the kind "list";
a spectrum is a "trace" on a base of the kind "frequency".
"""

from autograder.rubric.kinds.driven import driven
from autograder.rubric.kinds.field import Field
from autograder.rubric.kinds.members import Members
from autograder.rubric.kinds.number import Number, Threshold
from autograder.rubric.kinds.oscillation import Oscillation, PhaseLag, oscillating
from autograder.rubric.kinds.profile import Place, Profile
from autograder.rubric.kinds.spectrum import Spectrum
from autograder.rubric.kinds.spikes import Feature, Guided, Shape, spiking
from autograder.rubric.kinds.statistic import Statistic
from autograder.rubric.kinds.train import Train

__all__ = [
    "Feature",
    "Field",
    "Guided",
    "Members",
    "Number",
    "Oscillation",
    "PhaseLag",
    "Place",
    "Profile",
    "Shape",
    "Spectrum",
    "Statistic",
    "Threshold",
    "Train",
    "driven",
    "oscillating",
    "spiking",
]
