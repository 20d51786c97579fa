# SPDX-License-Identifier: BSD-3-Clause
"""Ten students' parameters, on whom tolerances are derived."""

import itertools
import math
import random
from collections.abc import Mapping
from typing import Any

from autograder import rubric
from autograder.handin import parameters
from autograder.handin.spec import parse

STUDENTS = 10
_CORNERS = 8


def students(spec: Mapping[str, Any]) -> list[dict[str, float]]:
    """Ten students' parameters: corners of the ranges, and draws as real students get them.

    Raises:
        RubricError: the parameters have too few values for ten different students.
    """
    sets = math.prod(len(set(entry["values"])) for entry in spec["parameters"])
    if sets < STUDENTS:
        raise rubric.RubricError(
            f"{spec['assignment']}: the parameters in spec.json make {sets} different sets, and at least "
            f"{STUDENTS} are needed to derive tolerances; give them more values"
        )
    ends = [
        (entry["name"], tuple(sorted({min(entry["values"]), max(entry["values"])})))
        for entry in spec["parameters"]
    ]
    corners = [
        dict(zip(dict(ends), values, strict=True)) for values in itertools.product(*dict(ends).values())
    ]
    if len(corners) > _CORNERS:  # half of them: any three of four parameters still meet in every combination
        lowest = [low for _, (low, *_) in ends]
        even = [
            p
            for p in corners
            if sum(p[name] > low for (name, _), low in zip(ends, lowest, strict=True)) % 2 == 0
        ]
        corners = random.Random(0).sample(even, _CORNERS) if len(even) > _CORNERS else even
    chosen = corners[:STUDENTS]
    public = parse({**spec, "key": "derive"})
    for i in itertools.count():
        if len(chosen) == STUDENTS:
            return chosen
        if (drawn := parameters.own(public, f"student {i}")) not in chosen:
            chosen.append(drawn)
