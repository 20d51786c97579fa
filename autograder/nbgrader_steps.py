# SPDX-License-Identifier: BSD-3-Clause
"""Our steps inside nbgrader's converters, named in every course's `nbgrader_config.py`."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import preprocessors

from autograder.release import CODE_STUB as CODE_STUB
from autograder.release import is_given


class ClearSolutions(preprocessors.ClearSolutions):
    """nbgrader's step that removes solutions; cells with the tag `given` stay."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, cell_index: int) -> tuple:
        """Clear one cell."""
        if is_given(cell):
            return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)


#: nbgrader's own list for `generate_assignment` with the step above in its place.
RELEASE_STEPS = [
    preprocessors.IncludeHeaderFooter,
    preprocessors.LockCells,
    ClearSolutions,
    preprocessors.ClearOutput,
    preprocessors.CheckCellMetadata,
    preprocessors.ComputeChecksums,
    preprocessors.SaveCells,
    preprocessors.ClearHiddenTests,
    preprocessors.ClearMarkScheme,
    preprocessors.ComputeChecksums,
    preprocessors.CheckCellMetadata,
]


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
        from autograder.course import Course
        from autograder.grading import grade

        course, about = Course.open(self._root), resources["nbgrader"]
        student, assignment = about["student"], about["assignment"]
        grade(course, assignment, student=student, regrade=True)
        return nbformat.read(course.autograded(student, assignment), as_version=4), resources
