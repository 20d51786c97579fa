# SPDX-License-Identifier: BSD-3-Clause
"""Marks: given once, kept whole, read by nbgrader as they are, and never in the way of a person's own."""

import json

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder.course import Course, CourseError, gradebook
from autograder.grading import grade as grading
from autograder.grading import keep, marking
from autograder.grading.grade import grade
from autograder.grading.judge import Judge, JudgeProblem
from autograder.pages import feedback
from autograder.sandbox.isolation import SandboxError


def marks(course: Course) -> dict[str, dict]:
    return {mark["student"]: mark for mark in course.marks("circles")}


def points(course: Course) -> dict[str, dict]:
    return {student: one["cells"] for student, one in gradebook.standings(course, "circles").items()}


def test_does_everyone_get_the_points_of_their_work(graded_course):
    assert {student: cells["area"] for student, cells in points(graded_course).items()} == {
        "ada": 4.0,
        "bob": 0.0,
        "eve": 0.0,
        "<i>mal": 0.0,
        "zoe": 0.0,
    }


def test_does_one_broken_submission_leave_the_others_graded(graded_course):
    zoe = marks(graded_course)["zoe"]
    assert zoe["status"] == "unreadable"
    assert "not valid JSON" in zoe["problem"]
    assert [mark["status"] for student, mark in marks(graded_course).items() if student != "zoe"] == [
        "graded"
    ] * 4


def test_is_an_unanswered_notebook_told_from_a_crash(graded_course):
    assert marks(graded_course)["eve"]["problem"] == "The answer cells are as they were given out."
    assert "ValueError" in marks(graded_course)["<i>mal"]["problem"]


def test_does_nbgrader_read_the_same_points_from_the_saved_notebook(graded_course):
    for student, mark in marks(graded_course).items():
        notebook = nbformat.read(graded_course.autograded(student, "circles"), as_version=4)
        nbformat.validate(notebook)
        cell = next(cell for cell in notebook.cells if cell.id == "area")
        assert determine_grade(cell) == (mark["points"]["area"], 4.0)


@pytest.mark.parametrize("value", [0, 1, 2.5, 1 / 3, None])
def test_is_a_score_always_a_plain_finite_number(value):
    outputs = marking._score(value, 4.0, None, "")
    numbers = [output.data["text/plain"] for output in outputs if output.output_type == "execute_result"]
    assert numbers == [repr(float(value or 0))]


def test_do_written_answers_wait_for_a_person_and_blank_ones_do_not(graded_course):
    standings = gradebook.standings(graded_course, "circles")
    assert standings["ada"]["open"] == ["why"]
    assert standings["eve"]["open"] == []
    assert standings["eve"]["cells"]["why"] == 0.0


def give_by_hand(course: Course, student: str, cell: str, value: float, comment: str) -> None:
    """What the formgrader does when a marker types points and a comment."""
    with gradebook.connect(course.db_url) as book:
        grade_ = book.find_grade(cell, "circles", "circles", student)
        grade_.manual_score, grade_.needs_manual_grade = value, False
        book.find_comment(cell, "circles", "circles", student).manual_comment = comment
        book.db.commit()


def test_does_a_mark_given_by_hand_survive_every_regrade(graded_course):
    give_by_hand(graded_course, "ada", "why", 1.5, "Nearly.")
    grade(graded_course, student="ada", regrade=True)
    ada = gradebook.standings(graded_course, "circles")["ada"]
    assert ada["cells"] == {"area": 4.0, "why": 1.5}
    assert ada["comments"] == {"why": "Nearly."}
    assert ada["open"] == []


def test_does_a_changed_answer_ask_for_the_marker_again(graded_course, hand_in, right):
    give_by_hand(graded_course, "ada", "why", 1.5, "Nearly.")
    hand_in(graded_course, "ada", {**right, "why": "Another answer."})
    grade(graded_course, student="ada")
    ada = gradebook.standings(graded_course, "circles")["ada"]
    assert ada["cells"]["why"] == 1.5
    assert "why" in ada["open"]


def test_does_the_late_penalty_stay_as_it_was(graded_course):
    with gradebook.connect(graded_course.db_url) as book:
        book.find_submission("circles", "ada").notebooks[0].late_submission_penalty = 1.0
        book.db.commit()
    grade(graded_course, student="ada", regrade=True)
    ada = gradebook.standings(graded_course, "circles")["ada"]
    assert (ada["late_penalty"], ada["points"]) == (1.0, 3.0)


def test_is_the_time_of_handing_in_kept(small_course, hand_in, right):
    path = hand_in(small_course, "ada", right)
    path.with_name("timestamp.txt").write_text("2025-03-01 12:00:00 UTC")
    grade(small_course)
    with gradebook.connect(small_course.db_url) as book:
        assert book.find_submission("circles", "ada").timestamp.isoformat() == "2025-03-01T12:00:00"


def test_is_unchanged_work_graded_once(graded_course):
    assert grade(graded_course) == []
    assert [mark["student"] for mark in grade(graded_course, student="zoe", regrade=True)] == ["zoe"]


@pytest.mark.parametrize("lost", ["autograded", "feedback", "mark"])
def test_is_what_went_missing_made_again(graded_course, lost):
    path = getattr(graded_course, lost)("zoe", "circles")
    path.unlink()
    assert [mark["student"] for mark in grade(graded_course)] == ["zoe"]
    assert path.is_file()


def test_does_a_changed_rubric_grade_everyone_again(small_course, hand_in, right):
    hand_in(small_course, "ada", right)
    assert grade(small_course)[0]["points"]["area"] == 4.0
    rubric = small_course.solution("circles") / "rubric.py"
    rubric.write_text(rubric.read_text().replace("factor * math.pi", "2 * factor * math.pi"))
    assert grade(small_course)[0]["points"]["area"] == 0.0


def test_does_a_worse_resubmission_replace_the_old_mark(graded_course):
    path = graded_course.submitted("ada", "circles") / "circles.ipynb"
    path.write_text("no notebook any more")
    grade(graded_course)
    assert marks(graded_course)["ada"]["status"] == "unreadable"
    assert points(graded_course)["ada"] == {"area": 0.0, "why": 0.0}
    cell = nbformat.read(graded_course.autograded("ada", "circles"), as_version=4).cells[4]
    assert determine_grade(cell)[0] == 0.0


def test_does_a_killed_run_go_on_where_it_was(small_course, hand_in, right, monkeypatch):
    hand_in(small_course, "ada", right)
    hand_in(small_course, "bob", right)

    def killed(*args: object, **options: object) -> str:
        if args[0]["student"] == "bob":
            raise KeyboardInterrupt
        return page(*args, **options)

    page = feedback.page
    monkeypatch.setattr(keep.feedback, "page", killed)
    with pytest.raises(KeyboardInterrupt):
        grade(small_course)
    monkeypatch.undo()
    assert [mark["student"] for mark in grade(small_course)] == ["bob"]
    assert points(small_course) == {"ada": {"area": 4.0, "why": 0.0}, "bob": {"area": 4.0, "why": 0.0}}


def test_is_work_that_the_judge_could_not_judge_left_open_and_tried_again(graded_course, monkeypatch):
    def broken(*_: object) -> dict:
        raise JudgeProblem("The judge ended in the middle.")

    with monkeypatch.context() as patch:
        patch.setattr(Judge, "judge", broken)
        (mark,) = grade(graded_course, student="ada", regrade=True)
    assert mark["status"] == "not graded"
    assert gradebook.standings(graded_course, "circles")["ada"]["cells"]["area"] == 0.0
    assert "area" in gradebook.standings(graded_course, "circles")["ada"]["open"]
    assert [mark["student"] for mark in grade(graded_course)] == ["ada"]
    assert points(graded_course)["ada"]["area"] == 4.0


def test_is_a_machine_without_isolation_told_before_anyone_is_graded(graded_course, monkeypatch):
    def missing(_: str) -> None:
        raise SandboxError("bubblewrap is missing: install it")

    before = marks(graded_course)
    monkeypatch.setattr(grading, "find_isolation", missing)
    with pytest.raises(CourseError, match="bubblewrap is missing"):
        grade(graded_course, regrade=True)
    assert marks(graded_course) == before


def test_are_points_that_notebook_and_rubric_see_differently_refused(small_course, hand_in, right):
    hand_in(small_course, "ada", right)
    rubric = small_course.solution("circles") / "rubric.py"
    rubric.write_text(rubric.read_text().replace('"um2", 4.0', '"um2", 3.0'))
    with pytest.raises(CourseError, match="the notebook gives 4 points for area, the rubric 3"):
        grade(small_course)


def test_is_a_linked_folder_of_a_student_passed_over(small_course, hand_in, right, tmp_path):
    hand_in(small_course, "ada", right)
    (small_course.root / "submitted" / "mallory").symlink_to(small_course.root / "submitted" / "ada")
    assert small_course.submissions("circles") == ["ada"]


def test_does_every_mark_say_what_produced_it(graded_course):
    ada = marks(graded_course)["ada"]
    assert "bubblewrap" in ada["isolation"]
    assert set(ada["digests"]) == {"assignment", "submission"}
    assert {"neuron", "neuroscales", "rubric"} <= ada["result"]["versions"].keys()
    assert {"run", "judge", "record"} <= ada["times_s"].keys()
    json.dumps(ada, allow_nan=False)


def test_does_the_formgraders_own_button_grade_in_the_sandbox(graded_course, monkeypatch):
    from nbgrader.apps import NbGrader
    from nbgrader.apps.api import NbGraderAPI

    monkeypatch.chdir(graded_course.root)
    app = NbGrader()
    app.load_config_file()
    answer = NbGraderAPI(config=app.config).autograde("circles", "ada", force=True)
    assert answer["success"], answer
    assert points(graded_course)["ada"]["area"] == 4.0
    assert "bubblewrap" in marks(graded_course)["ada"]["isolation"]


def test_does_a_mark_of_the_same_rubric_hold_though_its_digest_was_taken_otherwise(
    small_course, hand_in, right
):
    """A mark from the time when a rubric was hashed file by file: `earlier.json` says that it holds."""
    hand_in(small_course, "ada", right)
    (mark,) = grade(small_course)
    assert grade(small_course) == []
    now, path = mark["made_with"]["rubric"], small_course.mark("ada", "circles")
    mark["made_with"]["rubric"] = "f" * 64
    mark["digests"]["assignment"] = marking._assignment_digest(mark["made_with"])
    path.write_text(json.dumps(mark))
    earlier = small_course.solution("circles") / "earlier.json"
    earlier.write_text(json.dumps({now: ["f" * 64]}))
    before = path.read_bytes()
    assert grade(small_course) == []
    assert path.read_bytes() == before
    rubric = small_course.solution("circles") / "rubric.py"
    rubric.write_text(f'"""Another docstring, and a folder."""\n{rubric.read_text()}')
    (small_course.solution("circles") / "rubric").mkdir()
    rubric.rename(small_course.solution("circles") / "rubric" / "__init__.py")
    assert grade(small_course) == []
    earlier.write_text(json.dumps({"0" * 64: ["f" * 64]}))
    assert [one["student"] for one in grade(small_course)] == ["ada"], "it belongs to another rubric"
