# SPDX-License-Identifier: BSD-3-Clause
"""Numbers that dice have a part in, and the gate that they are thrown for."""

from autograder.rubric import Statistic, metrics
from neuroscales.membrane.hodgkin_huxley import rates


class Estimate(float):
    """A number with the standard error of an estimate of it."""

    def __new__(cls, value, se):
        """The number itself is what is handed in."""
        made = super().__new__(cls, value)
        made.se = float(se)
        return made


class Estimated(Statistic):
    """An estimate, in the standard errors that the reference's number brings along."""

    def error(self, handed, reference):
        """Distance from the expectation in standard errors."""
        mine, true = self.value(handed), self.value(reference)
        return metrics.standard_errors_apart(mine, true, getattr(true, "se", 0.0))


HELD_mV, N_CHANNELS, N_OPENINGS, DEAD_ms, EARLY_ms, LATE_AT_ms = -65.0, 2000, 5000, 1.0, 3.0, 30.0


def gate(name, v_mV):
    """Opening and closing rate of a gate."""
    which = "mhn".index(name)
    return tuple(float(rate[which]) for rate in rates(v_mV))
