# SPDX-License-Identifier: BSD-3-Clause
"""The release: everything a student needs, and nothing that a student must not see."""

import filecmp
import json
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

from autograder import cli, rubric
from autograder.authoring.inputs import inputs_digest
from autograder.course import CourseError
from autograder.course.release import normalize, publish, release
from autograder.handin.cells import grade_id, graded_cells, is_answer
from autograder.handin.parameters import own
from autograder.handin.spec import read

ROOT = Path(__file__).resolve().parent.parent.parent
SOLUTIONS = sorted(path.parent for path in (ROOT / "solutions").glob("*/manifest.json"))
each_assignment = pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.name)


def released(folder: Path) -> nbformat.NotebookNode:
    return nbformat.read(next(folder.glob("*.ipynb")), as_version=4)


@each_assignment
def test_is_the_committed_exercise_fresh(solution, tmp_path):
    made = publish(solution, tmp_path / solution.name)
    committed = ROOT / "exercises" / solution.name
    names = sorted(path.name for path in made.iterdir())
    assert sorted(path.name for path in committed.iterdir()) == names
    _, differing, unreadable = filecmp.cmpfiles(made, committed, names, shallow=False)
    assert not differing and not unreadable, "run `autograder release` and commit exercises/"


@each_assignment
def test_is_every_line_of_the_solution_gone_from_the_exercise(solution):
    exercise = "\n".join(path.read_text() for path in (ROOT / "exercises" / solution.name).iterdir())
    given = jupytext.read(solution / f"{solution.name}.py")
    answers = [
        cell for cell in given.cells if is_answer(cell) and "given" not in cell.metadata.get("tags", [])
    ]
    hidden = "\n".join(_hidden(cell) for cell in answers)
    lines = {line.strip() for line in hidden.splitlines() if len(line.strip()) > 12}
    assert lines, "the solution has no solution"
    shown = "\n".join(cell.source for cell in given.cells if not is_answer(cell))
    assert [line for line in lines if line in exercise and line not in shown] == []


def _hidden(cell: nbformat.NotebookNode) -> str:
    """What nbgrader must take away: the marked regions, or the whole cell."""
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, flags=re.DOTALL)
    return "\n".join(regions) if regions else cell.source


@each_assignment
@pytest.mark.parametrize(
    "word", ["BEGIN SOLUTION", "HIDDEN TESTS", "BEGIN MARK", "rubric", "mistake", "tolerance"]
)
def test_does_the_exercise_keep_the_grader_to_itself(solution, word):
    for path in (ROOT / "exercises" / solution.name).iterdir():
        assert word not in path.read_text(), path.name


@each_assignment
def test_are_exactly_the_files_of_the_manifest_released(solution):
    manifest = json.loads((solution / "manifest.json").read_text())
    expected = {f"{solution.name}.ipynb", "handin.json", *manifest.get("files", [])}
    exercise = ROOT / "exercises" / solution.name
    assert {str(path.relative_to(exercise)) for path in exercise.rglob("*") if path.is_file()} == expected


@each_assignment
def test_does_the_exercise_hold_no_output_and_no_trace_of_a_machine(solution):
    notebook = released(ROOT / "exercises" / solution.name)
    assert notebook == normalize(nbformat.from_dict(notebook))
    assert all(not cell.get("outputs") for cell in notebook.cells)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))


@each_assignment
def test_does_handin_json_hold_no_long_list_of_numbers(solution):
    text = (ROOT / "exercises" / solution.name / "handin.json").read_text()
    numbers = [len(re.findall(r"-?\d+\.?\d*", row)) for row in re.findall(r"\[[^][{}]*\]", text)]
    assert max(numbers) <= 20, "a reference trace would be a longer list than any choice of parameters"
    assert read(ROOT / "exercises" / solution.name / "handin.json").key == "open"


def test_does_nbgrader_keep_what_stands_in_a_given_cell(small_course):
    cells = {grade_id(cell): cell.source for cell in released(small_course.release("circles")).cells}
    assert cells["student-id"] == 'student = ""'
    assert "NotImplementedError" in cells["area-answer"]
    assert "3.14159265" not in cells["area-answer"]


def test_are_hidden_tests_and_model_answers_taken_away(small_course):
    text = "".join(path.read_text() for path in small_course.release("circles").iterdir())
    assert "planted" not in text
    assert list(graded_cells(released(small_course.release("circles")))) == ["area", "why"]


def test_does_a_second_release_give_the_same_bytes(small_course):
    path = small_course.release("circles") / "circles.ipynb"
    before = path.read_bytes()
    release(small_course.solution("circles"), small_course.root, small_course.key)
    assert path.read_bytes() == before


def _spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("circles.py", '"grade_id": "area",', '"grade_id": "surface",', "differ in area, surface"),
        ("circles.py", '"grade_id": "start"', '"grade_id": "area"', "nbgrader cannot release"),
        ("spec.json", '"kind": "number"', '"kind": "guess"', "spec.json"),
        ("spec.json", "{", "", "not valid JSON"),
        ("manifest.json", "circles.py", "squares.py", "cannot be read"),
    ],
)
def test_is_a_slip_in_a_solution_told_in_one_sentence(small_course, file, old, new, sentence):
    _spoil(small_course.solution("circles") / file, old, new)
    with pytest.raises(CourseError, match=sentence) as error:
        release(small_course.solution("circles"), small_course.root, "spring")
    assert "\n" not in str(error.value)


def test_does_a_release_that_fails_leave_the_old_one_alone(graded_course, write_solution, tmp_path):
    solution = write_solution(tmp_path / "changed")
    _spoil(solution / "circles.py", '"grade_id": "why"', '"grade_id": "wherefore"')
    before = {path: path.read_bytes() for path in graded_course.release("circles").iterdir()}
    with pytest.raises(CourseError, match="there are submissions associated"):
        release(solution, graded_course.root, "spring")
    assert {path: path.read_bytes() for path in graded_course.release("circles").iterdir()} == before
    assert not list(graded_course.root.glob(".release-*"))


def test_is_a_missing_file_named(small_course):
    (small_course.solution("circles") / "acceptance.json").unlink()
    with pytest.raises(CourseError, match=r"acceptance\.json is missing"):
        release(small_course.solution("circles"), small_course.root, "spring")


def _values(course, student="ada"):
    return own(json.loads((course.release("circles") / "handin.json").read_text()), student)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("spec.json", "[2, 3, 5, 7]", "[2, 3, 5, 8]"),
        ("spec.json", '"name": "radius"', '"name": "r"'),
    ],
)
def test_does_a_second_release_never_change_a_students_parameters(
    small_course, hand_in, right, capsys, file, old, new
):
    hand_in(small_course, "ada", right)
    before = (small_course.release("circles") / "handin.json").read_bytes()
    solution = small_course.solution("circles")
    _spoil(solution / file, old, new)
    if '"r"' in new:
        _spoil(solution / "circles.py", "p.radius", "p.r")
    root = str(small_course.root)
    assert cli.main(["release", "--course", root]) == 2
    said = capsys.readouterr().err
    assert "change parameters" in said and "--new-parameters circles" in said
    assert (small_course.release("circles") / "handin.json").read_bytes() == before
    assert cli.main(["release", "--course", root, "--new-parameters", "squares"]) == 2
    assert cli.main(["release", "--course", root, "--new-parameters", "circles"]) == 0
    assert (small_course.release("circles") / "handin.json").read_bytes() != before


def test_does_a_second_release_say_whose_parameters_would_change(small_course, hand_in, right, capsys):
    names = [f"s{number}" for number in range(12)]
    for name in names:
        hand_in(small_course, name, right)
    old = {name: _values(small_course, name) for name in names}
    _spoil(small_course.solution("circles") / "spec.json", "[2, 3, 5, 7]", "[2, 3, 5, 8]")
    release(small_course.solution("circles"), small_course.root, small_course.key, new_parameters=True)
    changed = [name for name in names if _values(small_course, name) != old[name]]
    assert changed and len(changed) < len(names)
    _spoil(small_course.solution("circles") / "spec.json", "[2, 3, 5, 8]", "[2, 3, 5, 7]")
    with pytest.raises(CourseError) as error:
        release(small_course.solution("circles"), small_course.root, small_course.key)
    said = str(error.value)
    assert all((name in said) == (name in changed) for name in names[2:10]), said


def test_does_another_key_in_mid_term_change_nobodys_parameters(small_course):
    before = _values(small_course)
    with pytest.raises(CourseError, match="everybody who has it already"):
        release(small_course.solution("circles"), small_course.root, "autumn")
    assert _values(small_course) == before


def test_may_words_and_practice_change_in_mid_term(small_course):
    before = _values(small_course)
    _spoil(small_course.solution("circles") / "spec.json", '"title": "The area"', '"title": "Its area"')
    release(small_course.solution("circles"), small_course.root, small_course.key)
    assert "Its area" in (small_course.release("circles") / "handin.json").read_text()
    assert _values(small_course) == before


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("circles.py", '"points": 4', '"points": 5', "gives 5 points for area, the rubric 4"),
        ("rubric.py", '"um2", 4.0', '"um2", 3.0', "gives 4 points for area, the rubric 3"),
        ("rubric.py", '"area",\n        area,', '"surface",\n        area,', "differ in area, surface"),
        ("rubric.py", "TASKS = (", "TASKS = (oh no", "rubric"),
        ("spec.json", '"practice": 1', '"practice": 1, "vlaues": [1]', "do you mean 'values'"),
        ("spec.json", '"title": "Circles"', '"titel": "Circles"', "do you mean 'title'"),
        ("spec.json", '"kind": "number"', '"kind": "number", "minimum": 0', "the item area of area"),
        ("manifest.json", '"files"', '"flies": [], "files"', "do you mean 'files'"),
        (
            "acceptance.json",
            '{"area": {"tolerance"',
            '{"volume": {"tolerance"',
            "no tolerance for area: area",
        ),
    ],
)
def test_is_what_does_not_agree_found_before_it_goes_out(
    small_course, tmp_path, capsys, file, old, new, words
):
    _spoil(small_course.solution("circles") / file, old, new)
    assert cli.main(["release", "--course", str(small_course.root)]) == 2
    assert words in capsys.readouterr().err
    rubrics = ["--rubrics", str(small_course.rubrics)]
    assert cli.main(["init", str(tmp_path / "new"), *rubrics]) == 2
    assert words in capsys.readouterr().err and not (tmp_path / "new").exists()


def test_are_stale_tolerances_said_when_an_assignment_goes_out(small_course, tmp_path, capsys):
    solution, root = small_course.solution("circles"), str(small_course.root)
    assert cli.main(["release", "--course", root]) == 0
    assert "run `autograder derive circles`" in capsys.readouterr().out
    stored = json.loads((solution / "acceptance.json").read_text())
    stored["inputs"] = inputs_digest(rubric.load(solution))
    (solution / "acceptance.json").write_text(json.dumps(stored))
    assert cli.main(["release", "--course", root]) == 0
    assert "derive" not in capsys.readouterr().out
    _spoil(solution / "rubric.py", "math.pi *", "3.0 *")
    assert cli.main(["init", str(tmp_path / "new"), "--rubrics", str(small_course.rubrics)]) == 0
    assert "run `autograder derive circles`" in capsys.readouterr().out


def test_does_a_missing_acceptance_say_what_to_run(small_course):
    (small_course.solution("circles") / "acceptance.json").unlink()
    with pytest.raises(CourseError, match="autograder derive circles"):
        release(small_course.solution("circles"), small_course.root, "spring")
