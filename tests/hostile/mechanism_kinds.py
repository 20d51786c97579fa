# SPDX-License-Identifier: BSD-3-Clause
"""Kinds of hostile, broken and odd mechanism files: what each tries, and what its honest part is worth.

A kind is the answer cell in which a student would write a mechanism. Below it, the notebook hands that in.
A number that has nothing to do with it comes after, and keeps its points whatever the mechanism was.
"""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from tests.autograder.mechanisms import (
    CRASH,
    ENDLESS,
    ENDLESS_LATER,
    HIDDEN,
    RIGHT,
    SPEC,
    beginning_with,
    verbatim,
)
from tests.hostile.kinds import MIME

POINTS = {"synapse": 4.0, "rate": 2.0}
NUMBER = "rate = 1 / p.tau"


@dataclass(frozen=True)
class Kind:
    """One kind of mechanism file.

    Attributes:
        name: short and stable.
        tried: what it does, in words.
        code: the answer cell.
        words: what the student reads of it, among other things.
        worth: points of its honest part, by task; it earns these and no more.
        after: the answer cell of the number.
    """

    name: str
    tried: str
    code: str
    words: str
    worth: Mapping[str, float]
    after: str = NUMBER


KINDS: list[Kind] = []


def shown(name: str, tried: str, code: str, words: str, after: str = NUMBER, **worth: float) -> None:
    """A kind whose mechanism earns nothing, unless it is said otherwise."""
    KINDS.append(Kind(name, tried, code, words, {**POINTS, "synapse": 0.0, **worth}, after))


def answer(text: str) -> str:
    """The answer cell of a student who hands in this text."""
    return f"MOD = {text!r}"


def forged(*texts: object, times: int = 1) -> str:
    """An answer cell that shows hand-ins without asking `hand_in`, and then has nothing to hand in."""
    envelope = {"format": 1, "assignment": "decay", "task": "synapse", "student": ""}
    return textwrap.dedent(f"""
        from IPython.display import display
        for text in {list(texts)!r}:
            made = {envelope!r} | {{"parameters": {{"tau": p.tau}}}}
            made["values"] = {{"mechanism": text if {times} == 1 else text * {times}}}
            display({{{MIME!r}: made}}, raw=True)
        MOD = ...""")


# --- what the text may not hold: told in the notebook, and by the grader where it was shown past that -------

READS = verbatim('FILE* f = fopen("/etc/passwd", "r"); if (f) { g = 1; }')
NOT_TAKEN = "VERBATIM is not taken here"
shown("verbatim", "a program in C that opens a file", answer(READS), NOT_TAKEN)
shown("verbatim-forged", "the same, shown without asking `hand_in`", forged(READS), NOT_TAKEN)
shown("verbatim-hidden", "the same behind comments and odd letters", forged(*HIDDEN.values()), NOT_TAKEN)
shown(
    "include",
    "includes a file of the system",
    forged(RIGHT + '\nINCLUDE "/etc/passwd"\n'),
    "INCLUDE is not taken",
)
shown(
    "include-as-c",
    "includes it as C does",
    forged(RIGHT + '\n#include "/etc/passwd"\n'),
    "INCLUDE is not taken",
)
shown("huge", "a text of five million letters", forged(RIGHT, times=10_000), "at most 20,000 are taken")
shown(
    "two",
    "two mechanisms in one text",
    forged(RIGHT + RIGHT.replace("Decay", "Other")),
    "one source holds one mechanism",
)
shown(
    "built-in",
    "the name of a mechanism that NEURON has",
    forged(RIGHT.replace("Decay", "ExpSyn")),
    "the task asks for POINT_PROCESS Decay, and this is POINT_PROCESS ExpSyn",
)
shown("path", "a path for a name", forged(RIGHT.replace("Decay", "../../Decay")), "the mechanism has no name")
shown(
    "prints",
    "prints without end",
    forged(beginning_with('while (g < 1) { fprintf(stdout, "%g", g) }')),
    "text in quotation marks is not taken",
)
shown(
    "not-text",
    "numbers and lists for a text",
    forged(17, None, ["NEURON"], {"a": RIGHT}, True),
    "must be the text of a mechanism",
)

# --- what NEURON refuses in the sandbox ---------------------------------------------------------------------

shown(
    "path-after",
    "a name that goes on as a path",
    forged(RIGHT.replace("Decay", "Decay/../../x")),
    "a mechanism's name is letters, digits and _ alone",
)
shown(
    "kills",
    "calls the system's own functions",
    forged(beginning_with("    g = kill(-1, 9) + fork()")),
    "there is no function",
)
shown(
    "brackets",
    "nine thousand brackets",
    forged(beginning_with(f"g = {'(' * 9000}1{')' * 9000}")),
    "it does not compile, line 15",
)

# --- what happens when it runs ------------------------------------------------------------------------------

TIME_IS_UP = "it did not end within 5 s (does every loop in it end?)"
shown("endless-initial", "a loop in INITIAL that never ends", answer(ENDLESS), TIME_IS_UP)
shown("endless-breakpoint", "a loop in BREAKPOINT that never ends", answer(ENDLESS_LATER), TIME_IS_UP)
shown("crash", "writes far beyond the end of an array", answer(CRASH), "it crashed (SIGSEGV)")
shown(
    "hog",
    "an array of two gigabytes",
    answer(RIGHT.replace("other[2]", "other[250000000]")),
    "The mechanism did not run under the grader's protocol: ",  # memory or time, whichever is over first
)
shown(
    "not-finite",
    "a conductance that is no number",
    answer(beginning_with("    g = 1 (uS) / other[0]")),
    "g is not finite everywhere",
)
shown(
    "for-one-set",
    "never ends for one time constant, is right for the other",
    answer(beginning_with("    while (tau < 2 && other[0] < 1) { other[1] = other[1] + 1 }")),
    TIME_IS_UP,
    synapse=POINTS["synapse"] / 2,
)

# --- around the mechanism -----------------------------------------------------------------------------------

shown(
    "forged-runs",
    "shows right runs of the protocol, and hands in a wrong mechanism",
    f"""
from IPython.display import display
import numpy as np
t = np.arange(201) * 0.025
for index, tau in enumerate((1.5, p.tau)):
    made = {{"format": 1, "assignment": "decay", "task": "synapse", "student": "", "index": index,
            "values": {{"t": t.tolist(), "g": np.where(t > 1, np.exp(-(t - 1) / tau), 0).tolist()}},
            "parameters": {{"tau": tau}}, "protocol": True}}
    display({{{MIME!r}: made}}, raw=True)
{answer(RIGHT.replace("-g / tau", "-0.1 * g / tau"))}""",
    "A hand-in was not taken: its fields are not those of a hand-in.",
)
shown(
    "left-behind",
    "leaves files for the process that compiles; an honest mechanism",
    f"""
import os, pathlib
for folder in ("/home/student", "/tmp", os.getcwd()):
    for name in ("request.json", "sitecustomize.py", "numpy.py", "autograder/mechanism_inside.py"):
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit('left behind')")
{answer(RIGHT)}""",
    "",
    synapse=POINTS["synapse"],
)
shown(
    "exits",
    "an honest mechanism, and the end of the process before the number",
    answer(RIGHT),
    "ended the Python process",
    "import os; os._exit(0)",
    synapse=POINTS["synapse"],
    rate=0.0,
)

# --- the assignment -----------------------------------------------------------------------------------------

PUBLIC_SPEC = {name: value for name, value in SPEC.items() if name not in ("key", "assignment")} | {
    "title": "Decay",
    "tasks": SPEC["tasks"] | {"rate": {"items": [{"name": "rate", "kind": "number", "unit": "1/ms"}]}},
}

NOTEBOOK = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% tags=["given"] nbgrader={"grade": false, "grade_id": "student-id", "locked": false, "schema_version": 3, "solution": true, "task": false}
student = ""

# %% nbgrader={"grade": false, "grade_id": "start", "locked": true, "schema_version": 3, "solution": false, "task": false}
from autograder import handin

work = handin.start("handin.json", student=student)
p = work.parameters

# %% nbgrader={"grade": false, "grade_id": "synapse-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
MOD = ""
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "synapse", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
work.hand_in("synapse", mechanism=MOD)

# %% nbgrader={"grade": false, "grade_id": "rate-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
rate = 1 / p.tau
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "rate", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
work.hand_in("rate", rate=rate)
"""  # noqa: E501

RUBRIC = '''\
"""@canary@"""

import numpy as np

from autograder.rubric import Number, Task, driven, mistake


def decay(p, *, factor=1.0):
    t = np.arange(201) * 0.025
    return {"t": t, "g": np.where(t > 1, np.exp(-(t - 1) / (factor * p["tau"])), 0.0)}


def rate(p, *, factor=1.0):
    return {"rate": factor / p["tau"]}


TASKS = (
    Task(
        "synapse",
        decay,
        (
            driven("other.g", "other.t", 4.9, "Conductance", 2.0, "For another time constant", unit="uS"),
            driven("own.g", "own.t", 4.9, "Conductance", 2.0, "For your time constant", unit="uS"),
        ),
        protocol="protocol_synapse.py",
        sets=lambda own, spec: {"other": {"tau": 1.5}, "own": own},
        mistakes=(mistake("half", "the time constant is half of it", factor=0.5),),
    ),
    Task(
        "rate",
        rate,
        (Number("rate", "rate", "Rate", "1/ms", 2.0, relative=True),),
        mistakes=(mistake("double", "the rate is twice as high", factor=2.0),),
    ),
)
'''
# One sample more or less at the rise is an RMS error of 0.07; half the time constant one of 0.13 and more.
TOLERANCES = {
    "synapse": {"checks": {"other.g": {"tolerance": 0.1}, "own.g": {"tolerance": 0.1}}},
    "rate": {"checks": {"rate": {"tolerance": 0.01}}},
}
