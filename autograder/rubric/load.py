# SPDX-License-Identifier: BSD-3-Clause
"""Loading a rubric from its folder, wherever that lies; a slip of the pen in it is told by name."""

import functools
import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType

from autograder.rubric.digest import digest
from autograder.rubric.files import digest_of, file_of, files
from autograder.rubric.task import Rubric, Task


class RubricError(Exception):
    """A rubric that cannot be used; the message says which and why."""


def load(folder: str | Path) -> Rubric:
    """Load the rubric in `folder`, wherever it lies; loaded once per content.

    Raises:
        RubricError: there is none, it does not run, or it has no tasks.
    """
    folder = Path(folder).resolve()
    if not file_of(folder).is_file():
        raise RubricError(f"{folder} has no rubric.py, and no folder rubric with an __init__.py")
    return _load(folder, digest_of(files(folder)))


def load_module(path: Path) -> ModuleType:
    """The module in the file at `path`, from any folder, with nothing added to the search path.

    An ``__init__.py`` is loaded as a package: its files may import each other with a dot before the name.
    """
    path = Path(path)
    is_package = path.name == "__init__.py"
    stem = (
        f"{path.parent.parent.name}_{path.parent.name}" if is_package else f"{path.parent.name}_{path.stem}"
    )
    name = f"_rubric_{stem}".replace("-", "_")
    if is_package:  # its files find each other by name; one of another content or place is another package
        name += f"_{digest_of([path, *sorted(path.parent.rglob('*.py'))], path.parent)[:16]}"
    if is_package and name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    if is_package:
        sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


@functools.lru_cache(maxsize=16)
def _load(folder: Path, content: str) -> Rubric:
    file = file_of(folder)
    try:
        tasks = load_module(file).TASKS
    except AttributeError as error:
        raise RubricError(f"{file} does not define TASKS ({error})") from error
    except Exception as error:
        raise RubricError(f"{file} does not run: {type(error).__name__}: {error}") from error
    for task in tasks:
        _check(task, folder)
    protocols = {
        task.name: (folder / task.protocol).read_text(encoding="utf-8") for task in tasks if task.protocol
    }
    return Rubric(folder, {task.name: task for task in tasks}, protocols, digest(folder))


def _check(task: Task, folder: Path) -> None:
    """A slip of the pen in a rubric is told by name."""
    known = inspect.signature(task.simulate).parameters
    passes_on = any(one.kind is one.VAR_KEYWORD for one in known.values())
    named = [(way.name, name) for way in (*task.variants, *task.mistakes) for name in way.settings]
    for part in ("habits", "builds_on", "judged_at"):
        named += [(part, name) for name in getattr(task, part)]
    named += [("alternatives", name) for settings in task.alternatives for name in settings]
    for owner, name in named:
        if name not in known and not passes_on:
            raise RubricError(
                f"task {task.name} in {folder}: {owner} sets {name!r}, which simulate does not take"
            )
    names = [entry.name for entry in (*task.variants, *task.mistakes)]
    for name in names:
        if names.count(name) > 1:
            raise RubricError(f"task {task.name} in {folder}: two ways are called {name!r}")
    if task.protocol and not (folder / task.protocol).is_file():
        raise RubricError(f"task {task.name} in {folder}: {task.protocol} is missing")
