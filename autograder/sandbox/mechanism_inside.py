# SPDX-License-Identifier: BSD-3-Clause
"""Inside the sandbox: compile one mechanism, and run it under the protocol, each time in a fresh process.

The working folder holds the request; the answers go to standard output, one line of JSON each: that this
process has begun, what is wrong with the text ("" where it compiles), and what each set of parameters gave.
Nobody believes them: a mechanism is native code, and may write what it likes.
"""

import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.handin import mechanism_file, protocol
from mechanisms import MechanismError
from mechanisms.fresh import TimeUp
from mechanisms.workbench import Mechanism, SourceError, write

REQUEST = "request.json"
#: What Python runs in the sandbox.
COMMAND = "from autograder.sandbox import mechanism_inside; mechanism_inside.main()"
_MISSING = re.compile(
    r"(?:LookupError: |AttributeError: '(?:hoc|nrn)\.\w+' object has no attribute )'(?:_ref_)?(\w+)'"
)
_CRASH = re.compile(r"the process crashed \((\w+)\)")


def main() -> None:
    """Answer the request."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    _silence()
    request = json.loads(Path(REQUEST).read_text(encoding="utf-8"))
    os.environ["NEUROSCALES_CACHE"] = str(Path.cwd() / "compiled")  # the course's own is read-only here
    for answer in _answers(request):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _answers(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One after the other, as they come."""
    yield {"begun": True}
    mechanism, fault = _compiled(mechanism_file.compiled_text(request["text"]), request["compile_s"])
    yield {"fault": fault}
    if mechanism is not None:
        for values in request["parameter_sets"]:
            answer = _attempt(mechanism, request, values)
            yield answer if "error" not in answer else {"error": _explained(answer["error"], request["text"])}


def _compiled(text: str, compile_s: float) -> tuple[Mechanism | None, str]:
    """The mechanism, or a clause that says why there is none."""
    try:
        with _at_most(compile_s):
            return write(text, check_units=False), ""
    except SourceError as error:
        return None, f"line {error.line}: {error.sentence}" if error.line else error.sentence
    except TimeoutError:
        return None, f"it takes longer than {compile_s:g} s to compile"
    except (MechanismError, ValueError) as error:
        return None, str(error)


def _attempt(mechanism: Mechanism, request: dict[str, Any], values: dict[str, float]) -> dict[str, Any]:
    """What one set of parameters gave."""
    arguments = (request["source"], mechanism.names, values, request["units"])
    try:
        return mechanism.run(_attempt_quietly, *arguments, timeout_s=request["run_s"])
    except TimeUp:
        return {"error": f"it did not end within {request['run_s']:g} s (does every loop in it end?)"}
    except MechanismError as error:
        return {"error": " ".join(str(error).split())}


def _explained(error: str, text: str) -> str:
    """Why a run gave nothing, with what to look for where Python and NEURON do not say it."""
    if missing := _MISSING.search(error):
        error = f"it has no variable {missing[1]}, or does not name it in RANGE ({error.rstrip('.')})"
    if crash := _CRASH.search(error):
        error = f"it crashed ({crash[1]}): an index beyond the end of an array can do that"
        code = mechanism_file.compiled_text(text)
        if "POINT_PROCESS" in code and "NET_RECEIVE" not in code:
            error += ", and so can an event, for it has no NET_RECEIVE block"
    return error[:500]


def _attempt_quietly(*arguments: Any) -> dict[str, Any]:
    """In the fresh process: what the mechanism prints goes nowhere."""
    _silence()
    return protocol.attempt(*arguments)


def _silence() -> None:
    """Send standard output nowhere, that of native code too."""
    sys.stdout.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block when the time is up; what it started ends with the sandbox."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
