# SPDX-License-Identifier: BSD-3-Clause
"""The words in which a rubric is written.

A rubric is a folder `rubric` beside the notebook: one file a task, what several tasks share in one more, and
an `__init__.py` that ends with `TASKS = (...)`. A small one may be a single file `rubric.py`. A task names

- `simulate`: a function of the parameters, and of every setting that a student could choose, as keywords
  whose defaults make the reference; it returns the answers by name;
- `checks`: what is compared, and for how many points;
- `variants`: correct ways to the answer, which must all get full marks;
- `mistakes`: wrong ways, each one line, which must all lose points.

A variant and a mistake are both a `Way`: the same simulation with a few keywords changed, with other
parameters, or with the answers changed afterwards. Checks for numbers, spikes, driven traces and profiles
stand here; those for spike trains, oscillations, spectra, fields, statistics, sequences and sets in
`autograder.kinds`. Tolerances are not part of a rubric: `autograder derive`
finds them.
"""

import functools
import hashlib
import importlib.util
import inspect
import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder import metrics
from autograder.fingerprint import Code

Answers = Mapping[str, Any]
Change = Mapping[str, Any] | Callable[[dict, dict], Mapping[str, Any]]


class RubricError(Exception):
    """A rubric that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Check:
    """One comparison between what was handed in and the reference.

    Attributes:
        name: the item, or item and feature (``"v.peak"``).
        item: the item of the hand-in that is compared.
        label: what it is, in words.
        unit: unit of the item.
        points: what it is worth.
        relative: whether the difference is a fraction of the reference, not in `unit`.
        finest: the smallest tolerance that makes sense, such as the last digit that is handed in.
        near: a check that fails by less than this many tolerances still earns half of its points.
        most: the largest tolerance that makes sense; correct ways must lie within it.
        how: for what is no single figure, how its difference is counted ("root mean square").
    """

    name: str
    item: str
    label: str
    unit: str
    points: float
    relative: bool = False
    finest: float = 0.0
    near: float = 2.0
    most: float = field(default=math.inf, kw_only=True)
    how: str = field(default="", kw_only=True)

    def value(self, answers: Answers) -> float | None:
        """The figure of `answers` that this check compares; NaN where the answers do not show it."""
        raise NotImplementedError

    def error(self, handed: Answers, reference: Answers) -> float:
        """Difference between the two, two-sided; infinity where they cannot be compared."""
        return metrics.difference(self.value(handed), self.value(reference), self.relative)

    def lack(self, handed: Answers, reference: Answers) -> str:
        """Why the two cannot be compared, as a clause; empty where the judge's own words will do."""
        return ""

    def size(self, value: float) -> str:
        """A difference with its unit, in per cent where it is relative."""
        shown, unit = (100 * value, "%") if self.relative else (value, self.unit)
        digits = f"{shown:.2g}" if shown < 99.5 else f"{shown:.0f}"
        return f"{digits} {unit}".rstrip()

    @property
    def error_unit(self) -> str:
        """The unit of `error` and of the tolerance; "1" where they are relative."""
        return "1" if self.relative else self.unit

    def scaled(self, answers: Answers, factor: float) -> Answers:
        """`answers` as they would be with this check's item in another unit."""
        value = answers.get(self.item)
        return answers if value is None else {**answers, self.item: np.multiply(value, factor)}


@dataclass(frozen=True)
class Number(Check):
    """A number with its unit."""

    def value(self, answers: Answers) -> float | None:
        """The number itself; None for "there is none"."""
        return answers.get(self.item, math.nan)

    def window(self, reference: float, tolerance: float) -> tuple[float, float]:
        """The numbers that pass."""
        slack = tolerance * abs(reference) if self.relative else tolerance
        return reference - slack, reference + slack


@dataclass(frozen=True)
class Threshold(Number):
    """A threshold to two digits (three where the first is 1): rounded up, to nearest, or not at all."""

    relative: bool = True

    def error(self, handed: Answers, reference: Answers) -> float:
        """Distance from the reference to the nearest threshold that is compatible with the number."""
        return metrics.rounded_threshold(self.value(handed), self.value(reference), self.relative)

    def window(self, reference: float, tolerance: float) -> tuple[float, float]:
        """The numbers that pass, from the lowest that is rounded to the highest."""
        low, high = super().window(reference, tolerance)
        return min(low, metrics.round_to_nearest(low)), metrics.round_up(high)


@dataclass(frozen=True)
class Feature(Check):
    """One feature of a spiking trace: count, arrival, peak, trough or end.

    Attributes:
        time: the item that holds the time base.
        end: the time up to which the trace is looked at, in ms.
        plot: what the trace is, in words, for the feedback's picture.
        over: what the trace runs over, with its unit, for the picture's axis.
    """

    time: str = "t"
    end: float = math.inf
    plot: str = ""
    over: str = field(default="time (ms)", kw_only=True)

    def value(self, answers: Answers) -> float:
        """The feature; NaN where the trace does not show it."""
        time, trace = trace_of(answers, self.time, self.item)
        if len(time) < 3:
            return math.nan
        return metrics.spiking_features(time, trace, self.end)[self.name.rpartition(".")[2]]


@dataclass(frozen=True)
class Shape(Feature):
    """Shape of the first spike, aligned on its upward crossing; RMS in the trace's unit."""

    distance: Callable[..., float] = metrics.shape_difference
    how: str = field(default="root mean square", kw_only=True)

    def value(self, answers: Answers) -> float:
        """A shape is no single figure."""
        return math.nan

    def error(self, handed: Answers, reference: Answers) -> float:
        """RMS difference of the two traces, aligned or as they are."""
        mine, true = (trace_of(answers, self.time, self.item) for answers in (handed, reference))
        return self.distance(*mine, *true, self.end) if len(mine[0]) > 2 and len(true[0]) > 2 else math.inf


@dataclass(frozen=True)
class Guided(Shape):
    """A trace beside the potential, around its first spike: RMS in the trace's own unit.

    Attributes:
        guide: the item that holds the potential, on whose upward crossing both are aligned.
    """

    guide: str = "v"

    def error(self, handed: Answers, reference: Answers) -> float:
        """RMS difference of the two traces, each aligned on its own spike."""
        mine, true = (self._traces(answers) for answers in (handed, reference))
        return metrics.guided_difference(*mine, *true, self.end) if mine and true else math.inf

    def _traces(self, answers: Answers) -> tuple[np.ndarray, ...]:
        """Time, trace and potential; nothing where one of them is missing."""
        time, trace = trace_of(answers, self.time, self.item)
        _, guide = trace_of(answers, self.time, self.guide)
        return (time, trace, guide) if len(time) > 2 and len(guide) > 2 else ()


@dataclass(frozen=True)
class Profile(Shape):
    """A profile along the cable: RMS in its own unit, at the nodes of the reference."""

    over: str = field(default="place (fraction of the length)", kw_only=True)

    def error(self, handed: Answers, reference: Answers) -> float:
        """RMS difference of the two profiles; two that are not there agree."""
        if handed.get(self.item, math.nan) is None and reference.get(self.item) is None:
            return 0.0
        mine, true = (trace_of(answers, self.time, self.item) for answers in (handed, reference))
        return metrics.profile_difference(*mine, *true) if len(mine[0]) > 2 and len(true[0]) > 2 else math.inf


@dataclass(frozen=True)
class Place(Feature):
    """Where in the middle half of the cable a profile is highest or lowest, as a fraction of the length.

    Attributes:
        highest: whether the highest value is sought, or the lowest.
    """

    highest: bool = True

    def value(self, answers: Answers) -> float | None:
        """The place; None where there is no profile because nothing happened, NaN where it does not show."""
        if answers.get(self.item, math.nan) is None:
            return None
        x, profile = trace_of(answers, self.time, self.item)
        return metrics.extremum_place(x, profile, self.highest) if len(x) > 2 else math.nan


_LABELS = {
    "count": "Number of spikes",
    "arrival": "Arrival of the spike",
    "peak": "Peak",
    "trough": "Undershoot",
    "end": "Value at the end",
    "shape": "Shape of the spike",
}
_UNITS = {"count": "spikes", "arrival": "ms"}
_FINEST = {"count": 0.5, "arrival": 0.01, "peak": 0.1, "trough": 0.1, "end": 0.1, "shape": 0.1}


def spiking(
    item: str, time: str, end: float, plot: str, points: Mapping[str, float], where: str = ""
) -> tuple[Check, ...]:
    """Checks of a spiking trace in mV by its features; never by the RMS of the whole trace.

    Two correct runs differ by several mV RMS through a jitter of the spike's time; many mistakes differ less.

    Args:
        item: the item that holds the trace.
        time: the item that holds its time base, in ms.
        end: time up to which the trace is looked at, in ms; leave some slack to the end of the window.
        plot: what the trace is, in words.
        points: points of each feature that is judged: count, arrival, peak, trough, end, shape.
        where: what is added to the labels (", your own axon").
    """
    made = []
    for feature, worth in points.items():
        kind = Shape if feature == "shape" else Feature
        near = 1.0 if feature == "count" else 2.0  # one spike too many is not nearly right
        name, unit = f"{item}.{feature}", _UNITS.get(feature, "mV")
        label = _LABELS[feature] + where
        made.append(kind(name, item, label, unit, worth, False, _FINEST[feature], near, time, end, plot))
    return tuple(made)


def driven(
    item: str,
    time: str,
    end: float,
    plot: str,
    points: float,
    label: str,
    *,
    name: str = "",
    unit: str = "mV",
    finest: float = 0.01,
) -> Check:
    """Check of a trace that is driven or relaxes: RMS over the time that both traces share, up to `end`.

    Args:
        item: the item that holds the trace.
        time: the item that holds its time base, in ms.
        end: time up to which the trace is looked at, in ms.
        plot: what the trace is, in words.
        points: what it is worth.
        label: what is compared, in words.
        name: of the check; the item's where nothing is said.
        unit: of the trace.
        finest: the smallest tolerance that makes sense.
    """
    return Shape(
        name or item, item, label, unit, points,
        finest=finest, time=time, end=end, plot=plot, distance=metrics.driven_difference,
    )  # fmt: skip


def trace_of(answers: Answers, time: str, item: str) -> tuple[np.ndarray, np.ndarray]:
    """Time and trace of `answers`, one sample per instant; empty arrays where there is none."""
    if answers.get(time) is None or answers.get(item) is None:
        return np.empty(0), np.empty(0)
    t, values = np.asarray(answers[time], dtype=float), np.asarray(answers[item], dtype=float)
    return metrics.without_repeats(t, values)


@dataclass(frozen=True)
class Way:
    """A way to an answer: correct (a variant) or not (a mistake).

    Attributes:
        name: short and stable; appears in records and reports.
        sentence: for a mistake, what the student did: "the clamp sits in the middle of the axon".
        settings: keywords of `simulate` that differ.
        parameters: parameters that differ: name to value, or a function of the parameters that are simulated
            and of the student's own.
        then: changes the answers afterwards.
        unseen: for a mistake that this task cannot show, the reason.
        partly: for a mistake that this task shows for some parameters alone, the reason.
        credit: part of the lost points that is given back where this mistake explains the answer.
    """

    name: str
    sentence: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    parameters: Change = field(default_factory=dict)
    then: Callable[[dict], Mapping[str, Any]] | None = None
    unseen: str = ""
    credit: float = 0.0
    partly: str = ""

    def changed(self, p: Mapping[str, float], own: Mapping[str, float]) -> dict[str, float]:
        """The parameters that are simulated in place of `p`."""
        change = self.parameters(dict(p), dict(own)) if callable(self.parameters) else self.parameters
        return {**p, **change}

    def is_idle(self, sets: Iterable[Mapping[str, float]], own: Mapping[str, float]) -> bool:
        """Whether this way changes parameters only, and none of these students'."""
        changes_more = self.settings or self.then or not self.parameters
        return not changes_more and all(self.changed(p, own) == dict(p) for p in sets)


def variant(name: str, *, p: Change | None = None, then: Callable | None = None, **settings: Any) -> Way:
    """A correct way: other settings, or the same answer put differently."""
    return Way(name, settings=settings, parameters=p or {}, then=then)


def mistake(
    name: str,
    sentence: str,
    *,
    p: Change | None = None,
    then: Callable | None = None,
    unseen: str = "",
    partly: str = "",
    credit: float = 0.0,
    **settings: Any,
) -> Way:
    """A mistake in one line: its name, what the student did, and what changes in the simulation."""
    return Way(name, sentence, settings, p or {}, then, unseen, credit, partly)


@dataclass(frozen=True)
class Task:
    """One task of an assignment.

    Attributes:
        name: as in the spec.
        simulate: ``simulate(p, **settings) -> answers``; the defaults of its keywords make the reference.
        checks: the comparisons.
        variants: correct ways.
        mistakes: wrong ways.
        habits: settings that students commonly have, from which variants and mistakes start.
        builds_on: keyword of `simulate` to ``"task.item"``, an earlier answer that drives this task.
        judged_at: keyword of `simulate` to an item of this very task. The number handed in for it is compared
            with the one that `simulate` solves for, and everything else with a simulation at that number,
            unless it is out of all proportion.
        alternatives: settings under which the question may be understood; each makes a reference.
        protocol: file beside the rubric that the sandbox runs on a handed-in function.
        sets: for a protocol, the parameter sets it is run with, by name, from the student's own and the spec.
    """

    name: str
    simulate: Callable[..., Mapping[str, Any]]
    checks: tuple[Check, ...]
    variants: tuple[Way, ...] = ()
    mistakes: tuple[Way, ...] = ()
    habits: Mapping[str, Any] = field(default_factory=dict)
    builds_on: Mapping[str, str] = field(default_factory=dict)
    judged_at: Mapping[str, str] = field(default_factory=dict)
    alternatives: tuple[Mapping[str, Any], ...] = ({},)
    protocol: str = ""
    sets: Callable[[dict, Mapping], dict[str, dict]] | None = None

    @property
    def points(self) -> float:
        """Points of the whole task."""
        return sum(check.points for check in self.checks)

    def parameter_sets(self, own: Mapping[str, float], spec: Mapping) -> dict[str, dict]:
        """The parameter sets that are simulated, by the prefix of their answers."""
        return self.sets(dict(own), spec) if self.sets else {"": dict(own)}

    def answers(
        self,
        own: Mapping[str, float],
        spec: Mapping,
        way: Way | None = None,
        drives: Mapping | None = None,
        habitual: bool = True,
    ) -> dict[str, Any]:
        """What a student with the parameters `own` finds: the reference, or by another way.

        Args:
            own: the student's parameters.
            spec: the assignment's public form.
            way: a variant or a mistake, which starts from the habits; None for the reference.
            drives: the earlier answers this task builds on, by keyword of `simulate`, and other settings that
                a way may override.
            habitual: whether a way starts from the habits; else from the settings of the reference.
        """
        habits = self.habits if habitual else {}
        settings = {**(drives or {}), **({**habits, **way.settings} if way else {})}
        found: dict[str, Any] = {}
        for prefix, p in self.parameter_sets(own, spec).items():
            changed = way.changed(p, own) if way else dict(p)
            made = self.simulate(changed, **settings)
            found |= {f"{prefix}.{name}" if prefix else name: value for name, value in made.items()}
        return dict(way.then(found)) if way and way.then else found

    def way(self, name: str) -> Way | None:
        """The variant or mistake of that name, if the task has it."""
        return next((way for way in (*self.variants, *self.mistakes) if way.name == name), None)


@dataclass(frozen=True)
class Rubric:
    """A rubric that has been loaded.

    Attributes:
        folder: where it lies.
        tasks: its tasks by name, in order.
        protocols: source of each protocol by task, read when the rubric was loaded.
        digest: SHA-256 over what decides a mark in the folder, see `digest`.
    """

    folder: Path
    tasks: Mapping[str, Task]
    protocols: Mapping[str, str]
    digest: str


def file_of(folder: Path) -> Path:
    """The file that defines a rubric's TASKS: `rubric.py`, or that of the folder `rubric`."""
    package = folder / "rubric" / "__init__.py"
    return package if package.is_file() else folder / "rubric.py"


def load(folder: str | Path) -> Rubric:
    """Load the rubric in `folder`, wherever it lies; loaded once per content.

    Raises:
        RubricError: there is none, it does not run, or it has no tasks.
    """
    folder = Path(folder).resolve()
    if not file_of(folder).is_file():
        raise RubricError(f"{folder} has no rubric.py, and no folder rubric with an __init__.py")
    return _load(folder, digest_of(_files(folder)))


def digest(folder: str | Path) -> str:
    """SHA-256 over what decides a mark in a rubric's folder, and over its words, however it is laid out.

    Code and sentences count, wherever they stand; spec, derived tolerances and data do as well. Imports,
    docstrings and comments do not.
    """
    folder = Path(folder).resolve()
    return _digest(folder, digest_of(_files(folder)))


@functools.lru_cache(maxsize=64)
def _digest(folder: Path, content: str) -> str:
    stored = [folder / "spec.json", *data_files(folder)]
    more = [file.name.encode() + b" " + file.read_bytes() for file in stored if file.is_file()]
    acceptance = folder / "acceptance.json"
    more += [_tolerances(acceptance.read_text(encoding="utf-8"))] if acceptance.is_file() else []
    starts = [(file_of(folder), "TASKS"), *((file, "") for file in sorted(folder.glob("protocol_*.py")))]
    try:
        return Code(inside=folder, wording=True).digest(starts, *more)
    except (OSError, SyntaxError, KeyError, ValueError):  # it will not load either
        return content


def earlier_digests(folder: str | Path) -> frozenset[str]:
    """Digests that a rubric had before it was laid out, or its digest taken, as it is now.

    They stand in `earlier.json`, by the digest to which they belong: marks made with one of them hold.
    """
    file = Path(folder) / "earlier.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return frozenset(known.get(digest(folder), ()))


def _tolerances(acceptance: str) -> bytes:
    """The tolerances alone: what they follow from has its own hash."""
    try:
        tasks = json.loads(acceptance)["tasks"]
        found = {
            task: {name: row["tolerance"] for name, row in tasks[task]["checks"].items()} for task in tasks
        }
    except (ValueError, KeyError, TypeError):
        return acceptance.encode()
    return json.dumps(found, sort_keys=True).encode()


def data_files(folder: Path) -> list[Path]:
    """What rubric and protocols may read beside the spec."""
    return sorted(
        file
        for file in folder.iterdir()
        if file.is_file() and file.suffix not in (".py", ".json", ".ipynb", ".md")
    )


def code_files(folder: Path) -> list[Path]:
    """The Python files of a rubric: `rubric.py` or those of the folder `rubric`, and the protocols."""
    package = folder / "rubric"
    rubric = sorted(package.rglob("*.py")) if package.is_dir() else sorted(folder.glob("rubric.py"))
    return [*rubric, *sorted(folder.glob("protocol_*.py"))]


def _files(folder: Path) -> list[Path]:
    """All files from which a rubric is loaded."""
    known = [folder / name for name in ("spec.json", "acceptance.json")]
    return [*code_files(folder), *(file for file in known if file.is_file()), *data_files(folder)]


def digest_of(files: Iterable[Path], place: Path | None = None) -> str:
    """SHA-256 over names and contents of `files`, and over their folder where it counts."""
    total = hashlib.sha256(str(place or "").encode())
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.name} {content}\n".encode())
    return total.hexdigest()


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
