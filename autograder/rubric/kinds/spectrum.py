# SPDX-License-Identifier: BSD-3-Clause
"""Spectra, and other profiles on a base of their own."""

import math
from dataclasses import dataclass, field

from autograder.rubric import metrics
from autograder.rubric.check import Answers, trace_of
from autograder.rubric.kinds.spikes import Shape


@dataclass(frozen=True)
class Spectrum(Shape):
    """A spectrum, or any profile on a base of its own, by the norm of its difference from the reference."""

    relative: bool = True
    how: str = field(default="norm of the difference over that of the reference", kw_only=True)
    over: str = field(default="frequency (Hz)", kw_only=True)

    def error(self, handed: Answers, reference: Answers) -> float:
        """Norm of the difference, relative to the norm of the reference."""
        mine, true = (trace_of(answers, self.time, self.item) for answers in (handed, reference))
        return metrics.spectrum_difference(*mine, *true) if len(mine[0]) and len(true[0]) else math.inf

    def lack(self, handed: Answers, reference: Answers) -> str:
        """Up to where each of the two goes."""
        mine, true = (trace_of(answers, self.time, self.item)[0] for answers in (handed, reference))
        if not (len(mine) and len(true)):
            return ""
        return f"it covers {mine[0]:g} to {mine[-1]:g}, the reference {true[0]:g} to {true[-1]:g}"
