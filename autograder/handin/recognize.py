# SPDX-License-Identifier: BSD-3-Clause
"""Telling a student, before the deadline, that the cells of a notebook will not be recognized for certain.

The cell that hands in a task carries the task's name as its grade id and as its cell id. Some editors drop
both when they save; the grader then has to go by the text of the cells and by their places.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.handin.match import grade_id
from autograder.handin.spec import Spec

_MAX_BYTES = 20_000_000


def lost(notebook: Mapping[str, Any], spec: Spec) -> str:
    """One sentence on the tasks whose cells carry no mark any more; "" where all do."""
    cells = [cell for cell in notebook.get("cells", []) if isinstance(cell, dict)]
    known = {grade_id(cell) for cell in cells} | {cell.get("id") for cell in cells}
    missing = [name for name in spec.tasks if name not in known]
    if not missing:
        return ""
    which = "its cells" if len(missing) == len(spec.tasks) else f"the cells of {', '.join(missing)}"
    return (
        f"This notebook has lost the marks of {which}: the program that saved it dropped them, or the cells "
        "are gone. The grader will look for your answers by their place, and may not recognize them. Copy "
        "them into a fresh copy of the assignment, in JupyterLab."
    )


def saved_notebook(assignment: str, folder: Path) -> dict[str, Any]:
    """The notebook that runs this kernel, as it was last saved; {} where it cannot be told or read."""
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    for path in (session, folder / session.name, folder / f"{assignment}.ipynb"):
        try:
            if path.suffix == ".ipynb" and path.is_file() and path.stat().st_size <= _MAX_BYTES:
                found = json.loads(path.read_text(encoding="utf-8"))
                return found if isinstance(found.get("cells"), list) else {}
        except (OSError, ValueError, AttributeError, RecursionError):
            return {}
    return {}
