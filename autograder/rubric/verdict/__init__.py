# SPDX-License-Identifier: BSD-3-Clause
"""The verdict on one student: read, compare, explain, word, record."""

from autograder.rubric.verdict.apart import KeptBench, judge_apart
from autograder.rubric.verdict.bench import Bench, Tolerances, solved
from autograder.rubric.verdict.budget import REASONS_S
from autograder.rubric.verdict.compare import candidates, compare, signature
from autograder.rubric.verdict.explain import explain
from autograder.rubric.verdict.judge import judge

__all__ = [
    "REASONS_S",
    "Bench",
    "KeptBench",
    "Tolerances",
    "candidates",
    "compare",
    "explain",
    "judge",
    "judge_apart",
    "signature",
    "solved",
]
