# SPDX-License-Identifier: BSD-3-Clause
"""A student's work on one assignment: parameters of their own, and the call that hands in.

See `autograder.handin`.
"""

import html
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.handin import download, mechanism_file, parameters, protocol, recognize, spec
from autograder.handin.form import FormError, check, located
from autograder.handin.parameters import Parameters
from autograder.handin.spec import Item, Spec, Task
from mechanisms import MechanismError, fresh, nmodl, workbench

MIME = "application/vnd.neuroscales.handin+json"
FORMAT = 1
_HIGHEST_V = 0.5  # in V; a membrane is never that far from 0, and in mV never that close for long


class HandInError(ValueError):
    """A hand-in was not taken; the message says why and what to do. It shows without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the sentence alone."""
        return [f"Not handed in: {self}"]


class Work:
    """One student's work on one assignment: their parameters, and the call that hands in. Made by `start`."""

    def __init__(self, assignment: Spec, student: str) -> None:
        self.spec = assignment
        self.student = student
        self.parameters = Parameters(parameters.own(assignment, student), assignment.units)

    @property
    def is_practice(self) -> bool:
        """Whether there is no student's id, and hand-ins are told right or wrong at once."""
        return not parameters.normalized(self.student)

    def hand_in(self, task: str, **values: Any) -> None:
        """Hand in the answer to one task.

        The form is checked at once: names, shape, range, finite values, time window. The last call per task
        counts.

        Args:
            task: Name of the task.
            **values: One value for each name that the task asks for: numbers (of Python or numpy), sequences
                (lists, arrays, NEURON Vectors), a function, or the text of a mechanism (or the `Path` of its
                file).

        Raises:
            HandInError: If something is missing or not of the right form; nothing is handed in then.
        """
        asked = _task(self.spec, task)
        try:
            plain = check(asked, values)
            for item in asked.items.values():
                value = plain[item.name] if item.kind == "mechanism" else values[item.name]
                _look_closer(item, value, self.parameters)
        except FormError as error:
            raise HandInError(str(error)) from None
        _functions[task] = (self, {name: value for name, value in values.items() if callable(value)})
        _emit(self._payload(task, self.parameters, plain), self._told(asked, plain))

    def download(self) -> None:
        """Show a button that saves the notebook and downloads it to the student's own computer."""
        _show(download.bundle())

    def _payload(self, task: str, used: Mapping[str, float], values: Mapping[str, Any]) -> dict[str, Any]:
        """What travels: the values, with the parameters they were made with."""
        return {
            "format": FORMAT,
            "assignment": self.spec.assignment,
            "task": task,
            "student": self.student,
            "parameters": dict(used),
            "values": dict(values),
        }

    def _told(self, task: Task, values: Mapping[str, Any]) -> list[str]:
        """The lines that the student reads: what was handed in, and in practice whether it is right."""
        lines = [describe(task, values)]
        if task.mechanism and not self.is_practice:  # there `write` prints it
            lines += _advice(task.mechanism, values[task.mechanism.name])
        windows = self.spec.practice.get(task.name, {})
        if self.is_practice:
            lines += [f"{name}: {_verdict(task, name, values, window)}" for name, window in windows.items()]
            told = {*windows, *_bases(task), task.mechanism and task.mechanism.name}
            untold = [name for name in task.items if name not in told]
            if task.mechanism:
                lines += [
                    _tried(task.mechanism, values[task.mechanism.name], self.parameters, self.spec.units)
                ]
            lines += [f"{', '.join(untold)}: the form is right; practice cannot say more"] if untold else []
        return lines

    def __repr__(self) -> str:
        whose = "practice" if self.is_practice else f"student {self.student}"
        return f"Work on {self.spec.assignment} ({whose}): {self.parameters!r}"


# The functions that were handed in, by task, with the work they belong to: the grader's protocol runs them.
_functions: dict[str, tuple[Work, dict[str, Callable[..., Any]]]] = {}


def start(path: str | Path = "handin.json", student: str | None = "") -> Work:
    """Begin the work on an assignment, and say with which parameters.

    Args:
        path: The assignment's `handin.json`, beside the notebook.
        student: The student's id. "" is practice, with the seed's parameters; None takes the user's name on a
            JupyterHub, and is practice elsewhere, on Binder too, where nobody has a name.

    Raises:
        HandInError: If `handin.json` is missing or damaged.
    """
    if student is None:
        student = "" if download.is_binder() else os.environ.get("JUPYTERHUB_USER", "")
    try:
        work = Work(spec.read(path), str(student).strip())
    except spec.SpecError as error:
        raise HandInError(str(error)) from None
    print(_greeting(work))
    saved = recognize.saved_notebook(work.spec.assignment, Path(path).resolve().parent)
    if saved and (warning := recognize.lost(saved, work.spec)):
        print(f"\nWarning: {warning}")
    if download.is_binder():
        work.download()
    return work


def describe(task: Task, values: Mapping[str, Any]) -> str:
    """One line that says what was handed in; `values` are plain data as `form.check` gives them.

    >>> amp = spec.Item("amp", "number", "nA")
    >>> describe(Task("threshold", "Threshold", {"amp": amp}), {"amp": 860.0})
    'Handed in "threshold": amp = 860 nA'
    """
    parts = ", ".join(_describe_item(item, values[item.name]) for item in task.items.values())
    return f'Handed in "{task.name}": {parts}'


def run_protocol(task: str, source: str, parameter_sets: Sequence[Mapping[str, float]]) -> None:
    """Run the function that was handed in for `task` under a protocol, once for each set of parameters.

    Args:
        task: A task that hands in one function.
        source: Python that defines `run(function, p) -> dict` with numbers and sequences of numbers by name.
        parameter_sets: The parameters to run with. What a run gives, or how it failed, is displayed set by
            set.
    """
    if task not in _functions:
        return
    work, functions = _functions[task]
    for index, values in enumerate(parameter_sets):
        payload = work._payload(task, values, {}) | {"protocol": True, "index": index}
        payload |= protocol.attempt(source, list(functions.values()), values, work.spec.units)
        _emit(payload, [f'Ran "{task}" under the protocol, set {index + 1} of {len(parameter_sets)}'])


def _task(assignment: Spec, name: str) -> Task:
    """The task by name."""
    if name not in assignment.tasks:
        known = ", ".join(repr(task) for task in assignment.tasks)
        raise HandInError(f"there is no task {name!r}; the tasks are {known}")
    return assignment.tasks[name]


def _look_closer(item: Item, value: Any, p: Parameters) -> None:
    """What a notebook can see at once, though the grader takes it and judges it."""
    if item.kind == "function":
        _try_function(item, value, p)
    if item.kind == "mechanism":
        _translate(item, value)
    if item.kind == "trace" and item.unit == "mV" and value is not None:
        highest = np.abs(np.array(value, dtype=float)).max()
        if 0 < highest < _HIGHEST_V:
            raise FormError(f"{item.name} looks like it is in V; mV is expected")


def _translate(item: Item, text: str) -> None:
    """Ask NEURON's translator about a mechanism; nothing is compiled for that."""
    if fault := nmodl.find_fault(mechanism_file.compiled_text(text)):
        raise FormError(located(item, fault))


def _advice(item: Item, text: str) -> list[str]:
    """What NEURON takes in a mechanism though it is probably not meant: the student decides."""
    found = nmodl.find_advice(mechanism_file.compiled_text(text))
    return [f"advice (it is taken as it is): {located(item, advice)}" for advice in found]


def _tried(item: Item, text: str, p: Parameters, units: Mapping[str, str]) -> str:
    """What practice says of a mechanism: whether it compiles and runs, in a process of its own."""
    try:
        mechanism = workbench.write(mechanism_file.compiled_text(text))
        source = mechanism_file.trial_protocol()
        tried = mechanism.run(protocol.attempt, source, (item.mechanism,), dict(p), dict(units), timeout_s=30)
    except (workbench.SourceError, fresh.RunError) as error:
        tried = {"error": str(error)}
    except MechanismError as error:
        return f"{item.name}: the form is right; it could not be tried here ({error})"
    if "error" in tried:
        return f"{item.name}: not yet: {tried['error']}"
    return f"{item.name}: it compiles and runs; practice cannot say more"


def _try_function(item: Item, function: Callable[..., Any], p: Parameters) -> None:
    """Call a function once, as the grader will: it must return a NEURON section, or its numbers."""
    if _is_section(function):
        raise FormError(
            f"{item.name} must be the function itself, {item.name}={item.name}, not what it returns"
        )
    tried = ", ".join(["work.parameters", *(f"{value:g}" for value in item.arguments)])
    try:
        returned = function(p, *item.arguments)
    except Exception as error:
        message = f"{item.name}{'(p)' if not item.gives else ''} stopped with {type(error).__name__}"
        raise FormError(
            f"{message}: {str(error).rstrip('.')}; try {item.name}({tried}) in a cell of its own"
        ) from None
    _look_at_returned(item, returned, tried)


def _look_at_returned(item: Item, returned: Any, tried: str) -> None:
    """Whether a function gave what the grader's protocol needs."""
    if item.gives:
        try:
            numbers = np.array(returned, dtype=float)
        except (TypeError, ValueError):
            numbers = np.empty(0)
        if numbers.shape != (item.gives,) or not np.isfinite(numbers).all():
            raise FormError(
                f"{item.name}({tried}) must return {item.gives} finite numbers; it returned {returned!r:.60}"
            )
    elif returned is None:
        raise FormError(f"{item.name}(p) returned nothing: end it with `return` and the section")
    elif not _is_section(returned):
        kind = type(returned).__name__
        raise FormError(f"{item.name}(p) must return a NEURON section alone; it returned {kind}")


def _is_section(value: Any) -> bool:
    """Whether it is a NEURON section, told without importing NEURON."""
    return all(hasattr(value, name) for name in ("nseg", "L", "psection"))


def _bases(task: Task) -> set[str | None]:
    """The items that traces are recorded over; they are right when the traces are."""
    return {item.time for item in task.items.values()}


def _greeting(work: Work) -> str:
    """Which parameters, each with its unit and meaning."""
    whose = f"Your parameters ({work.student}):"
    if work.is_practice:
        whose = "Practice: no student id is given, so these are the parameters of the text."
    lines = [whose]
    for parameter in work.spec.parameters.values():
        value = f"{work.parameters[parameter.name]:g} {parameter.unit}".rstrip()
        lines.append(
            f"  {parameter.name} = {value}" + (f"  ({parameter.meaning})" if parameter.meaning else "")
        )
    return "\n".join(lines)


def _describe_item(item: Item, value: Any) -> str:
    """`amp = 860 nA`, `v: 801 samples (mV)`, `half_width: no spike`."""
    if value is None:
        return f"{item.name}: {item.none}"
    if item.kind == "number":
        return f"{item.name} = {value:.6g} {item.unit}".rstrip()
    if item.kind == "function":
        return f"{item.name} (function {value})"
    if item.kind == "mechanism":
        return f"{item.name} ({item.of} {item.mechanism}, {len(value.splitlines())} lines)"
    unit = f" ({item.unit})" if item.unit not in ("", "1") else ""
    return f"{item.name}: {len(value)} {'places' if item.kind == 'places' else 'samples'}{unit}"


def _verdict(task: Task, name: str, values: Mapping[str, Any], window: Any) -> str:
    """Either "fits", or "not yet" with the side on which it misses, for one practice window."""
    item, value = task.items[name], values[name]
    if value is None:
        return f'not yet: it is not "{item.none}"'
    if item.kind != "trace":
        return _told(_side(value, window))
    features = _features(np.asarray(values[item.time]), np.asarray(value))
    sides = {feature: _side(features[feature], pair) for feature, pair in window.items()}
    missed = [f"{feature.replace('_', ' ')} {side}" for feature, side in sides.items() if side]
    return _told(", ".join(missed))


def _side(value: float, window: Sequence[float]) -> str:
    """On which side of the window a value lies; "" inside."""
    low, high = window
    if low <= value <= high:
        return ""
    return "too low" if value < low else "too high"


def _told(missed: str) -> str:
    """What the student reads of it."""
    return f"not yet: {missed}" if missed else "fits"


def _features(time: np.ndarray, trace: np.ndarray) -> dict[str, float]:
    """What practice looks at in a trace: its highest value, and when."""
    top = int(np.argmax(trace))
    return {"peak": float(trace[top]), "peak_time": float(time[top])}


def _emit(payload: dict[str, Any], lines: list[str]) -> None:
    """Show the lines, with the data beside them."""
    shown = "<br>".join(html.escape(line) for line in lines)
    _show({MIME: payload, "text/plain": "\n".join(lines), "text/html": f"<p>{shown}</p>"})


def _show(data: dict[str, Any]) -> None:
    """Display in a notebook; in a plain script print the text alone."""
    if get_ipython() is None:
        print(data["text/plain"])
    else:
        display(data, raw=True)


def get_ipython() -> Any:
    """The notebook's shell; None in a plain script, where nobody has loaded IPython."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def display(data: dict[str, Any], raw: bool) -> None:
    """IPython's own, loaded where a notebook needs it."""
    from IPython.display import display as show

    show(data, raw=raw)
