# SPDX-License-Identifier: BSD-3-Clause
"""Late work, appeals, and a course that moves."""

import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import cli
from autograder.course import Course, CourseError, appeals, backup, late, roster
from autograder.course.gradebook import connect, standings

PER_DAY = """
c.AssignLatePenalties.plugin_class = "autograder.course.late.PerDay"
c.PerDay.percent = 10
"""


@pytest.fixture
def late_course(graded_course):
    """Ada handed in 30 hours late; each day begun costs a tenth."""
    settings = json.loads((graded_course.root / "course.json").read_text())
    settings["due"] = {"circles": "2027-03-01 23:59 +0100"}
    (graded_course.root / "course.json").write_text(json.dumps(settings))
    with (graded_course.root / "nbgrader_config.py").open("a") as config:
        config.write(PER_DAY)
    stamp = graded_course.submitted("ada", "circles") / "timestamp.txt"
    stamp.write_text("2027-03-03 04:59:00.0 UTC")
    with connect(graded_course.db_url) as book:
        from nbgrader.utils import parse_utc

        book.find_submission("circles", "ada").timestamp = parse_utc(stamp.read_text())
        book.db.commit()
    return graded_course


def penalty(course, student="ada"):
    return standings(course, "circles")[student]["late_penalty"]


def test_does_late_work_cost_what_the_course_says(late_course):
    assert late.settle(late_course, "circles") == ["ada"]
    # 30 hours are two days begun: 2 x 10 % of the 4 points reached so far
    assert penalty(late_course) == pytest.approx(0.8)
    assert penalty(late_course, "bob") == 0
    assert late.settle(late_course, "circles") == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("ada,,,,,48,", 0.0),
        ("ada,,,,,24,", 0.4),
        ("ada,,,,,,2027-03-03 12:00 +0100", 0.0),
        ("ada,,,,,,2027-03-02 12:00 +0100", 0.4),
        ("bob,,,,,48,", 0.8),
    ],
)
def test_do_extra_time_and_dates_of_ones_own_count(late_course, row, expected):
    header = "id,last_name,first_name,email,lms_id,extra_hours,due:circles\n"
    (late_course.root / roster.NAME).write_text(header + row + "\n")
    late.settle(late_course, "circles")
    assert penalty(late_course) == pytest.approx(expected)


def test_does_a_penalty_reach_the_page_and_leave_with_an_extension(late_course):
    assert cli.main(["feedback", str(late_course.root)]) == 0
    page = late_course.feedback("ada", "circles")
    assert "0.8 points were taken off" in page.read_text()
    (late_course.root / roster.NAME).write_text("id,extra_hours\nada,48\n")
    assert cli.main(["export", str(late_course.root), "--to", str(late_course.root / "marks.csv")]) == 0
    assert "taken off" not in page.read_text()


def test_does_a_course_without_due_dates_cost_nothing(graded_course):
    assert late.settle(graded_course, "circles") == []
    assert penalty(graded_course) == 0


@pytest.mark.parametrize("date", ["2027-03-01 23:59", "tomorrow", "2027-03-01", 5])
def test_is_a_date_without_its_zone_refused(late_course, date):
    settings = json.loads((late_course.root / "course.json").read_text())
    settings["due"], settings["zone"] = {"circles": date}, ""
    (late_course.root / "course.json").write_text(json.dumps(settings))
    with pytest.raises(CourseError, match=r"2027-03-01 23:59 \+0100"):
        late.settle(late_course, "circles")


def test_is_an_appeal_graded_alone_with_its_reason_on_record(graded_course, capsys):
    solution = graded_course.rubrics / "circles" / "acceptance.json"
    before = {s: (graded_course.mark(s, "circles")).read_bytes() for s in ("ada", "eve")}
    folder = graded_course.root.parent / "rubrics"
    shutil.copytree(graded_course.rubrics, folder)
    settings = json.loads((graded_course.root / "course.json").read_text()) | {"rubrics": str(folder)}
    (graded_course.root / "course.json").write_text(json.dumps(settings))
    wide = json.loads(solution.read_text())
    wide["tasks"]["area"]["checks"]["area"]["tolerance"] = 9.0  # now even four times the area passes
    (folder / "circles" / "acceptance.json").write_text(json.dumps(wide))
    reason = "The lecture said <four> times."
    arguments = [
        "grade",
        str(graded_course.root),
        "circles",
        "--student",
        "bob",
        "--regrade",
        "--reason",
        reason,
    ]
    assert cli.main(arguments) == 0
    assert "bob: 0 points before, 4 now." in capsys.readouterr().out
    (entry,) = appeals.load(Course.open(graded_course.root), "bob", "circles")
    assert (entry["reason"], entry["before"]["area"], entry["after"]["area"]) == (reason, 0.0, 4.0)
    assert (
        "The lecture said &lt;four&gt; times. 0 points before, 4 then."
        in graded_course.feedback("bob", "circles").read_text()
    )
    assert {s: (graded_course.mark(s, "circles")).read_bytes() for s in ("ada", "eve")} == before


def test_does_an_appeal_need_one_student_one_assignment_and_words(graded_course):
    root = str(graded_course.root)
    assert cli.main(["grade", root, "circles", "--student", "bob", "--reason", " "]) == 2
    assert cli.main(["grade", root, "circles", "--reason", "because"]) == 2
    assert cli.main(["grade", root, "circles", "--student", "nobody", "--reason", "because"]) == 2


def test_does_a_course_move_whole(graded_course, tmp_path):
    (graded_course.submitted("ada", "circles") / "secret").symlink_to("/etc/passwd")
    file = tmp_path / "axons.tar.gz"
    assert cli.main(["backup", str(graded_course.root), "--to", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = standings(graded_course, "circles")
    shutil.rmtree(graded_course.root)
    assert cli.main(["restore", str(file), str(tmp_path / "elsewhere")]) == 0
    course = Course.open(tmp_path / "elsewhere")
    assert stat.S_IMODE(course.root.stat().st_mode) == 0o700
    assert standings(course, "circles") == before
    assert cli.main(["grade", str(course.root)]) in (0, 1)
    assert standings(course, "circles") == before
    assert not (course.submitted("ada", "circles") / "secret").exists()


def test_is_a_backup_never_written_over_or_into_the_course(graded_course, tmp_path):
    (tmp_path / "there.tar.gz").write_text("older")
    for target in (tmp_path / "there.tar.gz", graded_course.root / "copy.tar.gz"):
        with pytest.raises(CourseError, match="another name"):
            backup.save(graded_course, target)
    with pytest.raises(CourseError, match="not empty"):
        backup.restore(tmp_path / "there.tar.gz", graded_course.root)
    with pytest.raises(CourseError, match="damaged"):
        backup.restore(tmp_path / "there.tar.gz", Path(tmp_path / "new"))


def test_can_one_student_be_taken_out_of_a_course(graded_course):
    """As the page on privacy says it."""
    shutil.rmtree(graded_course.submitted("bob", "circles").parent)
    assert cli.main(["grade", str(graded_course.root)]) in (0, 1)
    assert "bob" not in standings(graded_course, "circles")
    assert not graded_course.feedback("bob", "circles").exists()
    shutil.rmtree(graded_course.root / "withdrawn" / "bob")
    command = [sys.executable, "-m", "nbgrader", "db", "student", "remove", "bob", "--force"]
    done = subprocess.run(command, cwd=graded_course.root, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    left = [path for path in graded_course.root.rglob("*") if path.name == "bob" and any(path.rglob("*.*"))]
    assert left == []
    with connect(graded_course.db_url) as book:
        assert "bob" not in [student.id for student in book.students]
