# SPDX-License-Identifier: BSD-3-Clause
"""The course folder: private, never inside a repository, and at home in nbgrader."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import Course, CourseError, write_atomically
from autograder.course.create import create


def test_can_only_its_owner_look_into_a_course(small_course, _pristine_course):
    assert stat.S_IMODE(_pristine_course.root.stat().st_mode) == 0o700


def test_does_a_new_course_know_its_key_and_release(small_course):
    assert small_course.key == "spring"
    assert small_course.assignments() == ["circles"]
    assert not small_course.show_reference


def test_do_two_courses_get_different_keys_when_none_is_given(tmp_path, _pristine_course):
    rubrics = _pristine_course.rubrics
    first = create(tmp_path / "first", rubrics=rubrics)
    second = create(tmp_path / "second", rubrics=rubrics)
    assert first.key != second.key
    assert len(first.key) == 16
    released = json.loads((first.release("circles") / "handin.json").read_text())
    assert released["key"] == first.key


def _repository(folder: Path, ignored: str = "") -> Path:
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / ".gitignore").write_text(ignored)
    return folder


def test_is_a_course_refused_inside_a_repository(tmp_path, _pristine_course):
    folder = _repository(tmp_path) / "course"
    with pytest.raises(CourseError, match="inside the repository"):
        create(folder, rubrics=_pristine_course.rubrics)
    assert not folder.exists()


def test_is_a_course_allowed_where_git_ignores_it(tmp_path, _pristine_course):
    course = create(
        _repository(tmp_path, "_build/\n") / "_build" / "course", rubrics=_pristine_course.rubrics
    )
    assert course.assignments() == ["circles"]


def test_is_a_folder_with_something_in_it_never_overwritten(tmp_path, _pristine_course):
    (tmp_path / "marks.txt").write_text("mine")
    with pytest.raises(CourseError, match="not empty"):
        create(tmp_path, rubrics=_pristine_course.rubrics)
    assert [path.name for path in tmp_path.iterdir()] == ["marks.txt"]


def test_does_a_failed_start_leave_nothing_behind(tmp_path):
    (tmp_path / "solutions").mkdir()
    with pytest.raises(CourseError, match="manifest"):
        create(tmp_path / "course", rubrics=tmp_path / "solutions")
    assert not (tmp_path / "course").exists()


@pytest.mark.parametrize("content", [None, "{", '{"key": "x"}', "[]"])
def test_is_a_folder_that_is_no_course_told_in_one_sentence(tmp_path, content):
    if content is not None:
        (tmp_path / "course.json").write_text(content)
    with pytest.raises(CourseError, match=r"course\.json") as error:
        Course.open(tmp_path)
    assert "\n" not in str(error.value)


def test_does_a_write_that_fails_keep_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "mark.json"
    write_atomically(path, "old")

    def broken(handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_can_two_graders_hold_one_course(small_course):
    with small_course.locked(), pytest.raises(CourseError, match="Another"), small_course.locked():
        pass
    with small_course.locked():
        pass


def test_does_nbgrader_started_in_the_course_find_its_gradebook(small_course):
    program = (
        "from nbgrader.apps import NbGrader\n"
        "from nbgrader.apps.api import NbGraderAPI\n"
        "app = NbGrader()\n"
        "app.load_config_file()\n"
        "api = NbGraderAPI(config=app.config)\n"
        "print(sorted(api.get_source_assignments()), sorted(api.get_released_assignments() or []))\n"
        "print([one['max_score'] for one in api.get_assignments()])\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=small_course.root, capture_output=True, text=True, timeout=120
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == ["['circles'] []", "[6.0]"]


_OLDER_SETTINGS = '''\
"""nbgrader's settings for this course; start `jupyter lab` or `nbgrader` in this folder."""

from pathlib import Path

from autograder import nbgrader_steps
from autograder.course import Course

c = get_config()  # noqa: F821
root = Path(__file__).resolve().parent
c.CourseDirectory.root = str(root)
c.CourseDirectory.db_url = Course.open(root).db_url
c.Exchange.root = str(root / "exchange")
c.ClearSolutions.code_stub = {"python": nbgrader_steps.CODE_STUB}
c.GenerateAssignment.preprocessors = nbgrader_steps.RELEASE_STEPS
# What students write is shown without its scripts.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {"markdown2html": "autograder.safe_markdown.markdown2html"}
# nbgrader itself would run students' code unprotected: its button calls `autograder grade` instead.
c.Autograde.sanitize_preprocessors = [nbgrader_steps.SandboxedGrading(root)]
c.Autograde.autograde_preprocessors = []
'''


def test_do_an_older_courses_settings_name_the_rooms_once_it_is_opened(small_course):
    """`nbgrader_config.py` of a course from before the grader had rooms; a line of its owner's stays."""
    path, own = small_course.root / "nbgrader_config.py", "c.Exchange.course_id = 'mine'\n"
    today = path.read_text()
    path.write_text(_OLDER_SETTINGS + own)
    Course.open(small_course.root)
    assert set(path.read_text().splitlines()) == set((today + own).splitlines())
    assert small_course.missing_settings() == []
