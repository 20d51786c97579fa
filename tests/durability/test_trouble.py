# SPDX-License-Identifier: BSD-3-Clause
"""A full disk, a gradebook that another program holds, work that is withdrawn, marks given by hand."""

import contextlib
import json
import os
import shutil
import subprocess
import sys

import pytest

from autograder.course import CourseError, gradebook
from autograder.grading import grade as grading
from autograder.grading import keep
from autograder.pages import report


@contextlib.contextmanager
def small_disk(folder, kilobytes):
    """A folder that holds so much and no more."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk can be mounted by root alone")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_does_a_full_disk_lose_anything(make_class, grader, tools, tmp_path):
    calm = make_class("calm", 12)
    assert grader(calm).run()[0] == 0
    with small_disk(tmp_path / "disk", 2_000) as disk:
        course = make_class("full", 12, disk)
        one = grader(course)
        ballast = disk / "ballast"
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize
        ballast.write_bytes(b"x" * max(0, free - 200_000))
        code, said = one.run()
        assert (code, said.count("is full: make room")) == (2, 1), said
        assert "Traceback" not in said
        assert 0 < len(one.entries("kept")) < 12
        ballast.unlink()
        assert one.run()[0] == 0
        assert sorted(one.entries("kept")) == [f"s{number:03d}" for number in range(12)], "each once"
        assert tools.dump(course) == tools.dump(calm)


@contextlib.contextmanager
def held(course, how):
    """Another program holds the gradebook; SQLite's locks are a process's, so it must be one of its own."""
    program = (
        "import sqlite3, sys\n"
        "book = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "book.execute('BEGIN ' + sys.argv[2])\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(course.root / "gradebook.db"), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        yield
        other.kill()  # a forked grader holds its standard input as well: closing that ends nothing


def test_is_a_gradebook_that_is_held_for_a_moment_waited_for(make_class, grader):
    course = make_class("held", 2)
    with held(course, "EXCLUSIVE"):
        process = grader(course).start(patience_s=60)
        process.join(4)
        assert process.is_alive()
    process.join(120)
    assert process.exitcode == 0
    assert len(course.marks("circles")) == 2


def test_is_a_gradebook_that_stays_held_told_in_one_sentence(make_class, grader, tools):
    calm, course = make_class("calm", 3), make_class("held", 3)
    one = grader(course)
    with held(course, "IMMEDIATE"):
        code, said = one.run(patience_s=0.2)
    assert code == 2
    assert "database is locked" in said and "Traceback" not in said
    assert one.entries("kept") == []
    assert one.run()[0] == 0
    assert grader(calm).run()[0] == 0
    assert tools.dump(course) == tools.dump(calm)


def give_by_hand(course, student: str, points: float, comment: str) -> None:
    """What the formgrader does when a marker types points and a comment."""
    with gradebook.connect(course.db_url) as book:
        grade = book.find_grade("why", "circles", "circles", student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.find_comment("why", "circles", "circles", student).manual_comment = comment
        book.db.commit()


@pytest.mark.parametrize("point", ["gradebook half written", "gradebook written", "page written"])
def test_do_marks_given_by_hand_survive_a_regrade_that_is_killed(point, make_class, grader):
    course = make_class("marked", 4)
    one = grader(course)
    assert one.run()[0] == 0
    give_by_hand(course, "s002", 1.5, "Nearly.")
    before = gradebook.standings(course, "circles")
    assert one.run(regrade=True, point=point, nth=3)[0] == -9
    assert one.run(regrade=True)[0] == 0
    assert gradebook.standings(course, "circles") == before
    assert before["s002"]["cells"]["why"] == 1.5 and before["s002"]["comments"] == {"why": "Nearly."}


def test_does_a_regrade_after_a_change_of_the_rubric_say_what_changed_for_whom(make_class, grader):
    course = make_class("changed", 3)
    one = grader(course)
    assert one.run()[0] == 0
    rubric = course.solution("circles") / "rubric.py"
    rubric.write_text(rubric.read_text().replace("factor * math.pi", "4 * factor * math.pi"))
    assert one.run(point="mark half written", nth=2)[0] == -9
    assert one.run()[0] == 0
    changes = {mark["student"]: keep.new_changes(mark) for mark in course.marks("circles")}
    said = {who: [(one["task"], one["from"], one["to"]) for one in made] for who, made in changes.items()}
    assert said == {"s000": [("area", 4.0, 0.0)], "s001": [("area", 0.0, 4.0)], "s002": []}
    assert changes["s000"][0]["reason"] == "the rubric changed"
    report.write(course, "circles")
    html = course.report("circles").read_text()
    section = html[html.index("What regrading changed") : html.index("All submissions")]
    assert section.count("the rubric changed") == 2
    for words in ("s000", "s001", ">4<", ">0<"):
        assert words in section
    assert "s002" not in section


def test_does_what_changed_stay_in_the_record(make_class, grader, tools):
    course = make_class("kept", 1)
    one = grader(course)
    assert one.run()[0] == 0
    tools.small.put_in(course, "s000", tools.ANSWERS[1])
    assert one.run()[0] == 0
    assert one.run(regrade=True)[0] == 0
    (mark,) = course.marks("circles")
    assert [change["reason"] for change in mark["changes"]] == ["it was handed in again"]
    assert keep.new_changes(mark) == []


WITHDRAWAL_POINTS = [None, "withdrawal written", "withdrawal recorded"]


@pytest.mark.parametrize("point", WITHDRAWAL_POINTS)
def test_does_withdrawn_work_keep_a_mark(point, make_class, grader):
    course = make_class("gone", 3)
    one = grader(course)
    assert one.run()[0] == 0
    give_by_hand(course, "s000", 1.5, "Nearly.")
    (course.submitted("s000", "circles") / "circles.ipynb").unlink()
    course.submitted("s000", "circles").rmdir()
    if point:
        assert one.run(point=point)[0] == -9
    code, said = one.run()
    assert (code, said.split()[:2]) == (0, ["withdrawn", "s000"])
    assert course.marked("circles") == ["s001", "s002"]
    assert sorted(gradebook.standings(course, "circles")) == ["s001", "s002"]
    assert not course.feedback("s000", "circles").exists()
    assert not course.autograded("s000", "circles").exists()
    aside = json.loads(course.withdrawn("s000", "circles").read_text())
    assert aside["standing"]["cells"] == {"area": 4.0, "why": 1.5}
    assert aside["standing"]["comments"] == {"why": "Nearly."}


@pytest.mark.parametrize("point", [None, "gradebook written", "page written", "mark written"])
def test_does_work_that_comes_back_have_what_was_given_by_hand(point, make_class, grader, tools):
    course = make_class("back", 2)
    one = grader(course)
    assert one.run()[0] == 0
    give_by_hand(course, "s000", 1.5, "Nearly.")
    before = gradebook.standings(course, "circles")
    away = course.root / "away"
    course.submitted("s000", "circles").rename(away)
    assert one.run()[0] == 0
    assert sorted(gradebook.standings(course, "circles")) == ["s001"]
    away.rename(course.submitted("s000", "circles"))
    if point:
        assert one.run(point=point)[0] == -9
    assert one.run()[0] == 0
    assert gradebook.standings(course, "circles") == before
    assert before["s000"]["cells"]["why"] == 1.5 and before["s000"]["comments"] == {"why": "Nearly."}
    assert "Nearly." in course.feedback("s000", "circles").read_text()


def test_does_other_work_that_comes_in_its_place_ask_for_the_markers_eye(make_class, grader, tools):
    course = make_class("other", 2)
    one = grader(course)
    assert one.run()[0] == 0
    give_by_hand(course, "s000", 1.5, "Nearly.")
    shutil.rmtree(course.submitted("s000", "circles"))
    assert one.run()[0] == 0
    tools.small.put_in(course, "s000", {"area-answer": "area = 5.0", "why": "Another reason."})
    assert one.run()[0] == 0
    now = gradebook.standings(course, "circles")["s000"]
    assert now["cells"] == {"area": 0.0, "why": 1.5} and now["open"] == ["why"]
    (mark,) = [mark for mark in course.marks("circles") if mark["student"] == "s000"]
    changed = [(one["task"], one["from"], one["to"], one["reason"]) for one in mark["changes"]]
    assert changed == [("area", 4.0, 0.0, "it was handed in again")]
    assert not course.withdrawn("s000", "circles").exists()


def test_is_a_class_that_is_not_there_at_all_taken_for_withdrawn(make_class, grader):
    course = make_class("unmounted", 2)
    assert grader(course).run()[0] == 0
    (course.root / "submitted").rename(course.root / "elsewhere")
    with pytest.raises(CourseError, match="put the submissions back"):
        grading.grade(course)
    assert course.marked("circles") == ["s000", "s001"]


def test_does_the_same_work_get_the_same_mark_and_page_by_any_number_of_workers(make_class, grader, tools):
    alone, together = make_class("alone", 6), make_class("together", 6)
    assert grader(alone).run(jobs=1)[0] == 0
    assert grader(together).run(jobs=3)[0] == 0
    assert tools.dump(alone) == tools.dump(together)
    first = tools.dump(alone)
    assert grader(alone).run(jobs=2, regrade=True)[0] == 0
    assert tools.dump(alone) == first


def test_does_a_half_written_file_of_a_living_program_stay(make_class, grader):
    course = make_class("swept", 1)
    folder = course.root / "marks" / "s000"
    folder.mkdir(parents=True)
    mine, dead = folder / f".x.{os.getpid()}.part", folder / ".x.4194305.part"
    for part in (mine, dead):
        part.write_text("half")
    assert grader(course).run()[0] == 0
    assert mine.exists() and not dead.exists()
