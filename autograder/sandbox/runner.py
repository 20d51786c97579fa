# SPDX-License-Identifier: BSD-3-Clause
"""Run a student's notebook where it can do no harm, and bring back what it handed in and what it showed.

Nothing here knows what is right. What comes back was written by a stranger's process and was checked for its
form alone; the judge, another process, decides what it is worth.
"""

import contextlib
import copy
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from autograder import handin
from autograder.handin import untrusted
from autograder.handin.cells import grade_id
from autograder.handin.spec import Spec, parse
from autograder.sandbox import explain, mechanism_run, zygote
from autograder.sandbox.isolation import find_isolation, open_sandbox
from autograder.sandbox.kernel import CellStopped, Kernel, KernelGone, arguments_and_files, new_key
from autograder.sandbox.limits import Limits
from autograder.sandbox.outputs import Budget, Outputs
from autograder.sandbox.process import Sandbox
from autograder.sandbox.walls import Isolation

__all__ = ["Limits", "Protocol", "Run", "run_notebook"]


@dataclass(frozen=True)
class Protocol:
    """What a handed-in function or mechanism is run under.

    `source` is Python that defines `run(function, p)`, or `run(name, p)` with the name of a mechanism that is
    loaded then; it returns numbers and lists of numbers by name. `parameter_sets` are the parameters it is
    run with, one run each.
    """

    source: str
    parameter_sets: tuple[Mapping[str, float], ...]


@dataclass
class Run:
    """What running one notebook gave.

    Attributes:
        handins: Per task the last valid hand-in: `task`, `student`, `parameters` and `values`.
        protocols: Per task the runs of its protocol in order: `parameters`, and `values` or `error`.
        notebook: The executed notebook, with text and pictures alone.
        problem: One sentence if a cell failed or the run did not come to its end.
        remarks: One sentence for each hand-in that could not be taken.
        isolation: What kept the notebook in.
        wall_s: Wall time in s.
    """

    notebook: NotebookNode
    isolation: str
    handins: dict[str, dict[str, Any]] = field(default_factory=dict)
    protocols: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    problem: str | None = None
    remarks: list[str] = field(default_factory=list)
    wall_s: float = 0.0


def run_notebook(
    notebook: NotebookNode,
    files: Mapping[str, bytes],
    *,
    spec: Mapping[str, Any] | Spec,
    student: str = "",
    protocols: Mapping[str, Protocol] | None = None,
    limits: Limits | None = None,
    isolation: str = "bubblewrap",
    is_warm: bool = True,
) -> Run:
    """Run a notebook in a kernel of its own, and collect what it hands in.

    A cell that fails does not stop the ones after it, so that independent tasks still count; one that takes
    too long is interrupted. When the kernel is gone, the hand-ins made until then count.

    Args:
        notebook: The notebook, as `autograder.handin.cells.rebuild` makes it. It is not changed.
        files: The files beside it, by relative name: those of the release.
        spec: The content of `handin.json`.
        student: The owner of the submission: the name that a notebook finds which leaves it to the hub.
        protocols: For tasks that hand in a function: what it is run under, after the last cell. For tasks
            that hand in a mechanism: what it is run under when the notebook's kernel is gone.
        limits: What the run may take.
        isolation: "bubblewrap", or "limits" for resource limits alone.
        is_warm: Fork the kernel from a process that has imported everything, where that can be as safe as
            starting one; see `autograder.sandbox.zygote`.

    Raises:
        SandboxError: If this machine cannot give the isolation, or the kernel does not start: never the
            student's fault.
    """
    started, limits = time.monotonic(), limits or Limits()
    kept_by = find_isolation(isolation)
    key = new_key()
    with (
        _opened(kept_by, key, files, student, limits, is_warm) as (box, words),
        Kernel(box, key, limits) as kernel,
    ):
        session = _Session(kernel, notebook, parse(spec), limits)
        session.run_cells()
        session.run_protocols(protocols or {})
    session.run_mechanisms(protocols or {}, kept_by)
    session.run.isolation = words
    session.run.wall_s = time.monotonic() - started
    return session.run


@contextlib.contextmanager
def _opened(
    kept_by: Isolation, key: str, files: Mapping[str, bytes], student: str, limits: Limits, is_warm: bool
) -> Iterator[tuple[Sandbox, str]]:
    """A sandbox in which a kernel starts, and the words on it; where none can be forked, one is made anew."""
    arguments, connection = arguments_and_files(key)
    files, words, own = {**files, **connection}, kept_by.words, {"JUPYTERHUB_USER": student}
    with contextlib.ExitStack() as stack:
        if is_warm and kept_by.namespaces:
            try:
                fork = zygote.find(kept_by).fork(arguments, files, own, limits)
                yield stack.enter_context(fork), f"{words}, {zygote.WORDS}"
                return
            except zygote.ZygoteError as error:
                words = f"{words}, started anew ({error})"
        assignments = [f"{name}={value}" for name, value in own.items()]
        command = ["/usr/bin/env", *assignments, sys.executable, "-m", "ipykernel_launcher", *arguments]
        yield stack.enter_context(open_sandbox(kept_by, command, files, limits)), words


class _Session:
    """One notebook on its way through a kernel."""

    def __init__(self, kernel: Kernel, notebook: NotebookNode, spec: Spec, limits: Limits) -> None:
        self.run = Run(notebook=copy.deepcopy(notebook), isolation="")
        self._kernel, self._spec, self._limits = kernel, spec, limits
        self._budget = Budget(limits.output_bytes)
        self._until = time.monotonic() + limits.wall_s
        self._failures: list[str] = []
        self._taken = self._executed = 0
        self._is_over = False

    def run_cells(self) -> None:
        """All code cells in their order, as long as there are a kernel and time."""
        for number, cell in enumerate(self.run.notebook.cells, 1):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
                if not self._is_over:
                    self._run_cell(number, cell)
        self._report()

    def run_protocols(self, protocols: Mapping[str, Protocol]) -> None:
        """One more cell for each function that was handed in; its outputs alone give protocol data."""
        for task, protocol in protocols.items():
            is_function = self._spec.tasks[task].mechanism is None
            if is_function and task in self.run.handins and not self._is_over:
                self._run_protocol(task, protocol)

    def run_mechanisms(self, protocols: Mapping[str, Protocol], kept_by: Isolation) -> None:
        """Compile and run each mechanism that was handed in; the notebook's process is no more.

        All of them share one budget of time, so that a submission takes no more however many it hands in.
        """
        until = time.monotonic() + self._limits.wall_s
        for name, protocol in protocols.items():
            task = self._spec.tasks[name]
            if task.mechanism is not None and name in self.run.handins:
                text = self.run.handins[name]["values"][task.mechanism.name]
                under = (protocol.source, protocol.parameter_sets)
                left_s = until - time.monotonic()
                self.run.protocols[name] = mechanism_run.run(
                    text, task, self._spec, *under, kept_by, self._limits, left_s
                )

    def _run_cell(self, number: int, cell: NotebookNode) -> None:
        """One cell, with its outputs and what it hands in."""
        outputs = Outputs(self._budget, self._take_handin)
        stopped = self._execute(cell.source, outputs)
        self._executed += 1
        cell.outputs, cell.execution_count = outputs.kept, self._executed
        if stopped or outputs.error:
            name = grade_id(cell)
            where = f"Cell {number} ({name})" if name else f"Cell {number}"
            self._failures.append(f"{where} {stopped or _stopped_by(outputs.error)}")

    def _run_protocol(self, task: str, protocol: Protocol) -> None:
        """Run the handed-in function under its protocol; a run that gives nothing is an error of its own."""
        sets = [dict(values) for values in protocol.parameter_sets]
        runs: dict[int, dict[str, Any]] = {}

        def take(payload: Any) -> str:
            made = untrusted.protocol_run(payload, self._spec)
            if made["task"] == task and made["index"] in range(len(sets)):
                runs[made["index"]] = {key: made[key] for key in ("values", "error") if key in made}
            return ""

        outputs = Outputs(Budget(0), lambda payload: self._sound(take, payload))
        code = f"__import__('autograder.handin').handin.run_protocol({task!r}, {protocol.source!r}, {sets!r})"
        stopped = self._execute(code, outputs)
        reason = stopped or _one_line(": ".join(outputs.error or ())) or "it gave no data"
        self.run.protocols[task] = [
            {"parameters": values} | runs.get(index, {"error": reason}) for index, values in enumerate(sets)
        ]

    def _execute(self, code: str, outputs: Outputs) -> str | None:
        """Run code; a clause says why it was stopped."""
        seconds = min(self._limits.cell_s, self._until - time.monotonic())
        if seconds <= 0:
            self._is_over = True
            return "was not run: the time for the whole notebook is used up"

        def add(kind: str, content: Mapping[str, Any], flaw: str | None) -> None:
            data = content.get("data")
            if flaw and (not content or (isinstance(data, dict) and handin.MIME in data)):
                self.run.remarks.append(f"An output could not be read: {flaw}.")
            else:
                outputs.add(kind, content)

        try:
            self._kernel.run(code, seconds, add)
        except CellStopped as error:
            return f"{error} and was interrupted"
        except KernelGone as error:
            self._is_over = True
            return f"{error}; the cells after it were not run"
        return None

    def _take_handin(self, payload: Any) -> str:
        """Check a hand-in and keep it as the last of its task."""

        def take(payload: Any) -> str:
            self._taken += 1
            if self._taken > self._limits.handins:
                raise untrusted.UntrustedError(f"there are more than {self._limits.handins}")
            made = untrusted.handin(payload, self._spec)
            self.run.handins[made["task"]] = made
            return handin.describe(self._spec.tasks[made["task"]], made["values"])

        return self._sound(take, payload)

    def _sound(self, take: Any, payload: Any) -> str:
        """The line for a hand-in; what is not sound leaves a remark (the first few)."""
        try:
            return take(payload)
        except untrusted.UntrustedError as error:
            remark = f"A hand-in was not taken: {_one_line(str(error))}."
            if len(self.run.remarks) < 20:
                self.run.remarks.append(remark)
            return remark

    def _report(self) -> None:
        """The first failure, and how many came after it."""
        if self._failures:
            more = len(self._failures) - 1
            also = f" ({more} more {'cell' if more == 1 else 'cells'} failed)" if more else ""
            self.run.problem = f"{self._failures[0].rstrip('.')}{also}."


def _stopped_by(error: tuple[str, str] | None) -> str:
    """A clause on the error that ended a cell."""
    if error and (words := explain.told(*error)):
        return f"stopped: {words}"
    return "stopped with " + _one_line(": ".join(part for part in error or () if part))


def _one_line(text: str) -> str:
    """The first line of a text, not too long."""
    return next(iter(text.strip().splitlines()), "")[:300]
