# SPDX-License-Identifier: BSD-3-Clause
"""Compile and run a handed-in mechanism where it can do no harm.

It happens in a sandbox of its own, with the isolation of a notebook's, when the notebook's kernel is gone.
Nothing that was compiled comes out of it; what does come out are lines of JSON, read as what they are: a
stranger's.
"""

import contextlib
import functools
import json
import os
import re
import select
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.handin import form, untrusted
from autograder.handin.spec import Item, Spec, Task
from autograder.sandbox.isolation import SandboxError, open_sandbox
from autograder.sandbox.limits import Limits
from autograder.sandbox.mechanism_inside import COMMAND, REQUEST
from autograder.sandbox.process import Sandbox
from autograder.sandbox.walls import Isolation

_START_S = 10  # of a fresh Python with NEURON, on a busy machine
_CHUNK_BYTES = 1 << 16
_BEGUN = {"begun": True}
_CHECKED = Item("mechanism", "mechanism", of="SUFFIX", mechanism="checked")


def run(
    text: str,
    task: Task,
    spec: Spec,
    source: str,
    parameter_sets: Sequence[Mapping[str, float]],
    kept_by: Isolation,
    limits: Limits,
    wall_s: float | None = None,
) -> list[dict[str, Any]]:
    """What a mechanism gives under a protocol, for each set of parameters.

    Args:
        text: What was handed in, as `autograder.handin.form` lets it pass.
        task: The task it was handed in for.
        spec: The assignment's.
        source: The protocol, which gets the mechanism's name; see `autograder.handin.protocol`.
        parameter_sets: The sets, one run each.
        kept_by: How the sandbox is made.
        limits: Of time, memory and files.
        wall_s: Wall time in s that is left for it, beside what a process may take to start; by default that
            of the limits.

    Returns:
        For each set `parameters`, and `values` or `error`.

    Raises:
        SandboxError: If this machine gives no sandbox, or can compile no mechanism at all: never the
            student's fault.
    """
    sets = [dict(values) for values in parameter_sets]
    left_s = limits.wall_s if wall_s is None else wall_s
    if left_s <= 0:
        return [{"parameters": values, "error": "the time for all mechanisms is used up"} for values in sets]
    request = {"text": text, "source": source, "parameter_sets": sets, "units": spec.units}
    said, ended_by = _ask(request, kept_by, limits, left_s)
    fault = _fault(said, ended_by)
    if fault:
        require_compiler(kept_by, limits)
        return [{"parameters": values, "error": fault} for values in sets]
    answers = [_outcome(answer, task, spec, values) for answer, values in zip(said[2:], sets, strict=False)]
    nothing = {"error": ended_by or "it ended the process that ran it"}
    answers += [nothing] * (len(sets) - len(answers))
    return [{"parameters": values} | answer for values, answer in zip(sets, answers, strict=True)]


@functools.cache
def require_compiler(kept_by: Isolation, limits: Limits) -> None:
    """Make sure that a mechanism which does nothing can be compiled in a sandbox here.

    Raises:
        SandboxError: If it cannot; the message says what is missing.
    """
    request = {"text": form.placeholder(_CHECKED), "source": "", "parameter_sets": [], "units": {}}
    if fault := _fault(*_ask(request, kept_by, limits, limits.wall_s)):
        raise SandboxError(f"no mechanism can be compiled on this machine, whoever wrote it ({fault})")


def _fault(said: list[Any], ended_by: str) -> str:
    """A clause that says why a text could not be compiled; empty if it could."""
    if len(said) < 2 or not isinstance(said[1], dict):
        return ended_by or "it ended the process that compiled it"
    fault = said[1].get("fault")
    if fault == "":
        return ""
    fault = str(fault)
    place = "," if re.match(r"line \d+: ", fault) else ":"
    return f"it does not compile{place} {untrusted.writable(fault)[:400]}"


def _outcome(answer: Any, task: Task, spec: Spec, values: Mapping[str, float]) -> dict[str, Any]:
    """What one set gave, checked as everything that comes out of a student's process."""
    known = {"format": 1, "assignment": spec.assignment, "task": task.name, "student": ""}
    known |= {"parameters": values, "protocol": True, "index": 0, "values": {}}
    if not isinstance(answer, dict) or set(answer) not in ({"values"}, {"error"}):
        return {"error": "it gave no data"}
    try:
        run = untrusted.protocol_run(known | answer, spec)
    except untrusted.UntrustedError as error:
        return {"error": str(error)}
    return {name: run[name] for name in ("values", "error") if name in run}


def _ask(request: dict[str, Any], kept_by: Isolation, limits: Limits, wall_s: float) -> tuple[list[Any], str]:
    """The answers that came, and why no more did, as a clause ("" where it ended by itself).

    Raises:
        SandboxError: If nothing began: the text was not looked at then.
    """
    request = request | {"compile_s": limits.compile_s, "run_s": limits.run_s}
    runs_s = len(request["parameter_sets"]) * (limits.run_s + _START_S)
    seconds = limits.start_s + min(limits.compile_s + runs_s, wall_s)
    files = {REQUEST: json.dumps(request).encode()}
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as answers, contextlib.ExitStack() as stack:
        command = [sys.executable, "-c", COMMAND]
        try:
            box = stack.enter_context(open_sandbox(kept_by, command, files, limits, output=writing))
        finally:
            os.close(writing)
        data = _read(answers.fileno(), box, seconds, limits.flood_bytes)
        ended_by, last_words = f"it {box.ended_by}" if box.ended_by else "", box.last_words
    said = [_loaded(line) for line in data.split(b"\n")[:-1]]
    if said[:1] != [_BEGUN]:
        raise SandboxError(f"no mechanism can be tried on this machine ({ended_by or last_words})")
    return said, ended_by


def _read(answers: int, box: Sandbox, seconds: float, most: int) -> bytes:
    """All that comes until the process ends; one that takes too long or says too much is ended."""
    data, until = bytearray(), time.monotonic() + seconds
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([answers], [], [], left)[0]:
            box.end(f"took longer than {seconds:g} s")
            return bytes(data)
        chunk = os.read(answers, _CHUNK_BYTES)
        data += chunk
        if not chunk:
            return bytes(data)
        if len(data) > most:
            box.end("gave more than can be taken")
            return bytes(data)


def _loaded(line: bytes) -> Any:
    """One answer; what is not sound is none."""
    try:
        return untrusted.loads(line)
    except untrusted.UntrustedError as error:
        return {"error": str(error)}
