# SPDX-License-Identifier: BSD-3-Clause
"""Our step in nbgrader's formgrader, named in every course's `nbgrader_config.py`."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course.folder import Course
from autograder.grading.grade import grade


class SandboxedGrading:
    """The formgrader's button "autograde": our sandbox and judge in place of nbgrader's own kernel.

    nbgrader would run a student's code with the rights of whoever presses the button.

    Args:
        root: The course folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def __call__(self, notebook: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Grade the submission that nbgrader names in `resources`."""
        course, about = Course.open(self._root), resources["nbgrader"]
        student, assignment = about["student"], about["assignment"]
        grade(course, assignment, student=student, regrade=True)
        return nbformat.read(course.autograded(student, assignment), as_version=4), resources
