# SPDX-License-Identifier: BSD-3-Clause
"""A new course folder, outside every repository, with every assignment released in it."""

import json
import secrets
import shutil
import subprocess
from pathlib import Path

from autograder.course.folder import NBGRADER_CONFIG, Course, CourseError, default_rubrics, write_atomically


def create(
    root: Path, *, key: str | None = None, rubrics: Path | None = None, zone: str | None = None
) -> Course:
    """Make a new course folder with every assignment of `rubrics` released.

    `course.json` has a place for each due time, and `roster.csv` its header: both are to be filled in.

    Args:
        root: The folder to make; it must not exist, or be empty, and lie outside every repository (a folder
            that git ignores counts as outside).
        key: The term's key; a new random one when None.
        rubrics: The folder with one solution folder per assignment; `default_rubrics()` when None.
        zone: IANA name of the zone in which due times are meant; the machine's when None.

    Raises:
        CourseError: When the folder is not fit, or nothing can be released.
    """
    root = Path(root).resolve()
    rubrics = Path(rubrics).resolve() if rubrics else default_rubrics()
    _refuse_unfit(root)
    from autograder.course import clock, roster  # they take a second, and only a fit folder needs them
    from autograder.course.release import release_all

    zone = clock.require_zone(zone or clock.machines_zone())
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)  # closes the whole tree to others, whatever the modes below
    course = Course(root, key or secrets.token_hex(8), rubrics)
    settings = {"format": 1, "key": course.key, "rubrics": str(rubrics), "show_reference": False}
    try:
        names = release_all(course)
    except BaseException:
        shutil.rmtree(root)
        raise
    (root / "submitted").mkdir()
    write_atomically(root / "nbgrader_config.py", NBGRADER_CONFIG)
    settings |= {"zone": zone, "due": dict.fromkeys(names, ""), "grace_minutes": 0}
    write_atomically(root / roster.NAME, roster.as_csv([]))
    write_atomically(root / "course.json", json.dumps(settings, indent=1) + "\n")
    return course


def _refuse_unfit(root: Path) -> None:
    """Raise unless `root` is new or empty, and outside every repository."""
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise CourseError(f"{root} exists already and is not empty; choose another folder.")
    repository = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if repository and not _is_ignored(root, repository):
        raise CourseError(
            f"{root} lies inside the repository {repository}, where submissions and keys could be published; "
            "choose a folder outside."
        )


def _is_ignored(path: Path, repository: Path) -> bool:
    """Whether git ignores `path`."""
    command = ["git", "-C", str(repository), "check-ignore", "--quiet", str(path)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
