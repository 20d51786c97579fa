# SPDX-License-Identifier: BSD-3-Clause
"""What a worker sends is read like anything else from outside."""

import copy
import json

import pytest

from autograder.grading import marking, parcels
from autograder.handin import parameters
from autograder.sandbox.limits import Limits


@pytest.fixture
def sent(make_class, tools):
    """An assignment, a submission, and the honest answer to it as an object."""
    course = make_class("sent", 0)
    assignment = marking.Assignment.read(course, "circles")
    tools.small.put_in(course, "ada", tools.small.RIGHT)
    submission = marking.Submission.read(course, "circles", "ada")
    own = parameters.own(assignment.spec, "ada")
    check = {"name": "area", "label": "Area", "points": 4.0, "max_points": 4.0, "passed": True, "error": 0.0}
    check |= {"tolerance": 0.01, "handed_in": "12 um2", "sentence": "Area: 12 um2, as in the reference."}
    verdict = {"task": "area", "title": "The area", "points": 4.0, "max_points": 4.0, "status": "judged"}
    verdict |= {"note": "", "checks": [check], "mistakes": [], "plots": []}
    versions = {"rubric": assignment.made_with["rubric"]}
    result = {"parameters": own, "declared": None, "verdicts": [verdict], "versions": versions}
    notebook, _ = marking.rebuild(submission.notebook, assignment.notebook)
    finding = marking.Finding("graded", "", notebook, [], result, "play", {"run": 0.1})
    return assignment, submission, json.loads(parcels.pack_finding(finding))


def unpack(sent, answer):
    assignment, submission, _ = sent
    return parcels.unpack_finding(json.dumps(answer).encode(), assignment, submission, Limits())


def test_is_an_honest_finding_taken(sent):
    finding = unpack(sent, sent[2])
    assert finding.status == "graded"
    assert marking.compose(sent[0], sent[1], finding).mark["points"] == {"area": 4.0, "why": None}


def _set(path, value):
    """A change of one field, deep inside."""

    def change(answer):
        place = answer["finding"]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


_VERDICT = ("result", "verdicts", 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set((*_VERDICT, "points"), 5.0), "out of range"),
        (_set((*_VERDICT, "points"), -1.0), "out of range"),
        (_set((*_VERDICT, "points"), True), "no number"),
        (_set((*_VERDICT, "points"), float("nan")), "NaN"),
        (_set((*_VERDICT, "task"), "other"), "not those of the assignment"),
        (_set((*_VERDICT, "checks", 0, "sentence"), 7), "no str"),
        (_set((*_VERDICT, "note"), "x" * 30_000), "too long"),
        (_set((*_VERDICT, "plots"), [{"label": "v"}]), "lacks"),
        (_set(("result", "parameters"), {"radius": 99}), "not this student's"),
        (_set(("result", "versions"), {"rubric": "0"}), "another rubric"),
        (_set(("result",), None), "disagree"),
        (_set(("status",), "unreadable"), "status"),
        (_set(("outputs",), []), "fit no cells"),
        (_set(("remarks",), "text"), "no list"),
        (_set(("more",), 1), "not those of a finding"),
        (lambda answer: answer.pop("finding"), "no finding"),
    ],
)
def test_is_a_finding_that_is_not_sound_refused(sent, change, said):
    answer = copy.deepcopy(sent[2])
    change(answer)
    with pytest.raises(parcels.ParcelError, match=said):
        unpack(sent, answer)


def test_is_what_a_worker_adds_to_the_notebook_dropped(sent):
    answer = copy.deepcopy(sent[2])
    bad = [
        {"output_type": "display_data", "data": {"text/html": "<script>", "text/plain": "x"}, "metadata": {}},
        {"output_type": "unknown", "data": {}},
    ]
    for pair in answer["finding"]["outputs"]:
        pair[1] = bad
    finding = unpack(sent, answer)
    assert [cell.source for cell in finding.notebook.cells] == [
        cell.source for cell in marking.rebuild(sent[1].notebook, sent[0].notebook)[0].cells
    ]
    code = [cell for cell in finding.notebook.cells if cell.cell_type == "code"]
    assert all([dict(output.data) for output in cell.outputs] == [{"text/plain": "x"}] for cell in code)


def test_can_a_rubric_that_was_sent_be_written_elsewhere(tmp_path):
    with pytest.raises(parcels.ParcelError, match="leads out"):
        parcels._write_folder(tmp_path / "rubric", {"../evil.py": ""})
    assert not (tmp_path / "evil.py").exists()
