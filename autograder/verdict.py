# SPDX-License-Identifier: BSD-3-Clause
"""From what was handed in to points and sentences, as a function of rubric, tolerances and one student.

For each task the reference is simulated for the student's own parameters. Where the task builds on an earlier
answer, there are two references, one at the answer handed in and one at the true one, and the kinder counts:
an early error costs its points once. So it is with a number inside a task at which the rest of the task is
judged, and with the ways in which a question may be understood. Mistakes are simulated only where a check
fails, and named only when the hand-in agrees with the mistake in every check that tells the mistake from the
correct answer.
"""

import functools
import importlib.metadata
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder import parameters, untrusted
from autograder.form import scaled_unit
from autograder.rubric import Answers, Check, Feature, Number, Rubric, Shape, Task, Way, trace_of
from autograder.spec import Spec, parse

_PLOT_SAMPLES = 1500
_MANY = 10.0  # from this relative error on, a sentence counts in times and not in per cent
_FACTORS = (1e-3, 1e3, 1e-6, 1e6, -1.0)
_UNIT_SLIP_CREDIT = 0.5
# A number handed in that is off by more than this factor drives nothing: the rest is judged at the true one.
_PROPORTION = 2.5
# How often an interval is halved to find the drive of an answer at its threshold: to a millionth of it.
_EDGE_STEPS = 20
# What a simulation at a number that a student handed in may raise; at the true one it may raise nothing.
_SIMULATION_ERRORS = (ValueError, ArithmeticError, RuntimeError)


@dataclass(frozen=True)
class Tolerances:
    """The derived acceptance: tolerance by task and check, and the hash it carries."""

    by_task: Mapping[str, Mapping[str, float]]
    digest: str

    @classmethod
    def read(cls, text: str) -> "Tolerances":
        """From the text of `acceptance.json`."""
        data = json.loads(text)
        tasks = data["tasks"].items()
        return cls(
            {
                name: {check: row["tolerance"] for check, row in task["checks"].items()}
                for name, task in tasks
            },
            data["inputs"],
        )


class Bench:
    """Simulates answers for one assignment, and remembers them: many students ask for the same ones."""

    def __init__(self, rubric: Rubric, public: Mapping[str, Any]) -> None:
        self.rubric, self.public = rubric, public
        self._remembered = functools.lru_cache(maxsize=2048)(self._simulate)

    def answers(
        self,
        task: Task,
        own: Mapping[str, float],
        way: Way | None = None,
        drives: Mapping[str, float] | None = None,
        habitual: bool = True,
    ) -> dict[str, Any]:
        """The answers of a student with the parameters `own`, by the reference or another way."""
        name = way.name if way else None
        frozen = [tuple(sorted(values.items())) for values in (own, drives or {})]
        return self._remembered(task.name, name, *frozen, habitual)

    def true_drives(self, task: Task, own: Mapping[str, float]) -> dict[str, float]:
        """The earlier answers that `task` builds on, as they truly are."""
        true = {}
        for keyword, source in task.builds_on.items():
            earlier, _, item = source.partition(".")
            before = self.rubric.tasks[earlier]
            true[keyword] = self.answers(before, own, drives=self.true_drives(before, own))[item]
        return true

    def _simulate(
        self, task: str, way: str | None, own: tuple, drives: tuple, habitual: bool
    ) -> dict[str, Any]:
        chosen = self.rubric.tasks[task]
        made = chosen.way(way) if way else None
        return chosen.answers(dict(own), self.public, made, dict(drives), habitual)


@dataclass
class Judged:
    """One check with its outcome."""

    check: Check
    error: float
    tolerance: float
    points: float
    sentence: str = ""

    @property
    def passed(self) -> bool:
        """Within the tolerance."""
        return self.error <= self.tolerance


@dataclass
class Comparison:
    """All checks of a task against one reference."""

    reference: Answers
    checks: list[Judged]

    @property
    def points(self) -> float:
        """Sum of the checks' points."""
        return sum(judged.points for judged in self.checks)

    @property
    def is_right(self) -> bool:
        """Whether every check passes."""
        return all(judged.passed for judged in self.checks)

    @property
    def failed(self) -> frozenset[str]:
        """Names of the checks that fail."""
        return frozenset(judged.check.name for judged in self.checks if not judged.passed)

    @property
    def distance(self) -> float:
        """How far off in all, in tolerances, to choose between two references that give the same points."""
        return sum(min(judged.error / judged.tolerance, 1e3) for judged in self.checks)


@dataclass
class Student:
    """One request, read: whose it is, what was handed in, and what could not be read."""

    bench: Bench
    spec: Spec
    tolerances: Tolerances
    own: dict[str, float]
    values: dict[str, Answers] = field(default_factory=dict)
    declared: dict[str, dict[str, float]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def judge(rubric: Rubric, tolerances: Tolerances, bench: Bench, request: Mapping[str, Any]) -> dict[str, Any]:
    """The verdicts on one student's hand-ins.

    Args:
        rubric: the assignment's rubric.
        tolerances: what `autograder derive` found.
        bench: simulates for this assignment.
        request: ``student`` (the owner's id), ``spec`` (handin.json), ``handins`` and ``protocols`` by task;
            everything but the student's id and the spec comes from the student's process and is not believed.

    Returns:
        Parameters, verdicts and versions, ready for JSON.
    """
    spec = parse(request["spec"])
    student = Student(bench, spec, tolerances, parameters.own(spec, request["student"]))
    for task in rubric.tasks.values():
        _read(student, task, request.get("handins") or {}, request.get("protocols") or {})
    verdicts = [_verdict(student, task) for task in rubric.tasks.values()]
    others = [declared for declared in student.declared.values() if declared != student.own]
    return {
        "parameters": student.own,
        "declared": others[0] if others else None,
        "verdicts": verdicts,
        "versions": _versions(rubric, tolerances),
    }


def compare(
    task: Task,
    handed: Answers,
    references: Iterable[Answers],
    tolerances: Mapping[str, float],
) -> Comparison:
    """The hand-in beside each reference; the kindest comparison counts."""
    comparisons = []
    for reference in references:
        checks = [_check(check, handed, reference, tolerances) for check in task.checks]
        comparisons.append(Comparison(reference, checks))
        if comparisons[-1].is_right:
            break
    return max(comparisons, key=lambda one: (one.points, -one.distance))


def candidates(
    bench: Bench,
    task: Task,
    own: Mapping[str, float],
    earlier: Mapping[str, Answers],
    handed: Answers,
) -> Iterator[Answers]:
    """References of a task: for the true numbers, and for those handed in.

    Args:
        bench: simulates.
        task: the task.
        own: the student's parameters.
        earlier: what was handed in, by task.
        handed: what was handed in for this task.
    """
    for number, settings in enumerate(_settings(bench, task, own, earlier, handed)):
        try:
            yield bench.answers(task, own, drives=settings)
        except _SIMULATION_ERRORS:
            if number == 0:
                raise
            # No axon can be driven by this number; it has cost its points where it was asked.


def _settings(
    bench: Bench, task: Task, own: Mapping[str, float], earlier: Mapping[str, Answers], handed: Answers
) -> Iterator[dict[str, Any]]:
    """What a simulation may start from, the truth first; each once."""
    true = bench.true_drives(task, own)
    carried = {keyword: _earlier(earlier, source) for keyword, source in task.builds_on.items()}
    for start in [true] if None in carried.values() or carried == true else [true, carried]:
        for alternative in task.alternatives:
            settings = {**start, **alternative}
            yield settings
            if given := _given(bench, task, own, settings, handed):
                yield settings | given


def _given(
    bench: Bench, task: Task, own: Mapping[str, float], settings: Mapping[str, Any], handed: Answers
) -> dict[str, float]:
    """The numbers handed in at which the rest of the task is judged; none where one is out of proportion."""
    try:
        solved = bench.answers(task, own, drives=settings) if task.judged_at else {}
    except _SIMULATION_ERRORS:
        return {}
    given = {keyword: handed.get(item) for keyword, item in task.judged_at.items()}
    for keyword, item in task.judged_at.items():
        mine, true = given[keyword], solved[item]
        if mine is None or not true or not 1 / _PROPORTION <= mine / true <= _PROPORTION:
            return {}
    return given


def _earlier(earlier: Mapping[str, Answers], source: str) -> float | None:
    """The number that was handed in for `source`, ``"task.item"``; its form has been checked."""
    task, _, item = source.partition(".")
    return earlier.get(task, {}).get(item)


def _read(student: Student, task: Task, handins: Mapping, protocols: Mapping) -> None:
    """Check the hand-in of one task again, and keep its values or the reason why there are none."""
    if task.name not in handins:
        return
    try:
        read = untrusted.handin(_payload(handins[task.name], student.spec), student.spec)
        known = [student.own, parameters.practice(student.spec)]
        if read["parameters"] not in known and not _drawable(read["parameters"], student.spec):
            raise untrusted.UntrustedError("the parameters it declares belong to nobody in this assignment")
        student.declared[task.name] = student.own if task.protocol else read["parameters"]
        student.values[task.name] = (
            _protocol_values(student, task, protocols) if task.protocol else _arrays(read["values"])
        )
    except untrusted.UntrustedError as error:
        student.problems[task.name] = f"The hand-in cannot be read: {error}."


def _payload(handed: Any, spec: Spec) -> Any:
    """A hand-in with its envelope, which the runner may have taken off."""
    return {"format": 1, "assignment": spec.assignment, **handed} if isinstance(handed, Mapping) else handed


def _run_payload(run: Any, task: Task, index: int, spec: Spec) -> Any:
    """One run of a protocol with its envelope."""
    if not isinstance(run, Mapping):
        return run
    known = {name: run[name] for name in ("parameters", "values", "error") if name in run}
    return _payload(
        {"task": task.name, "student": "", "index": index, "protocol": True, "values": {}, **known}, spec
    )


def _drawable(declared: Mapping[str, float], spec: Spec) -> bool:
    """Whether the declared parameters are some student's."""
    return all(value in spec.parameters[name].values for name, value in declared.items())


def _protocol_values(student: Student, task: Task, protocols: Mapping) -> Answers:
    """What the handed-in function gave under the protocol, set by set."""
    sets = task.parameter_sets(student.own, student.bench.public)
    made = enumerate(protocols.get(task.name) or [])
    runs = [untrusted.protocol_run(_run_payload(run, task, i, student.spec), student.spec) for i, run in made]
    found: dict[str, Any] = {}
    for prefix, p in sets.items():
        run = next((run for run in runs if run["parameters"] == p), None)
        if run is None or "error" in run:
            reason = f": {run['error']}" if run else "."
            (what,) = {item.kind for item in student.spec.tasks[task.name].items.values()}
            student.problems[task.name] = f"The {what} did not run under the grader's protocol{reason}"
            continue
        found |= {f"{prefix}.{name}": value for name, value in _arrays(run["values"]).items()}
    return _rectangular(found)


def _arrays(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as arrays."""
    return {name: np.array(value) if isinstance(value, list) else value for name, value in values.items()}


def _rectangular(values: dict[str, Any]) -> dict[str, Any]:
    """Only what has the length of its own time base, which must increase."""
    kept = {}
    for name, value in values.items():
        time = values.get(f"{name.partition('.')[0]}.t")
        if isinstance(value, np.ndarray) and isinstance(time, np.ndarray) and value.shape == time.shape:
            kept[name] = value
    return {
        name: value
        for name, value in kept.items()
        if (np.diff(kept[f"{name.partition('.')[0]}.t"]) >= 0).all()
    }


def _verdict(student: Student, task: Task) -> dict[str, Any]:
    """Everything that is said about one task."""
    title = student.spec.tasks[task.name].title
    if task.name not in student.values:
        status = "invalid" if task.name in student.problems else "missing"
        note = student.problems.get(task.name, "Nothing was handed in.")
        return _record(
            task, title, status, [_nothing(student, task, check, note) for check in task.checks], note
        )
    comparison = _compare(student, task, student.own)
    if student.declared[task.name] != student.own and not comparison.is_right:
        return _other_parameters(student, task, title)
    mistakes = [] if comparison.is_right else explain(student, task, student.own, comparison)
    note = student.problems.get(task.name, "")
    plots = _plots(task, student.values[task.name], comparison.reference)
    return _record(task, title, "judged", comparison.checks, note, mistakes, plots, student.values[task.name])


def _compare(student: Student, task: Task, own: Mapping[str, float]) -> Comparison:
    """The hand-in of a task against the reference for the parameters `own`."""
    references = candidates(student.bench, task, own, student.values, student.values[task.name])
    tolerances = student.tolerances.by_task[task.name]
    return compare(task, student.values[task.name], references, tolerances)


def _other_parameters(student: Student, task: Task, title: str) -> dict[str, Any]:
    """The verdict on answers for parameters that are not the student's: their worth in words, no points."""
    declared = student.declared[task.name]
    comparison = _compare(student, task, declared)
    is_practice = declared == parameters.practice(student.spec)
    whose = (
        "the practice parameters: type your id into the first cell"
        if is_practice
        else "someone else's parameters"
    )
    right = (
        "Right, but"
        if comparison.is_right
        else f"{comparison.points:g} of {task.points:g} points' worth is right, but"
    )
    units = student.spec.units
    listed = ", ".join(f"{name} = {value:g} {units[name]}".rstrip() for name, value in declared.items())
    note = f"{right} not your parameters: this was simulated with {listed}. These are {whose}."
    plots = _plots(task, student.values[task.name], comparison.reference)
    for judged in comparison.checks:
        judged.points = 0.0
    values = student.values[task.name]
    return _record(task, title, "other-parameters", comparison.checks, note, [], plots, values)


# --- checks and their sentences ----------------------------------------


def _check(check: Check, handed: Answers, reference: Answers, tolerances: Mapping[str, float]) -> Judged:
    """One check, with full, half or no points, and its sentence."""
    tolerance = tolerances[check.name]
    error = float(check.error(handed, reference))
    part = 1.0 if error <= tolerance else 0.5 if error <= check.near * tolerance else 0.0
    judged = Judged(check, error, tolerance, part * check.points)
    judged.sentence = _sentence(judged, handed, reference)
    return judged


def _nothing(student: Student, task: Task, check: Check, sentence: str) -> Judged:
    """A check to which nothing was handed in."""
    return Judged(check, math.inf, student.tolerances.by_task[task.name][check.name], 0.0, sentence)


def _sentence(judged: Judged, handed: Answers, reference: Answers) -> str:
    """What was compared, by how much it differs, and what was allowed."""
    check, allowed = judged.check, judged.check.size(judged.tolerance)
    if check.unit == "spikes" and not math.isinf(judged.error):
        wrong = f"the reference has {check.value(reference):.0f}{_recording(check, handed)}"
        true = "as in the reference" if judged.passed else wrong
        return f"{check.label}: {check.value(handed):.0f}, {true}."
    if judged.passed:
        if check.value(reference) is None or _is_nan(check.value(reference)):
            return f"{check.label}: as in the reference."
        return f"{check.label}: {_shown(check, handed)}, as in the reference within {allowed}."
    if math.isinf(judged.error):
        return f"{check.label}: {_lack(check, handed, reference)}{_recording(check, handed)}."
    half = " That is close: half of the points." if judged.points else ""
    return (
        f"{check.label}: {_off(check, judged, handed, reference)}; "
        f"at most {allowed} is allowed{_recording(check, handed)}.{half}"
    )


def _off(check: Check, judged: Judged, handed: Answers, reference: Answers) -> str:
    """By how much, and in which direction."""
    size = check.size(judged.error)
    if check.how:
        return f"it differs from the reference by {size} ({check.how})"
    mine, true = check.value(handed), check.value(reference)
    if check.relative and judged.error >= _MANY:
        return f"{_shown(check, handed)} is {mine / true:.3g} times the reference"
    side = "above" if mine > true else "below"
    return f"{_shown(check, handed)} is {size} {side} the reference"


def _lack(check: Check, handed: Answers, reference: Answers) -> str:
    """Why two answers cannot be compared."""
    if reason := check.lack(handed, reference):
        return reason
    mine, true = check.value(handed), check.value(reference)
    if isinstance(check, Number):
        if mine is None:
            return "there is a spike, and you handed in that there is none"
        if true is None:
            return f"there is no spike to measure, and you handed in {_shown(check, handed)}"
        return "no number was handed in"
    values = np.ravel(handed[check.item]) if handed.get(check.item) is not None else np.empty(0)
    if not values.size:
        return "no trace was handed in, and the reference shows one"
    lies = f"its {values.size} samples lie between {values.min():.4g} and {values.max():.4g}"
    if not isinstance(check, Shape) and not _is_nan(mine):
        return f"your trace shows a spike where the reference has none: {lies}"
    return f"your trace does not show it: {lies}"


def _recording(check: Check, handed: Answers) -> str:
    """What is wrong with the record itself: too short, or too coarse to see a spike."""
    if not isinstance(check, Feature) or not check.over.startswith("time"):
        return ""
    time, _ = trace_of(handed, check.time, check.item)
    if len(time) < 3:
        return ""
    if time[-1] < check.end:
        return f" (your record ends at {time[-1]:g} ms, it is needed up to {check.end:g} ms)"
    step = float(np.median(np.diff(time)))
    return f" (your record has one sample every {step:.2g} ms: too coarse for a spike)" if step > 0.15 else ""


def _shown(check: Check, answers: Answers) -> str:
    """The figure that was handed in, with its unit."""
    value = check.value(answers)
    if value is None:
        return "none"
    if check.how or _is_nan(value):
        given = answers.get(check.item) if check.how else None
        return "-" if given is None else "a trace" if isinstance(check, Shape) else f"{len(given)} values"
    return f"{value:.0f}" if check.unit == "spikes" else f"{value:.4g} {check.unit}".rstrip()


def solved(bench: Bench, own: Mapping[str, float]) -> dict[str, dict[str, float | None]]:
    """The numbers that a student with the parameters `own` should find, by task and item."""
    found: dict[str, dict[str, float | None]] = {}
    for task in bench.rubric.tasks.values():
        items = [check.item for check in task.checks if isinstance(check, Number)]
        settings = {**bench.true_drives(task, own), **task.alternatives[0]}
        if items:
            reference = bench.answers(task, own, drives=settings)
            found[task.name] = {item: reference[item] for item in items}
    return found


def _is_nan(value: float | None) -> bool:
    return value is not None and math.isnan(value)


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


# --- mistakes ----------------------------------------


def explain(
    student: Student, task: Task, own: Mapping[str, float], comparison: Comparison
) -> list[dict[str, Any]]:
    """The mistakes that certainly explain what was handed in; gives back their part of the points."""
    slips = dict(_unit_slips(student, task, comparison))
    matches = dict(_matches(student, task, own, comparison))
    groups = _weighty(comparison, _grouped(matches), matches, frozenset().union(*slips))
    for checks in slips:
        _credit(comparison, checks, _UNIT_SLIP_CREDIT)
    for group in groups:
        _credit(comparison, matches[group[0].name][1], min(way.credit for way in group))
    return [*slips.values(), *(_named(group) for group in groups)]


def signature(
    checks: Iterable[Check], answers: Answers, reference: Answers, tolerances: Mapping[str, float]
) -> frozenset[str]:
    """The names of the checks that tell `answers` from the reference."""
    return frozenset(
        check.name for check in checks if check.error(answers, reference) > tolerances[check.name]
    )


def _matches(
    student: Student, task: Task, own: Mapping[str, float], comparison: Comparison
) -> Iterator[tuple[str, tuple[Way, frozenset[str]]]]:
    """Mistakes whose own simulation agrees with the hand-in, and the failed checks that each explains."""
    handed = student.values[task.name]
    sets = list(task.parameter_sets(own, student.bench.public).values())
    for way in task.mistakes:
        if way.unseen or way.is_idle(sets, own):
            continue
        for settings in _settings(student.bench, task, own, student.values, handed):
            if explained := _explains(_Suspicion(student, task, own, way, settings, comparison)):
                yield way.name, (way, explained)
                break


@dataclass(frozen=True)
class _Run:
    """A mistake's answers, and how many tolerances they lie off the reference and apart from the hand-in."""

    answers: Answers
    off: Mapping[str, float]
    apart: Mapping[str, float]

    @property
    def seen(self) -> frozenset[str]:
        """The checks that tell the mistake from the reference."""
        return frozenset(name for name, error in self.off.items() if error > 1.0)

    @property
    def incomparable(self) -> int:
        """In how many checks the one shows what the other does not, because only one of the two fires."""
        return sum(map(math.isinf, self.apart.values()))


@dataclass(frozen=True)
class _Suspicion:
    """A mistake that a student may have made, starting from some settings."""

    student: Student
    task: Task
    own: Mapping[str, float]
    way: Way
    settings: Mapping[str, Any]
    comparison: Comparison

    def run(self, habitual: bool, drive: float = 1.0) -> _Run | None:
        """The mistake, made; None where no simulation starts from these settings.

        Args:
            habitual: whether it starts from common settings, else from the reference's.
            drive: factor on the earlier answers that drive this task.
        """
        carried = {} if drive == 1.0 else {name: self.settings[name] for name in self.task.builds_on}
        settings = {**self.settings, **{name: drive * value for name, value in carried.items() if value}}
        try:
            made = self.student.bench.answers(self.task, self.own, self.way, settings, habitual)
        except _SIMULATION_ERRORS:
            return None
        off = {
            judged.check.name: judged.check.error(made, self.comparison.reference) / judged.tolerance
            for judged in self.comparison.checks
        }
        return _Run(made, off, self.apart(self.handed, made))

    def apart(self, one: Answers, wrong: Answers) -> dict[str, float]:
        """By how many tolerances answers differ from a mistake's, by check.

        A relative tolerance is a part of the reference, and no smaller where the mistake's figure is.
        """
        found = {}
        for judged in self.comparison.checks:
            error = judged.check.error(one, wrong) / judged.tolerance
            figures = [judged.check.value(answers) for answers in (wrong, self.comparison.reference)]
            if (
                judged.check.relative
                and all(map(_is_number, figures))
                and 0 < abs(figures[0]) < abs(figures[1])
            ):
                error *= abs(figures[0] / figures[1])
            found[judged.check.name] = error
        return found

    @property
    def handed(self) -> Answers:
        """The hand-in."""
        return self.student.values[self.task.name]

    @property
    def slack(self) -> float:
        """The part by which an earlier answer that drives this task may be off and still pass."""
        found = [0.0]
        for keyword, source in self.task.builds_on.items():
            earlier, _, item = source.partition(".")
            for check in self.student.bench.rubric.tasks[earlier].checks:
                if check.item == item and isinstance(check, Number) and self.settings[keyword]:
                    scale = 1.0 if check.relative else abs(self.settings[keyword])
                    found.append(self.student.tolerances.by_task[earlier][check.name] / scale)
        return max(found)


def _explains(suspicion: _Suspicion) -> frozenset[str]:
    """The failed checks that a mistake explains; none where it does not fit.

    What is wrong depends on the step of time as what is right does, and more where it is faster. So the
    mistake is made with common settings, and where its answers then resemble the hand-in a second time, with
    the settings of the reference. The hand-in may agree with either, or lie between the two.
    """
    common = suspicion.run(habitual=True)
    if common is None or (explained := _explained(suspicion, common)):
        return frozenset() if common is None else explained
    if not suspicion.task.habits or not (
        _resembles(suspicion, common) or _is_near_its_edge(suspicion, common)
    ):
        return frozenset()
    exact = suspicion.run(habitual=False)
    if exact is None or (explained := _explained(suspicion, exact)):
        return frozenset() if exact is None else explained
    if not any(map(math.isinf, suspicion.apart(common.answers, exact.answers).values())):
        return _explained(suspicion, common, exact)
    edge = _at_its_edge(suspicion, exact)  # one of the two fires, and the other does not
    return _explained(suspicion, edge) if edge else frozenset()


def _explained(suspicion: _Suspicion, *runs: _Run) -> frozenset[str]:
    """The failed checks in which a hand-in is what a mistake gives, in one run or between two; else none.

    It is so where it agrees, better than the reference does, in all that tells it from the reference.
    """
    failed, checks = suspicion.comparison.failed, suspicion.comparison.checks
    seen = frozenset.intersection(*(run.seen for run in runs))
    nearest = {name: min(run.apart[name] for run in runs) for name in runs[0].apart}
    allowed = _allowed(suspicion, *runs)
    right = sum(judged.error / judged.tolerance for judged in checks if judged.check.name in seen)
    agrees = all(nearest[name] <= allowed[name] for name in seen)
    if not (seen & failed and agrees and sum(nearest[name] for name in seen) < right):
        return frozenset()
    return failed & (seen | {name for name, error in nearest.items() if error <= 1.0})


def _allowed(suspicion: _Suspicion, *runs: _Run) -> dict[str, float]:
    """By how many tolerances a hand-in may differ from a mistake: one, or the mistake's own spread.

    The spread counts up to a quarter of the distance to the reference: beyond, nothing is certain.
    """
    spread = suspicion.apart(runs[0].answers, runs[-1].answers) if len(runs) > 1 else {}
    return {
        name: max(1.0, min(spread.get(name, 0.0), judged.error / judged.tolerance / 4))
        for judged in suspicion.comparison.checks
        for name in [judged.check.name]
    }


def _resembles(suspicion: _Suspicion, run: _Run) -> bool:
    """Whether a hand-in lies, all in all, clearly nearer to a mistake than to the reference."""
    to_right = {
        judged.check.name: judged.error / judged.tolerance
        for judged in suspicion.comparison.checks
        if not judged.passed or judged.check.name in run.seen
    }
    near = sum(min(run.apart[name], 100.0) for name in to_right)
    return near < sum(min(error, 100.0) for error in to_right.values()) / 2


def _is_near_its_edge(suspicion: _Suspicion, run: _Run) -> bool:
    """Whether a mistake fires, or does not, as the hand-in when what drives it is off by its tolerance."""
    if not run.incomparable or not suspicion.slack:
        return False
    ends = [suspicion.run(habitual=True, drive=1.0 + sign * suspicion.slack) for sign in (1, -1)]
    return any(end is not None and end.incomparable < run.incomparable for end in ends)


def _at_its_edge(suspicion: _Suspicion, exact: _Run) -> _Run | None:
    """A mistake made at the edge between firing and not, so that it shows what was handed in; else None.

    At a threshold the spike moves by milliseconds with the last digit of what drives it. The number that
    drives it may be off by its own tolerance; within this, the drive is sought at which one figure of the
    hand-in (when the spike arrives, say) comes out as it stands. Whether all others do then, too, is another
    matter.
    """
    slack = suspicion.slack
    figure = next((one for one in _figures(suspicion) if _is_number(one.value(exact.answers))), None)
    if figure is None or not slack:
        return None

    def beyond(run: _Run | None) -> float:
        """By how much the figure lies beyond the one sought; it never comes where nothing fires."""
        value = figure.value(run.answers) if run else None
        return value - figure.value(suspicion.handed) if _is_number(value) else math.inf

    fires, fails = 1.0 + slack, 1.0 - slack
    side, other = (beyond(suspicion.run(False, drive)) for drive in (fires, fails))
    if math.isinf(side) or not side * other <= 0:
        return None
    for _ in range(_EDGE_STEPS):
        middle = (fires + fails) / 2
        run = suspicion.run(False, middle)
        if run is not None and run.apart[figure.name] <= 0.5:
            return run
        fires, fails = (middle, fails) if beyond(run) * side > 0 else (fires, middle)
    return None


def _figures(suspicion: _Suspicion) -> list[Check]:
    """The failed checks of which the hand-in shows a figure, a spike's time before all others."""
    failed = [judged.check for judged in suspicion.comparison.checks if not judged.passed]
    shown = [check for check in failed if _is_number(check.value(suspicion.handed))]
    return sorted(shown, key=lambda check: not check.name.endswith(".arrival"))


def _grouped(matches: Mapping[str, tuple[Way, frozenset[str]]]) -> list[list[Way]]:
    """Mistakes that cannot be told apart stand together; one that explains less than another is left out.

    Args:
        matches: each mistake with the failed checks that it explains.
    """
    best = [
        (way, seen)
        for way, seen in matches.values()
        if not any(seen < other for _, other in matches.values())
    ]
    groups: list[tuple[list[Way], frozenset[str]]] = []
    for way, seen in best:
        group = next((group for group, shared in groups if shared & seen), None)
        if group is None:
            groups.append(([way], seen))
        else:
            group.append(way)
    return [group for group, _ in groups]


def _weighty(
    comparison: Comparison,
    groups: list[list[Way]],
    matches: Mapping[str, tuple[Way, frozenset[str]]],
    slipped: frozenset[str],
) -> list[list[Way]]:
    """The mistakes that explain more points than are lost without any reason.

    One that agrees in a small check while the large ones fail for another reason agrees by chance.

    Args:
        comparison: the hand-in beside the reference.
        groups: mistakes, those together that cannot be told apart.
        matches: each mistake with the failed checks that it explains.
        slipped: the checks that a slip of unit or sign explains.
    """
    explained = [matches[group[0].name][1] for group in groups]
    worth = {judged.check.name: judged.check.points for judged in comparison.checks}
    left = sum(worth[name] for name in comparison.failed - slipped - frozenset().union(*explained))
    return [
        group
        for group, checks in zip(groups, explained, strict=True)
        if sum(worth[name] for name in checks) > left
    ]


def _named(group: list[Way]) -> dict[str, Any]:
    """One entry of the verdict: a mistake, or those that fit equally well."""
    said = [way.sentence for way in group]
    text = said[0] if len(said) == 1 else "either " + ", or ".join(said)
    return {"names": [way.name for way in group], "sentence": f"Your answer is what one gets when {text}."}


def _credit(comparison: Comparison, seen: Iterable[str], credit: float) -> None:
    """Give back a part of the points that a recognized mistake has cost."""
    for judged in comparison.checks:
        if judged.check.name in seen and not judged.passed:
            judged.points = max(judged.points, credit * judged.check.points)


def _unit_slips(
    student: Student, task: Task, comparison: Comparison
) -> Iterator[tuple[frozenset[str], dict[str, Any]]]:
    """Items that are right in another unit, or with the other sign: their checks, and the sentence."""
    handed, tolerances = student.values[task.name], student.tolerances.by_task[task.name]
    for item in dict.fromkeys(judged.check.item for judged in comparison.checks if not judged.passed):
        checks = [check for check in task.checks if check.item == item]
        for factor in _FACTORS:
            scaled = checks[0].scaled(handed, factor)
            if all(check.error(scaled, comparison.reference) <= tolerances[check.name] for check in checks):
                asked = student.spec.tasks[task.name].items.get(item)
                unit = asked.unit if asked else _item_unit(checks)
                yield frozenset(check.name for check in checks), _slip(item, unit, factor)
                break


def _item_unit(checks: Iterable[Check]) -> str:
    """Unit of what a protocol recorded; a count or an arrival has one of its own."""
    return next((check.unit for check in checks if isinstance(check, Number | Shape)), "")


def _slip(item: str, unit: str, factor: float) -> dict[str, Any]:
    """The sentence on a slip of unit or sign."""
    if factor < 0:
        return {"names": ["sign"], "sentence": f"{item} is right with the other sign."}
    read_in = scaled_unit(unit, round(math.log10(factor) / 3))
    asked = "a pure number" if unit in ("", "1") else unit
    named = f"in {read_in}" if read_in else f"{1 / factor:g} times the value"
    return {
        "names": ["unit-slip"],
        "sentence": f"{item} is right if it is {named}; {asked} was asked for.",
    }


# --- the record ----------------------------------------


def _record(
    task: Task,
    title: str,
    status: str,
    checks: list[Judged],
    note: str = "",
    mistakes: list | None = None,
    plots: list | None = None,
    handed: Answers | None = None,
) -> dict[str, Any]:
    """The verdict on one task, ready for JSON."""
    return {
        "task": task.name,
        "title": title,
        "points": round(sum(judged.points for judged in checks), 6),
        "max_points": float(task.points),
        "status": status,
        "checks": [_check_record(judged, handed or {}) for judged in checks],
        "mistakes": mistakes or [],
        "note": note,
        "plots": plots or [],
    }


def _check_record(judged: Judged, handed: Answers) -> dict[str, Any]:
    check = judged.check
    return {
        "name": check.name,
        "label": check.label,
        "points": round(judged.points, 6),
        "max_points": float(check.points),
        "passed": judged.passed,
        "error": judged.error if math.isfinite(judged.error) else None,
        "tolerance": judged.tolerance,
        "unit": check.error_unit,
        "handed_in": _shown(check, handed),
        "sentence": judged.sentence,
    }


def _plots(task: Task, handed: Answers, reference: Answers) -> list[dict[str, Any]]:
    """Each trace of the task, the student's and the reference."""
    traces = {check.item: check for check in task.checks if isinstance(check, Shape)}
    made = []
    for item, check in traces.items():
        lines = {
            "student": trace_of(handed, check.time, item),
            "reference": trace_of(reference, check.time, item),
        }
        if len(lines["student"][0]):
            made.append(
                {
                    "label": check.plot or check.item,
                    "unit": check.unit,
                    "over": check.over,
                    **{who: _line(*line) for who, line in lines.items()},
                }
            )
    return made


def _line(time: np.ndarray, values: np.ndarray) -> dict[str, list[float]]:
    """A trace thinned out for a picture, with as many digits as a picture shows."""
    step = max(1, math.ceil(len(time) / _PLOT_SAMPLES))
    return {"t": _rounded(time[::step]), "v": _rounded(values[::step])}


def _rounded(values: np.ndarray) -> list[float]:
    """Numbers to a ten-thousandth of what they span, or of their size where they are all the same."""
    span = float(np.ptp(values)) or float(np.abs(values).max()) or 1.0
    return np.round(values, min(4 - math.floor(math.log10(span)), 20)).tolist()


def _versions(rubric: Rubric, tolerances: Tolerances) -> dict[str, str]:
    """What produced these verdicts."""
    packages = {name: importlib.metadata.version(name) for name in ("neuron", "neuroscales", "numpy")}
    return packages | {"rubric": rubric.digest, "acceptance": tolerances.digest}
