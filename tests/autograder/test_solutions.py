# SPDX-License-Identifier: BSD-3-Clause
"""Does the solution itself, handed in as a student would, get full marks?"""

import shutil
from pathlib import Path

import jupytext
import pytest

from autograder.course.create import create
from autograder.grading.grade import grade
from autograder.handin.cells import grade_id, is_answer

SOLUTIONS = sorted(
    path.parent for path in (Path(__file__).resolve().parents[2] / "solutions").glob("*/manifest.json")
)


@pytest.mark.slow  # each notebook runs whole, in the sandbox
@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.name)
def test_does_the_solution_earn_every_point_for_two_students(solution, tmp_path, hand_in):
    shutil.copytree(solution, tmp_path / "solutions" / solution.name)
    course = create(tmp_path / "course", key="solutions", rubrics=tmp_path / "solutions")
    cells = jupytext.read(solution / f"{solution.name}.py").cells
    answers = {grade_id(cell): cell.source for cell in cells if is_answer(cell)}
    del answers["student-id"]
    for student in ("ada", "bob"):
        hand_in(course, student, answers, solution.name)
    for mark in grade(course):
        assert not mark.get("problem"), mark["problem"]
        for told in mark["result"]["verdicts"]:
            assert told["points"] == told["max_points"], (mark["student"], told["task"], told["checks"])
