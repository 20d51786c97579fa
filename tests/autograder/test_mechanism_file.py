# SPDX-License-Identifier: BSD-3-Clause
"""Is the text of a mechanism taken when it may be, and else refused by its line, before anything is run?"""

import json
import time
from pathlib import Path

import pytest

from autograder import handin
from autograder.handin import form, mechanism_file, spec, untrusted
from mechanisms import MechanismError, workbench
from tests.autograder.mechanisms import HIDDEN, ITEM, PARSED, RIGHT, SPEC, TASK, beginning_with, verbatim


def refusal(text):
    """The sentence with which a text is refused."""
    with pytest.raises(form.FormError) as caught:
        form.check(TASK, {"mechanism": text})
    return str(caught.value)


def test_is_a_sound_text_taken_as_it_is():
    assert form.check(TASK, {"mechanism": RIGHT}) == {"mechanism": RIGHT}
    assert form.check(TASK, {"mechanism": RIGHT.replace("\n", "\r\n")}) == {"mechanism": RIGHT}


def test_is_a_file_read(tmp_path):
    (tmp_path / "decay.mod").write_text(RIGHT)
    assert form.check(TASK, {"mechanism": tmp_path / "decay.mod"}) == {"mechanism": RIGHT}
    assert "No such file" in refusal(tmp_path / "missing.mod")
    assert refusal("decay.mod") == "mechanism is the name of a file: hand in its text, or Path('decay.mod')"


def test_is_a_placeholder_of_the_right_form():
    assert form.check(TASK, {"mechanism": form.placeholder(ITEM)})
    assert form.placeholder(spec.Item("build", "function")) == "function"


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_is_another_language_refused_however_it_is_hidden(text):
    said = refusal(text)
    assert "VERBATIM is not taken here" in said or "a character that cannot be seen" in said


def test_does_nothing_that_was_hidden_in_a_comment_get_compiled():
    text = RIGHT + "COMMENT\nVERBATIM\nint a;\nENDVERBATIM\nENDCOMMENT\n: INCLUDE\n"
    (taken,) = form.check(TASK, {"mechanism": text}).values()
    compiled = mechanism_file.compiled_text(taken)
    assert "VERBATIM" not in compiled and "INCLUDE" not in compiled and "int a" not in compiled
    assert len(compiled.splitlines()) == len(text.splitlines())
    assert "i = g * (v - e)" in compiled and "a current" not in compiled


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RIGHT + 'INCLUDE "/etc/passwd"\n', "line 23: INCLUDE is not taken here"),
        (RIGHT + "#include </etc/passwd>\n", "line 23: INCLUDE is not taken here"),
        (RIGHT.replace("RANGE", "BBCOREPOINTER q\n    RANGE"), "line 8: POINTER is not taken here"),
        (RIGHT.replace("RANGE", "EXTERNAL celsius\n    RANGE"), "line 8: EXTERNAL is not taken here"),
        (RIGHT.replace("other", "included"), "line 12: INCLUDE is not taken here, not as a part of included"),
        (RIGHT.replace("= 0 (mV)", "=\xa00 (mV)"), "line 11: a character that cannot be seen ('\\xa0')"),
        (RIGHT + "CONSTRUCTOR { }\n", "line 23: CONSTRUCTOR is not taken here"),
        (beginning_with('    printf("%g", g)'), "line 16: text in quotation marks is not taken"),
        (RIGHT + RIGHT.replace("Decay", "Other"), "one source holds one mechanism"),
        (RIGHT.replace("Decay", "ExpSyn"), "line 6: the task asks for POINT_PROCESS Decay, and this is"),
        (RIGHT.replace("Decay", "../../Decay"), "has no name"),
        (RIGHT.replace("POINT_PROCESS", "SUFFIX"), "and this is SUFFIX Decay"),
        (RIGHT + ":" * 20_000, "at most 20,000 are taken"),
        (RIGHT.replace("current", "cürrent"), "'ü' is no letter of NMODL"),
        ("", "mechanism is still empty: write the mechanism's text there"),
        ("\n: later\n", "has no name"),
        (17, "must be the text of a mechanism"),
        (b"NEURON", "must be the text of a mechanism"),
        (["NEURON"], "must be the text of a mechanism"),
    ],
)
def test_is_a_text_that_is_not_what_the_task_asks_for_refused_in_words(text, words):
    assert words in refusal(text)


@pytest.mark.parametrize(
    "text",
    ["\n" * 19_999, "COMMENT\n" * 2_400, "COMMENT\nENDCOMMENT\n" * 1_000, "TITLE\n" * 3_000, ":" * 19_999],
    ids=["lines", "comments never ended", "comments", "titles", "colons"],
)
def test_does_reading_a_text_that_was_made_to_be_slow_take_no_time(text):
    started = time.process_time()
    refusal(text)
    assert time.process_time() - started < 1  # a search that goes back at each line takes ten times as long


def payload(**changes):
    """A hand-in as it travels."""
    made = {"format": 1, "assignment": "decay", "task": "synapse", "student": "ada"}
    return made | {"parameters": {"tau": 3}, "values": {"mechanism": RIGHT}} | changes


def test_is_what_travelled_checked_again():
    assert untrusted.handin(payload(), PARSED)["values"] == {"mechanism": RIGHT}
    with pytest.raises(untrusted.UntrustedError, match="VERBATIM is not taken here"):
        untrusted.handin(payload(values={"mechanism": verbatim("int a;")}), PARSED)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"of": "ARTIFICIAL_CELL"}, '"of" in entry 1 of the task "synapse" must be SUFFIX or POINT_PROCESS'),
        ({"mechanism": "../x"}, "must be a name of letters"),
        ({"mechanism": ""}, "must be a name of letters"),
    ],
)
def test_is_a_slip_in_the_spec_told(change, words):
    item = SPEC["tasks"]["synapse"]["items"][0] | change
    with pytest.raises(spec.SpecError, match=words.replace("(", r"\(")):
        spec.parse({**SPEC, "tasks": {"synapse": {"items": [item]}}})


def test_does_a_mechanism_stand_alone_in_its_task():
    items = [*SPEC["tasks"]["synapse"]["items"], {"name": "g", "kind": "number"}]
    with pytest.raises(spec.SpecError, match="must be all that is handed in"):
        spec.parse({**SPEC, "tasks": {"synapse": {"items": items}}})


# --- in the notebook ----------------------------------------------------------------------------------------


def start(folder: Path, student: str):
    (folder / "handin.json").write_text(json.dumps(SPEC))
    return handin.start(folder / "handin.json", student=student)


def test_does_a_mechanism_travel_as_its_text(tmp_path, shown):
    start(tmp_path, "ada").hand_in("synapse", mechanism=RIGHT)
    assert shown[0][handin.MIME]["values"] == {"mechanism": RIGHT}
    assert shown[0]["text/plain"] == 'Handed in "synapse": mechanism (POINT_PROCESS Decay, 22 lines)'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RIGHT.replace("-g / tau", "-g ** tau"), "mechanism, line 21: NMODL writes a power as ^"),
        (RIGHT.replace("-g / tau", "-g"), "mechanism, line 21: the units of the two sides"),
        (beginning_with("    quit(0)"), "mechanism, line 16: there is no function quit"),
        (RIGHT.replace("Decay", "Decay/../x"), "mechanism, line 6: a mechanism's name is letters"),
    ],
)
def test_is_a_mistake_of_form_told_at_once_by_its_line(tmp_path, shown, text, words):
    with pytest.raises(handin.HandInError) as caught:
        start(tmp_path, "ada").hand_in("synapse", mechanism=text)
    assert str(caught.value).startswith(words)
    assert shown == []


def test_does_practice_try_it(tmp_path, shown):
    start(tmp_path, "").hand_in("synapse", mechanism=RIGHT)
    assert shown[0]["text/plain"].endswith("\nmechanism: it compiles and runs; practice cannot say more")


def test_does_practice_say_what_stops_it(tmp_path, shown):
    start(tmp_path, "").hand_in("synapse", mechanism=beginning_with("    g = 1 (uS) / other[0]"))
    assert "mechanism: not yet: " in shown[0]["text/plain"]
    assert "not finite" in shown[0]["text/plain"]


def test_is_a_machine_without_a_compiler_no_fault_of_the_students(tmp_path, shown, monkeypatch):
    def write(text):
        raise MechanismError("NEURON cannot compile without g++")

    monkeypatch.setattr(workbench, "write", write)
    start(tmp_path, "").hand_in("synapse", mechanism=RIGHT)
    assert "the form is right; it could not be tried here" in shown[0]["text/plain"]
