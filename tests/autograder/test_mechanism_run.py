# SPDX-License-Identifier: BSD-3-Clause
"""Does a handed-in mechanism run where it can do no harm, and does what it gives come back checked?

Some texts here hold a program in another language, which no hand-in may: what the sandbox is for shows
without the rules that stand before it.
"""

import json
import re
import time
from types import SimpleNamespace

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grading.check import check
from autograder.sandbox import isolation, mechanism_run, runner
from autograder.sandbox.limits import Limits
from tests.autograder import mechanisms
from tests.autograder.mechanisms import PROTOCOL, RIGHT, SPEC, verbatim
from tests.conftest import require_tool

SHORT = Limits(run_s=4, compile_s=30, processes=48, memory_bytes=1_000_000_000, flood_bytes=4_000_000)
OWN, OTHER = {"tau": 5}, {"tau": 2.5}


@pytest.fixture(scope="module")
def kept_by():
    require_tool("bwrap")
    return isolation.find_isolation("bubblewrap")


@pytest.fixture
def run(kept_by):
    """A function that runs a text under the protocol, by default for one set of parameters."""

    def made(text, *sets):
        sets = sets or (OWN,)
        return mechanism_run.run(text, mechanisms.TASK, mechanisms.PARSED, PROTOCOL, sets, kept_by, SHORT)

    return made


def error(runs):
    """Why the only run gave nothing."""
    (one,) = runs
    assert set(one) == {"parameters", "error"}, one
    return one["error"]


def assert_decays(one, parameters):
    """One run gave the closed form of its own parameters."""
    assert one["parameters"] == parameters
    t, g = (np.array(one["values"][name]) for name in ("t", "g"))
    exact = np.where(t > 1, np.exp(-(t - 1) / parameters["tau"]), 0)
    # cnexp is exact here; the event is at most one step of 0.025 ms away from its time
    assert np.abs(g - exact)[np.abs(t - 1) > 0.03].max() < 0.0251 / parameters["tau"]


def test_is_a_text_that_does_not_compile_told_by_its_line(run):
    assert error(run(RIGHT.replace("-g / tau", "-g ** tau"))) == (
        "it does not compile, line 21: NMODL writes a power as ^, not as **"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RIGHT.replace("g, tau, e", "g, e"), "it has no variable tau, or does not name it in RANGE (Lookup"),
        (RIGHT.replace("g", "gsyn"), "it has no variable g, or does not name it in RANGE (Attribute"),
        (RIGHT.partition("NET_RECEIVE")[0], "so can an event, for it has no NET_RECEIVE block"),
    ],
    ids=["not in RANGE", "another name", "no NET_RECEIVE"],
)
def test_is_what_the_protocol_misses_told(run, text, words):
    assert words in error(run(text))


WITHOUT_MAKE = """
import shutil
which = shutil.which
shutil.which = lambda name, **more: None if name == "make" else which(name, **more)
"""


def test_is_a_machine_without_a_compiler_no_fault_of_the_mechanism(run, monkeypatch):
    mechanism_run.require_compiler.cache_clear()
    monkeypatch.setattr(mechanism_run, "COMMAND", WITHOUT_MAKE + mechanism_run.COMMAND)
    with pytest.raises(isolation.SandboxError, match=r"no mechanism can be compiled on this machine.*make"):
        run(RIGHT)


def test_is_a_machine_where_nothing_starts_no_fault_of_the_mechanism(run, monkeypatch):
    monkeypatch.setattr(mechanism_run, "COMMAND", "raise SystemExit('no such library')")
    with pytest.raises(isolation.SandboxError, match="no mechanism can be tried on this machine"):
        run(RIGHT)


ANSWERS = {
    "text": ('{"values": {"g": "<script>"}}', "g must be a finite number"),
    "not finite": ('{"values": {"g": [1, NaN]}}', "it holds NaN"),
    "points": ('{"values": {}, "points": 4}', "it gave no data"),
    "another set": ('{"values": {}, "parameters": {"tau": 9}}', "it gave no data"),
    "not JSON": ("points = 4", "it is not valid JSON"),
    "a list": ("[4]", "it gave no data"),
    "nested": ('{"values": ' + "[" * 99 + "]" * 99 + "}", "it is nested too deeply"),
    "a long word": ('{"error": "' + "x" * 600 + '"}', "error must be a text of at most 500 characters"),
    "too much": ('{"values": {"g": [' + "1," * 3_000_000 + "1]}}", "it gave more than can be taken"),
    "nothing": ("", "it is not valid JSON"),
}


@pytest.mark.parametrize(("line", "words"), ANSWERS.values(), ids=ANSWERS)
def test_is_what_comes_out_of_the_sandbox_read_as_a_strangers(run, monkeypatch, line, words):
    before = '{"begun": true}\n{"fault": ""}\n'
    monkeypatch.setattr(mechanism_run, "COMMAND", f"print({before!r} + {_short(line)})")
    (one,) = run(RIGHT)
    assert one["parameters"] == OWN
    assert one.get("error", "") == words and not one.get("values")


def _short(line):
    """An expression for a line that may be too long for a command."""
    return f"'{line[:18]}' + '1,' * 3_000_000 + '1]}}}}'" if len(line) > 100_000 else repr(line)


# --- native code that is up to something: one text, told by `tau` what to do --------------------------------

PROGRAMS = {
    "nothing": ";",
    "endless": "for (;;) { other[1] = other[1] + 1; }",
    "crash": "other[100000000] = 1;",
    "not finite": "g = 1 / other[0];",
    "flood": 'for (int k = 0; k < 300000; k++) { puts("words, and more words, that nobody is to read"); }',
    "search": """FILE* f = fopen("@secret@", "r"); if (f) { g = 1000; fclose(f); }
        f = fopen("@left@", "w"); if (f) { g = 1000; fclose(f); }
        f = fopen("@module@", "a"); if (f) { g = 1000; fclose(f); }
        if (getenv("PLANTED_SECRET")) { g = 1000; }""",
}
# Each of these ends the sandbox, and with it what would have run later.
GREEDY = {
    "hog": """for (int k = 0; k < 4000; k++) {
        char* a = (char*) malloc(1000000); for (int j = 0; j < 1000000; j += 4096) { a[j] = 1; } }""",
    "multiply": "for (;;) { fork(); }",
}
# A colon would begin a comment of NMODL's; C knows it as \072.
ALL_FOR_NOTHING = {
    "nothing": ";",
    "lie": r"""for (int d = 0; d < 20; d++) {
        char path[64]; snprintf(path, 64, "/proc/%d/fd/%d", getppid(), d);
        FILE* f = fopen(path, "w");
        if (f) { fputs("{\"values\"\072 {\"points\"\072 9, \"g\"\072 \"<script>\"}}\n", f); fclose(f); } }""",
    "kill": "kill(-1, 9);",
    "after the kill": ";",
}


def _attempt_all(programs, kept_by, **words):
    """What each program gave, all of them in one text."""
    chosen = [f"if (tau == {number}) {{ {program} }}" for number, program in enumerate(programs.values(), 1)]
    program = "\n".join(chosen)
    for word, text in words.items():
        program = program.replace(f"@{word}@", str(text))
    names = "\n".join(f"#include <{name}.h>" for name in ("signal", "stdio", "sys/types", "unistd"))
    text = f"VERBATIM\n{names}\nENDVERBATIM\n{verbatim(program)}"
    sets = [{"tau": number} for number in range(1, len(programs) + 1)]
    runs = mechanism_run.run(text, mechanisms.TASK, mechanisms.PARSED, PROTOCOL, sets, kept_by, SHORT)
    return dict(zip(programs, runs, strict=True))


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder that holds a secret, and nothing else."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.txt").write_text("planted")
    return folder


@pytest.fixture(scope="module")
def tried(kept_by, outside):
    """What each program gave."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANTED_SECRET", "planted")
        places = {
            "secret": outside / "secret.txt",
            "left": outside / "left",
            "module": mechanism_run.__file__,
        }
        return _attempt_all(PROGRAMS, kept_by, **places)


def does_its_part(one):
    """Whether a run gave what a mechanism gives that does nothing besides."""
    return "values" in one and 0.9 < max(one["values"]["g"]) <= 1


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("endless", "it did not end within 4 s (does every loop in it end?)"),
        ("crash", "it crashed (SIGSEGV): an index beyond the end of an array can do that"),
        ("not finite", "ValueError: g is not finite everywhere"),
    ],
)
def test_is_what_stops_a_run_told(tried, program, words):
    assert tried[program]["error"].startswith(words)


@pytest.mark.parametrize("program", ["nothing", "flood"])
def test_is_what_a_mechanism_prints_lost_and_the_rest_as_it_should(tried, program):
    assert does_its_part(tried[program]), tried[program]


def test_does_a_mechanism_find_nothing_and_leave_nothing(tried, outside):
    assert does_its_part(tried["search"]), "it ran, and neither read nor wrote a file outside"
    assert [path.name for path in outside.iterdir()] == ["secret.txt"]


@pytest.mark.parametrize("name", GREEDY)
def test_is_what_takes_more_than_its_share_ended(kept_by, name):
    runs = _attempt_all({"nothing": ";", name: GREEDY[name]}, kept_by)
    assert does_its_part(runs["nothing"]), runs["nothing"]
    # on a busy machine its time may be up first
    assert re.match(
        r"it (took more than 1 GB|started more than 48|did not end within 4 s)", runs[name]["error"]
    )


def test_does_what_a_mechanism_does_to_its_runner_harm_itself_alone(kept_by):
    """It writes into its runner's pipe what no run could give, and kills whatever it can."""
    runs = _attempt_all(ALL_FOR_NOTHING, kept_by)
    assert does_its_part(runs["nothing"])
    for one in runs.values():
        assert set(one.get("values", {})) in (set(), {"t", "g"})
        assert all(isinstance(value, list) for value in one.get("values", {}).values())
    assert "error" in runs["kill"] and "error" in runs["after the kill"]


# --- with a notebook ----------------------------------------------------------------------------------------


def notebook(text):
    start = "from autograder import handin\nwork = handin.start('handin.json', student='ada')"
    return new_notebook(
        cells=[new_code_cell(start), new_code_cell(f"work.hand_in('synapse', mechanism={text!r})")]
    )


def run_notebook(text, protocols):
    files = {"handin.json": json.dumps(SPEC).encode()}
    return runner.run_notebook(notebook(text), files, spec=SPEC, protocols=protocols, limits=SHORT)


def test_does_a_notebook_bring_back_what_its_mechanism_gives(kept_by):
    picky = RIGHT.replace(
        "    g = 0\n", "    g = 0\n    while (tau < 3 && g < 1) { other[1] = other[1] + 1 }\n"
    )
    ran = run_notebook(picky, {"synapse": runner.Protocol(PROTOCOL, (OTHER, OWN))})
    assert ran.problem is None and ran.remarks == []
    assert ran.handins["synapse"]["values"] == {"mechanism": picky}
    slow, good = ran.protocols["synapse"]
    assert slow == {"parameters": OTHER, "error": "it did not end within 4 s (does every loop in it end?)"}
    assert_decays(good, OWN)


def test_is_nothing_compiled_for_a_notebook_that_hands_in_nothing(kept_by):
    ran = run_notebook(RIGHT + "VERBATIM\nENDVERBATIM\n", {"synapse": runner.Protocol(PROTOCOL, (OWN,))})
    assert ran.handins == {} and ran.protocols == {}
    assert "VERBATIM is not taken here" in ran.problem


def test_do_all_mechanisms_of_a_notebook_share_one_budget_of_time(kept_by, monkeypatch):
    tasks = {name: SPEC["tasks"]["synapse"] for name in ("synapse", "second", "third")}
    made = notebook(RIGHT)
    made.cells += [new_code_cell(f"work.hand_in({name!r}, mechanism={RIGHT!r})") for name in list(tasks)[1:]]
    run, asked = mechanism_run.run, []

    def run_for_long(*arguments):
        *others, left_s = arguments
        asked.append(left_s)
        later = time.monotonic() + SHORT.wall_s * len(asked) * 0.6
        monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: later))
        return run(*others, left_s) if left_s <= 0 else []

    spec = SPEC | {"tasks": tasks}
    protocols = {name: runner.Protocol(PROTOCOL, (OWN,)) for name in tasks}
    files = {"handin.json": json.dumps(spec).encode()}
    monkeypatch.setattr(mechanism_run, "run", run_for_long)
    ran = runner.run_notebook(made, files, spec=spec, protocols=protocols, limits=SHORT)
    assert [left_s > 0 for left_s in asked] == [True, True, False]
    assert error(ran.protocols["third"]) == "the time for all mechanisms is used up"


@pytest.mark.parametrize(
    ("text", "words", "is_complete"),
    [
        (RIGHT, "(synapse): handed in.", True),
        (mechanisms.CRASH, "(synapse): handed in, but it crashed (SIGSEGV)", False),
    ],
    ids=["right", "crash"],
)
def test_does_a_look_before_handing_in_try_the_mechanism(kept_by, tmp_path, text, words, is_complete):
    made = notebook(text)
    for cell, name in zip(made.cells, ("start", "synapse"), strict=True):
        cell.metadata["nbgrader"] = {"grade_id": name, "locked": True, "schema_version": 3, "solution": False}
        cell.metadata["nbgrader"] |= {"grade": name == "synapse", "task": False, "points": 3}
    (tmp_path / "decay.ipynb").write_text(json.dumps(made))
    (tmp_path / "handin.json").write_text(json.dumps(SPEC))
    found = check(tmp_path / "decay.ipynb", limits=SHORT)
    assert words in found.lines[0]
    assert found.is_complete == is_complete
