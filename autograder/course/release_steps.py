# SPDX-License-Identifier: BSD-3-Clause
"""Our steps when nbgrader makes a release, named in every course's `nbgrader_config.py`."""

from nbformat import NotebookNode
from nbgrader import preprocessors

from autograder.handin.cells import is_given


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
