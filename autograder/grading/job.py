# SPDX-License-Identifier: BSD-3-Clause
"""What is to be graded, and how."""

from dataclasses import dataclass, field

from autograder.grading.marking import Assignment
from autograder.sandbox.runner import Limits


@dataclass(frozen=True)
class How:
    """How to grade.

    Attributes:
        isolation: How the sandbox is made, see `autograder.sandbox.runner`.
        limits: Of time, memory and output.
        jobs: How many workers on this machine.
        scheduler: Address of a Dask scheduler, whose workers grade in place of this machine's.
        progress: Show a bar on standard error, if that is a terminal.
    """

    isolation: str = "bubblewrap"
    limits: Limits = field(default_factory=Limits)
    jobs: int = 1
    scheduler: str | None = None
    progress: bool = False


@dataclass(frozen=True)
class Job:
    """One student's submission of one assignment."""

    assignment: Assignment
    student: str
