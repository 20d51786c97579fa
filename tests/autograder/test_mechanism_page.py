# SPDX-License-Identifier: BSD-3-Clause
"""Does the task on the instructors' page work, and are its sentences and limits those that hold?"""

import json

import pytest

from autograder.authoring import derive
from autograder.handin import form, mechanism_file, parameters, spec
from autograder.rubric import load, verdict
from autograder.sandbox import isolation, mechanism_run
from autograder.sandbox.limits import Limits
from tests.autograder.mechanisms import RIGHT, TASK, beginning_with
from tests.conftest import ROOT, require_tool

PAGE = (ROOT / "book/instructors/assignment.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## A task that hands in a mechanism\n")[2].partition("\n## ")[0]
TAU = {"name": "tau", "unit": "ms", "values": [2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9], "practice": 1}


def block(language, holds):
    """The section's only block that holds these words."""
    (found,) = (one for one in SECTION.split(f"```{language}\n")[1:] if holds in one.partition("```")[0])
    return found.partition("```")[0]


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """The page's task, derived: a function from a text to the verdict on it, after runs in the sandbox."""
    require_tool("bwrap")
    folder = tmp_path_factory.mktemp("decay")
    tasks = json.loads("{" + block("json", "POINT_PROCESS") + "}")
    public = {"format": 1, "assignment": "decay", "key": "k", "parameters": [TAU], "tasks": tasks}
    source = block("python", "def run(name, p)")
    (folder / "rubric.py").write_text(block("python", "def decay"))
    (folder / "protocol_synapse.py").write_text(source)
    (folder / "spec.json").write_text(json.dumps(public))
    loaded = load(folder)
    tolerances = verdict.Tolerances.read(json.dumps(derive.acceptance(loaded)))
    bench, own = verdict.Bench(loaded, public), parameters.own(public, "ada")
    kept_by, parsed = isolation.find_isolation("bubblewrap"), spec.parse(public)

    def told(text):
        task = loaded.tasks["synapse"]
        values = form.check(parsed.tasks["synapse"], {"mechanism": text})
        sets = list(task.parameter_sets(own, public).values())
        runs = mechanism_run.run(text, parsed.tasks["synapse"], parsed, source, sets, kept_by, Limits())
        handed = {"task": "synapse", "student": "ada", "parameters": own, "values": values}
        request = {"spec": public, "student": "ada", "handins": {"synapse": handed}}
        return verdict.judge(loaded, tolerances, bench, request | {"protocols": {"synapse": runs}})

    return lambda text: told(text)["verdicts"][0]


def test_does_the_pages_task_pass_what_is_right(judged):
    told = judged(RIGHT)
    assert (told["points"], told["max_points"], told["mistakes"], told["note"]) == (4, 4, [], "")


def test_does_the_pages_task_name_its_mistake(judged):
    told = judged(RIGHT.replace("-g / tau", "-2 * g / tau"))
    assert told["points"] == 0
    assert [one["names"] for one in told["mistakes"]] == [["half"]]


TEXTS = {
    "`VERBATIM`": beginning_with("VERBATIM"),
    "`INCLUDE`": RIGHT + 'INCLUDE "x.inc"',
    "`POINTER`, `BBCOREPOINTER`": RIGHT.replace("RANGE", "BBCOREPOINTER q RANGE"),
    "`EXTERNAL`": RIGHT.replace("RANGE", "EXTERNAL q RANGE"),
    "`FUNCTION_TABLE`": RIGHT + "FUNCTION_TABLE f(v (mV))",
    "`CONSTRUCTOR`": RIGHT + "CONSTRUCTOR { }",
    "`DESTRUCTOR`": RIGHT + "DESTRUCTOR { }",
    '`fprintf(stdout, "...")`': beginning_with('fprintf(stdout, "...")'),
    "a variable `pointers`": RIGHT.replace("other", "pointers"),
    "another name or kind": RIGHT.replace("Decay", "Fade"),
    "a second mechanism": RIGHT + RIGHT.replace("Decay", "Fade"),
    "`é`, even in a comment": RIGHT + ": é",
}


def test_are_the_sentences_on_the_page_those_that_are_said():
    table = SECTION.partition("| in the text |")[2].partition("\n\n")[0]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()[2:]]
    assert [words for words, _ in rows] == list(TEXTS)
    for words, sentence in rows:
        with pytest.raises(form.FormError) as caught:
            form.check(TASK, {"mechanism": TEXTS[words]})
        assert str(caught.value).partition(": ")[2] == sentence.replace("`", "")
    refused = " ".join(words for words, _ in rows)
    assert all(f"`{word}`" in refused for word in mechanism_file._REFUSED)


def test_are_the_limits_on_the_page_those_that_hold():
    limits, most = Limits(), f"{mechanism_file.MAX_BYTES:,}"
    for words in (
        f'| the text | {most} characters | "at most {most} are taken',
        f'| compiling it | {limits.compile_s:g} s | "it takes longer than {limits.compile_s:g} s',
        f'| one run of the protocol | {limits.run_s:g} s | "it did not end within {limits.run_s:g} s',
        f"| all mechanisms of a notebook | {limits.wall_s:g} s |",
    ):
        assert words in SECTION
