# SPDX-License-Identifier: BSD-3-Clause
"""One check, and all checks of a task, with their outcome."""

from dataclasses import dataclass

from autograder.rubric.check import Answers, Check


@dataclass
class Judged:
    """One check with its outcome."""

    check: Check
    error: float
    tolerance: float
    points: float
    sentence: str = ""

    @property
    def passed(self) -> bool:
        """Within the tolerance."""
        return self.error <= self.tolerance


@dataclass
class Comparison:
    """All checks of a task against one reference."""

    reference: Answers
    checks: list[Judged]

    @property
    def points(self) -> float:
        """Sum of the checks' points."""
        return sum(judged.points for judged in self.checks)

    @property
    def is_right(self) -> bool:
        """Whether every check passes."""
        return all(judged.passed for judged in self.checks)

    @property
    def failed(self) -> frozenset[str]:
        """Names of the checks that fail."""
        return frozenset(judged.check.name for judged in self.checks if not judged.passed)

    @property
    def distance(self) -> float:
        """How far off in all, in tolerances, to choose between two references that give the same points."""
        return sum(min(judged.error / judged.tolerance, 1e3) for judged in self.checks)
