# SPDX-License-Identifier: BSD-3-Clause
"""The command line: what it says, where it says it, and how it ends."""

import csv
import re
import stat
import subprocess
import sys

import pytest

from autograder import cli
from autograder.course import Course


def test_does_a_whole_round_work_from_the_command_line(tmp_path, _pristine_course, hand_in, right, capsys):
    folder = str(tmp_path / "course")
    assert cli.main(["init", folder, "--key", "spring", "--rubrics", str(_pristine_course.rubrics)]) == 0
    course = Course.open(tmp_path / "course")
    hand_in(course, "ada", right)
    assert cli.main(["grade", folder]) == 0
    assert cli.main(["report", folder]) == 0
    assert cli.main(["feedback", folder]) == 0
    assert cli.main(["export", folder, "--to", str(tmp_path / "marks.csv")]) == 0
    (row,) = csv.DictReader((tmp_path / "marks.csv").open())
    assert (row["student_id"], row["task:area"]) == ("ada", "4.0")
    assert stat.S_IMODE((tmp_path / "marks.csv").stat().st_mode) == 0o600
    assert "1 graded now." in capsys.readouterr().out


def test_is_a_submission_that_cannot_be_read_named_and_the_end_not_clean(
    small_course, hand_in, right, capsys
):
    hand_in(small_course, "ada", right)
    hand_in(small_course, "zoe", right).write_text("{")
    assert cli.main(["grade", str(small_course.root)]) == 1
    said = capsys.readouterr()
    assert "zoe: circles.ipynb" in said.err
    assert "2 graded now, 1 of them" in said.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["grade", "{nowhere}"],
        ["grade", "{course}", "squares"],
        ["grade", "{course}", "--student", "nobody"],
        ["report", "{course}", "squares"],
        ["export", "{nowhere}"],
        ["release", "squares", "--course", "{course}"],
        ["params", "ada", "--course", "{nowhere}"],
        ["init", "{course}"],
    ],
)
def test_is_a_users_mistake_told_in_one_sentence_with_exit_code_2(small_course, tmp_path, capsys, arguments):
    filled = [part.format(course=small_course.root, nowhere=tmp_path / "nowhere") for part in arguments]
    assert cli.main(filled) == 2
    said = capsys.readouterr()
    assert said.err.startswith("autograder: ") and said.err.count("\n") == 1
    assert "Traceback" not in said.err


def test_is_a_students_environment_told_what_grading_needs(small_course, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "autograder.pages.report", None)
    assert cli.main(["report", str(small_course.root)]) == 2
    assert capsys.readouterr().err.endswith('grading needs the group grader: pip install ".[grader]".\n')


def test_does_params_print_what_the_student_gets(small_course, capsys):
    from autograder.handin.parameters import own
    from autograder.handin.spec import read

    assert cli.main(["params", "Ada ", "--course", str(small_course.root)]) == 0
    radius = own(read(small_course.release("circles") / "handin.json"), "ada")["radius"]
    said = capsys.readouterr().out
    assert f"circles: Parameters(radius = {radius:g} um)" in said
    assert re.search(rf"area.area +{3.14159265 * radius**2:.4g} um2 +area", said)


def test_does_a_course_release_again_with_its_own_key(small_course, capsys):
    assert cli.main(["release", "--course", str(small_course.root)]) == 0
    assert '"key": "spring"' in (small_course.release("circles") / "handin.json").read_text()


def test_is_a_setting_told_that_an_older_course_lacks(small_course, capsys):
    settings = small_course.root / "nbgrader_config.py"
    assert cli.main(["release", "--course", str(small_course.root)]) == 0
    assert capsys.readouterr().err == ""
    text = settings.read_text().replace('str(root / "exchange")', '"/srv/exchange"')
    old = text.replace(
        "c.CourseDirectory.db_url = Course.open(root).db_url", "c.CourseDirectory.db_url = 'x'"
    )
    settings.write_text(old)
    assert cli.main(["release", "--course", str(small_course.root)]) == 0
    said = capsys.readouterr().err
    assert said.splitlines()[1:] == ["c.CourseDirectory.db_url = Course.open(root).db_url"]


def test_does_help_show_examples_and_exit_codes():
    said = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "--help"], capture_output=True, text=True, timeout=60
    )
    assert said.returncode == 0
    for word in (
        "examples:",
        "exit codes:",
        "init",
        "release",
        "grade",
        "report",
        "export",
        "derive",
        "fairness",
        "params",
    ):
        assert word in said.stdout


def test_does_no_command_end_with_exit_code_2():
    said = subprocess.run(
        [sys.executable, "-m", "autograder.cli"], capture_output=True, text=True, timeout=60
    )
    assert said.returncode == 2
    assert "Traceback" not in said.stderr
