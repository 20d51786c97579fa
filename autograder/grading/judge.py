# SPDX-License-Identifier: BSD-3-Clause
"""The judge: a process of its own that has never run a line of a student's, and the client that talks to it.

The process is started with ``python -I -m autograder.grading.judge`` in a new empty folder, with an
environment from an allow-list. It reads requests as lines of JSON and answers each with one line. Students'
data are numbers to it.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.grading.peer import NoAnswer, Peer

_ALLOWED = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "XDG_CACHE_HOME", "NEUROSCALES_CACHE")
_SET = {"NEURON_MODULE_OPTIONS": "-nogui", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_MAX_ANSWER_BYTES = 64_000_000
_TRIES = 3
#: Time in s after which a judge is given up that uses no CPU time: it hangs. A busy machine needs longer.
TIMEOUT_S = 1800.0
# CPU time in s for a request, when a task's own limit cannot interrupt it: NEURON hangs in one call.
_CPU_S = 900.0


class JudgeProblem(Exception):
    """The judge gave no verdict; the message says why in one sentence."""


class Judge(Peer):
    """Client of the judge's process: starts it when needed, and anew after a crash or a timeout.

    >>> with Judge() as judge:                                    # doctest: +SKIP
    ...     result = judge.judge({"rubric": "solutions/squid-axon", "student": "ada", "spec": spec,
    ...                           "handins": run.handins, "protocols": run.protocols})
    """

    def __init__(self, timeout_s: float = TIMEOUT_S, cpu_s: float = _CPU_S) -> None:
        """Judge with at most `cpu_s` seconds of CPU time for one request, and in the end `timeout_s`."""
        super().__init__(
            ("-m", "autograder.grading.judge"),
            timeout_s=timeout_s,
            cpu_s=cpu_s,
            max_answer_bytes=_MAX_ANSWER_BYTES,
            environment={name: os.environ[name] for name in _ALLOWED if name in os.environ} | _SET,
        )

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def judge(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The verdicts on one student.

        Args:
            request: ``rubric`` (folder), ``student`` (the owner's id), ``spec`` (handin.json, parsed),
                ``handins`` by task and ``protocols`` by task (lists), as the runner gives them.

        Returns:
            ``parameters``, ``declared``, ``verdicts`` and ``versions``.

        Raises:
            JudgeProblem: the rubric cannot be used, or the judge crashed or took too long.
        """
        return self._request({**request, "action": "judge"})

    def protocols(
        self, rubric: str | Path, student: str, spec: Mapping[str, Any]
    ) -> dict[str, dict[str, Any]]:
        """What the sandbox runs on handed-in functions: by task ``source`` and ``parameter_sets``.

        Raises:
            JudgeProblem: as for `judge`.
        """
        return self._request({"action": "protocols", "rubric": str(rubric), "student": student, "spec": spec})

    def _request(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send one line, wait for one line."""
        request = {**request, "rubric": str(Path(request["rubric"]).resolve())}
        try:
            line = json.dumps(request, allow_nan=False).encode() + b"\n"
        except (TypeError, ValueError, RecursionError) as error:
            raise JudgeProblem(f"What was handed in is no JSON: {error}.") from error
        answer = self._answer(line)
        if "problem" in answer:
            raise JudgeProblem(answer["problem"])
        return answer["result"]

    def _answer(self, line: bytes) -> dict[str, Any]:
        """The answer to a line; a process that was ended from outside is asked again, anew."""
        for _ in range(_TRIES):
            try:
                return json.loads(self.ask(line))
            except NoAnswer as error:
                reason = error
                if error.was_slow:
                    break
        raise JudgeProblem(f"The judge {reason}; it is started anew for the next submission.") from reason


class _Court:
    """The process's side: rubrics with their tolerances and benches, kept between requests."""

    def __init__(self) -> None:
        self._rubrics: dict[str, tuple[Any, Any]] = {}
        self._benches: dict[tuple[str, str], Any] = {}

    def written(self, line: bytes) -> str:
        """The answer in JSON, numpy's numbers as numbers; what no JSON can hold is a problem."""
        try:
            return json.dumps(self.answer(line), allow_nan=False, default=_plain)
        except (TypeError, ValueError) as error:
            return json.dumps({"problem": f"The rubric's result cannot be written: {error}."})

    def answer(self, line: bytes) -> dict[str, Any]:
        """The result of a request, or the problem with it."""
        from autograder.handin.spec import SpecError
        from autograder.handin.untrusted import loads
        from autograder.rubric import RubricError

        try:
            request = loads(line)
            act = {"judge": self._judge, "protocols": self._protocols}[request["action"]]
            return {"result": act(request)}
        except (RubricError, SpecError) as error:
            return {"problem": f"{error}."}
        except Exception as error:  # the next request must be answered whatever happened in this one
            return {"problem": f"The judge failed on this submission: {type(error).__name__}: {error}."}

    def _judge(self, request: Mapping[str, Any]) -> dict[str, Any]:
        from autograder.rubric import verdict

        rubric, tolerances, bench = self._bench(request)
        return verdict.judge_apart(rubric, tolerances, bench, request)

    def _protocols(self, request: Mapping[str, Any]) -> dict[str, Any]:
        from autograder.handin import parameters

        rubric, _, bench = self._bench(request)
        own = parameters.own(request["spec"], request["student"])
        return {
            task.name: {
                "source": rubric.protocols[task.name],
                "parameter_sets": list(task.parameter_sets(own, bench.public).values()),
            }
            for task in rubric.tasks.values()
            if task.protocol
        }

    def _bench(self, request: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        """The rubric, its tolerances, and the bench that remembers its simulations.

        A rubric is read once: a file that is edited while a class is graded mixes no versions.
        """
        from autograder import rubric
        from autograder.rubric import verdict

        folder = request["rubric"]
        if folder not in self._rubrics:
            loaded = rubric.load(folder)
            self._rubrics[folder] = loaded, _tolerances(loaded)
        loaded, tolerances = self._rubrics[folder]
        key = (folder, json.dumps(request["spec"], sort_keys=True))
        if key not in self._benches:
            self._benches = {key: verdict.KeptBench(loaded, request["spec"])}
        return loaded, tolerances, self._benches[key]


def _plain(number: Any) -> Any:
    """One of numpy's numbers or booleans as Python's own."""
    if not hasattr(number, "item"):
        raise TypeError(f"{type(number).__name__} is neither a number nor text")
    return number.item()


def _tolerances(rubric: Any) -> Any:
    """The derived tolerances beside the rubric."""
    from autograder.rubric import RubricError
    from autograder.rubric.verdict import Tolerances

    path = rubric.folder / "acceptance.json"
    try:
        tolerances = Tolerances.read(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError):
        raise RubricError(f"{path} is missing or damaged: run `autograder derive` on this rubric") from None
    for task in rubric.tasks.values():
        missing = {check.name for check in task.checks} - set(tolerances.by_task.get(task.name, {}))
        if missing:
            raise RubricError(f"{path} has no tolerance for {task.name}: {', '.join(sorted(missing))}")
    return tolerances


def main() -> None:
    """Answer requests until the input ends; whatever prints on the way cannot reach the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    court = _Court()
    for line in sys.stdin.buffer:
        answers.write(court.written(line) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
