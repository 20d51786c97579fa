# SPDX-License-Identifier: BSD-3-Clause
"""The verdict on one student: read, compare, explain, word, record."""

from autograder.rubric.verdict.bench import Bench, Tolerances, solved
from autograder.rubric.verdict.compare import candidates, compare, signature
from autograder.rubric.verdict.explain import explain
from autograder.rubric.verdict.judge import judge

__all__ = ["Bench", "Tolerances", "candidates", "compare", "explain", "judge", "signature", "solved"]
