# SPDX-License-Identifier: BSD-3-Clause
"""Which students are tolerances derived on, and what is said where there are too few?"""

import itertools
import json
import random

import pytest

from autograder import cli
from autograder.authoring import students
from autograder.authoring.new import create
from autograder.rubric import RubricError


def spec(*values):
    """A spec whose parameters have so many values."""
    parameters = [
        {"name": f"p{i}", "unit": "", "values": list(range(1, count + 1)), "practice": 1}
        for i, count in enumerate(values)
    ]
    return {"format": 1, "assignment": "sets", "parameters": parameters, "tasks": {}}


@pytest.mark.parametrize(
    "values", [(10,), (2, 5), (1, 10), (1, 1, 12), (3, 4), (3, 4, 5), (2, 2, 2, 2), (4,) * 6]
)
def test_are_there_ten_different_students_with_the_ends_of_every_range_among_them(values):
    chosen = students.students(spec(*values))
    assert len(chosen) == students.STUDENTS
    assert all(one != other for one, other in itertools.combinations(chosen, 2))
    for i, count in enumerate(values):
        assert {one[f"p{i}"] for one in chosen} >= {1, count}
    state = random.getstate()
    assert students.students(spec(*values)) == chosen, "and the same ones each time"
    assert random.getstate() == state


@pytest.mark.parametrize(("values", "sets"), [((9,), 9), ((3, 3), 9), ((1,), 1), ((1, 2, 4), 8)])
def test_are_fewer_than_ten_sets_of_parameters_told_in_one_sentence(values, sets):
    with pytest.raises(
        RubricError, match=f"sets: the parameters in spec.json make {sets} different sets, and"
    ):
        students.students(spec(*values))


def test_are_equal_values_counted_once():
    few = spec(3, 3)
    few["parameters"][0]["values"] *= 4
    with pytest.raises(RubricError, match="9 different sets"):
        students.students(few)


def test_does_the_command_end_with_that_sentence(tmp_path, capsys):
    folder = create(tmp_path, "few")
    public = json.loads((folder / "spec.json").read_text())
    public["parameters"] = public["parameters"][:1]
    (folder / "spec.json").write_text(json.dumps(public))
    assert cli.main(["derive", "few", "--rubrics", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.err.startswith(
        "few: the parameters in spec.json make 4 different sets, and at least 10 are needed"
    )
    assert said.err.count("\n") == 1 and said.out == ""
    assert not (folder / "acceptance.json").exists()
