# SPDX-License-Identifier: BSD-3-Clause
"""A new assignment begins as one that works, and the teaching notes fit what they are about."""

import json
from pathlib import Path

import jupytext
import pytest

from autograder import cli, rubric
from autograder.authoring.new import create
from autograder.course import Course, CourseError
from autograder.course.gradebook import standings
from autograder.grading.grade import grade
from autograder.handin.cells import graded_cells, is_written
from autograder.pages import teaching

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = sorted(path.parent for path in (ROOT / "solutions").glob("*/manifest.json"))
each_assignment = pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.name)


def test_can_a_new_assignment_be_derived_released_handed_in_and_graded(tmp_path, hand_in):
    rubrics = str(tmp_path / "solutions")
    Path(rubrics).mkdir()
    assert cli.main(["new", "first-try", "--rubrics", rubrics]) == 0
    assert cli.main(["derive", "first-try", "--rubrics", rubrics]) == 0
    assert cli.main(["init", str(tmp_path / "course"), "--rubrics", rubrics]) == 0
    course = Course.open(tmp_path / "course")
    hand_in(course, "ada", {"answer-answer": "value = p.amp * p.times"}, "first-try")
    hand_in(course, "bob", {"answer-answer": "value = 2 * p.amp * p.times"}, "first-try")
    marks = {mark["student"]: mark for mark in grade(course)}
    assert marks["ada"]["points"]["answer"] == 3.0
    assert marks["bob"]["points"]["answer"] < 3.0
    (found,) = marks["bob"]["result"]["verdicts"][0]["mistakes"]
    assert found["names"] == ["twice"]
    assert standings(course, "first-try")["ada"]["max_points"] == 5.0


_HELD_OUT = """\
from autograder.authoring.measurement import HeldOut
from autograder.rubric import variant

SOURCES = ()


def held_out(own):
    way = variant("as a float", then=lambda found: found | {"value": CHANGED})
    return HeldOut(variants={"answer": (way,)})
"""


def test_is_the_fairness_of_a_new_assignment_measured_by_one_command(tmp_path, capsys):
    rubrics, ways = tmp_path / "solutions", tmp_path / "tests" / "acceptance" / "held_out" / "first_try.py"
    create(rubrics, "first-try")
    command = ["fairness", "first-try", "--rubrics", str(rubrics), "--jobs", "1"]
    assert cli.main(["derive", "first-try", "--rubrics", str(rubrics)]) == 0
    assert cli.main(command) == 2
    assert f"no held-out ways in {ways}" in capsys.readouterr().err
    ways.parent.mkdir(parents=True)
    ways.write_text(_HELD_OUT.replace("CHANGED", "float(found['value'])"))
    assert cli.main(command) == cli.main([*command, "--check"]) == 0
    assert "0 of 2" in capsys.readouterr().out, "ten of the twelve sets of parameters are the derivation's"
    ways.write_text(_HELD_OUT.replace("CHANGED", "1.2 * found['value']"))
    assert cli.main(["fairness", "--rubrics", str(rubrics), "--check"]) == 1
    assert "older than what it is measured on" in capsys.readouterr().out
    assert cli.main(command) == 1
    assert "as a float is correct, but student 0 gets" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["Upper", "a b", "../x", "", "x" * 61, "-x", "ends-"])
def test_is_a_name_that_cannot_be_a_folder_refused(tmp_path, name):
    with pytest.raises(CourseError, match="cannot be"):
        create(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_is_an_assignment_that_is_there_never_written_over(tmp_path):
    create(tmp_path, "mine")
    (tmp_path / "mine" / "rubric" / "answer.py").write_text("# a day's work")
    with pytest.raises(CourseError, match="exists"):
        create(tmp_path, "mine")
    assert (tmp_path / "mine" / "rubric" / "answer.py").read_text() == "# a day's work"


def graded(solution):
    """The graded cells of a solution's notebook, by grade id."""
    return graded_cells(jupytext.read(solution / f"{solution.name}.py"))


@each_assignment
def test_has_every_mistake_a_line_on_what_to_teach_again(solution):
    tasks = rubric.load(solution).tasks.values()
    named = {way.name for task in tasks for way in task.mistakes if not way.unseen}
    assert named - set(teaching.read(solution).again) == set()


@each_assignment
def test_has_every_written_answer_a_model_and_a_guide_for_all_its_points(solution):
    written = {name: cell for name, cell in graded(solution).items() if is_written(cell)}
    guides = teaching.guides(solution)
    assert set(guides) == set(written)
    for name, cell in written.items():
        model, _, guide = guides[name].partition("**Marking guide")
        assert model.startswith("**Model answer.**") and len(model.split()) > 20, name
        assert guide.startswith(f" ({cell.metadata.nbgrader.points:g} points).**"), name


@each_assignment
def test_does_every_task_serve_an_outcome_and_every_outcome_name_a_page(solution):
    outcomes = teaching.read(solution).outcomes
    assert {task for one in outcomes for task in one.tasks} == set(graded(solution))
    for one in outcomes:
        assert (ROOT / "book" / f"{one.chapter}.md").is_file(), one.chapter


@each_assignment
def test_does_the_instructors_page_list_every_outcome(solution):
    page = (ROOT / "book/instructors/assignment.md").read_text()
    for one in teaching.read(solution).outcomes:
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {one.outcome} |")]
        tasks = ", ".join(f"`{task}`" for task in one.tasks)
        assert f"](../{one.chapter}.md) | `{solution.name}`: {tasks} |" in row


@each_assignment
def test_is_nothing_of_a_guide_given_out(solution):
    given = "".join(path.read_text() for path in (ROOT / "exercises" / solution.name).iterdir())
    assert "Model answer" not in given and "Marking guide" not in given


def test_are_teaching_notes_of_another_form_told_in_one_sentence(tmp_path):
    (tmp_path / "teaching.json").write_text(json.dumps({"outcomes": []}))
    with pytest.raises(CourseError, match=r"teaching\.json"):
        teaching.read(tmp_path)
