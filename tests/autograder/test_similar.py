# SPDX-License-Identifier: BSD-3-Clause
"""Copied code is found in disguise; honest work stays below the threshold."""

import random

import nbformat
import pytest

from autograder.pages import similar
from tests.autograder.mechanisms import RIGHT


@pytest.fixture(scope="module")
def release(sample_course):
    return nbformat.read(sample_course.release("squid-axon") / "squid-axon.ipynb", as_version=4)


@pytest.fixture(scope="module")
def student(release, sample_class_module, sample_course):
    """`student(name)`: the notebook of one student of the sample class."""
    solution = sample_class_module.solution_answers(sample_course.solution("squid-axon") / "squid-axon.py")

    def make(name: str):
        notebook = nbformat.from_dict(release)
        sample_class_module.answer(notebook, sample_class_module.STUDENTS / f"{name}.py", solution)
        return notebook

    return make


def disguised(notebook, seed: int = 0):
    """The same work with other names and numbers, comments, blank lines, and answer cells in other words."""
    chance, copy = random.Random(seed), nbformat.from_dict(notebook)
    for cell in copy.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            lines = (
                cell.source.replace("axon", "fibre")
                .replace("amp", "strength")
                .replace("0.", "00.")
                .splitlines()
            )
            cell.source = "\n".join(line + chance.choice(["", "  # my own", "\n"]) for line in lines)
    return copy


def test_do_two_who_worked_apart_stay_far_below_the_threshold(release, student):
    made = {"ada": student("ada"), "bert": student("bert")}
    given = similar.fingerprints(cell.source for cell in release.cells if cell.cell_type == "code")
    one, other = (similar.fingerprints(similar._answers(book)) - given for book in made.values())
    assert len(one & other) / min(len(one), len(other)) < similar.RATIO / 3
    assert similar.alike_code(made, release) == []


def test_is_a_copy_found_in_disguise(release, student):
    made = {"ada": student("ada"), "bert": student("bert"), "mallory": disguised(student("ada"))}
    (pair,) = similar.alike_code(made, release)
    assert (pair.one, pair.other) == ("ada", "mallory")
    assert pair.ratio > 0.9


def test_is_what_many_hand_in_no_evidence(release, student):
    made = {f"student {i}": disguised(student("ada"), i) for i in range(similar.COMMON + 1)}
    assert similar.alike_code(made, release) == []


def test_is_an_empty_or_broken_answer_like_no_other(release):
    broken = nbformat.from_dict(release)
    for cell in broken.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = "def (:"
    assert similar.alike_code({"a": release, "b": release, "c": broken, "d": broken}, release) == []


def test_is_a_copied_mechanism_found_in_disguise_and_one_written_apart_not(release):
    """Mechanisms stand in the notebook as texts, which for other code do not count."""
    made = {}
    for name, text in (("ada", RIGHT), ("mallory", RIGHT.replace("tau", "slowness").replace(" e", " rest"))):
        made[name] = f'# mine\nMOD = """{text}"""'
    apart = (
        RIGHT[: RIGHT.index("UNITS")]
        + """
PARAMETER { tau = 1 (ms)  e = 0 (mV) }
UNITS { (nA) = (nanoamp)  (mV) = (millivolt)  (uS) = (microsiemens) }
STATE { a (uS) }
ASSIGNED { i (nA)  v (mV)  g (uS) }
NET_RECEIVE(w (uS)) { a = a + w }
DERIVATIVE decay { a' = -(1 / tau) * a }
BREAKPOINT { SOLVE decay METHOD derivimplicit
    g = a
    i = (v - e) * g }
INITIAL { a = 0  g = 0 }
"""
    )
    ada, mallory, bert = (similar.fingerprints([source]) for source in (*made.values(), f'X = """{apart}"""'))
    assert len(ada & mallory) > similar.SHARED and len(ada & mallory) > 0.9 * min(len(ada), len(mallory))
    assert len(ada & bert) < similar.RATIO * min(len(ada), len(bert))
    assert similar.fingerprints([f"%%writefile decay.mod\n{RIGHT}"]) & ada


def judged(student, diam, values):
    plots = [{"student": {"t": list(range(len(values))), "v": values}}]
    return {"student": student, "result": {"parameters": {"diam": diam}, "verdicts": [{"plots": plots}]}}


def test_is_the_same_trace_for_other_parameters_named_and_for_the_same_not():
    trace = [0.1 * i * i for i in range(50)]
    marks = [judged("ada", 70, trace), judged("bob", 85, trace), judged("cleo", 70, trace)]
    found = {(pair.one, pair.other) for pair in similar.alike_data(marks)}
    assert found == {("ada", "bob"), ("bob", "cleo")}
    flat = [judged("ada", 70, [-65.0] * 50), judged("bob", 85, [-65.0] * 50)]
    assert similar.alike_data(flat) == [], "rest looks the same for everyone"
