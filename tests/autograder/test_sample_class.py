# SPDX-License-Identifier: BSD-3-Clause
"""The sample class: is everyone given what they deserve, and told what is true of their work?"""

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder import report
from autograder.gradebook import standings

FULL = {"threshold": 5.0, "spike": 9.0, "model": 6.0}


def verdicts(mark):
    return {verdict["task"]: verdict for verdict in mark["result"]["verdicts"]}


def names(mark):
    """The named mistakes by task."""
    found = {task: verdict["mistakes"] for task, verdict in verdicts(mark).items()}
    return {task: [name for one in made for name in one["names"]] for task, made in found.items() if made}


@pytest.mark.parametrize("student", ["ada", "bert"])
def test_does_a_right_answer_by_any_road_get_every_point_and_no_mistake_s_name(sample_marks, student):
    assert sample_marks[student]["points"] == FULL
    assert names(sample_marks[student]) == {}
    assert sample_marks[student]["problem"] == ""
    assert sample_marks[student]["remarks"] == []


def test_is_the_radius_in_place_of_the_diameter_named_and_paid_for_where_it_matters(sample_marks):
    cleo = sample_marks["cleo"]
    assert cleo["points"]["threshold"] == 0.0
    assert all(cleo["points"][task] < FULL[task] for task in FULL)
    assert names(cleo)["threshold"] == ["radius-for-diameter"]
    assert names(cleo)["model"] == ["radius-for-diameter"]


def test_is_the_wrong_place_of_recording_named_where_it_shows_and_only_there(sample_marks):
    dora = sample_marks["dora"]
    assert (dora["points"]["threshold"], dora["points"]["model"]) == (5.0, 6.0)
    assert 0.0 < dora["points"]["spike"] < 4.5
    assert names(dora) == {"spike": ["recorded-at-the-far-end"]}


def test_does_another_definition_of_the_half_width_cost_only_the_half_width(sample_marks):
    emil = sample_marks["emil"]
    assert (emil["points"]["threshold"], emil["points"]["model"]) == (5.0, 6.0)
    wrong = [check["name"] for check in verdicts(emil)["spike"]["checks"] if not check["passed"]]
    assert wrong == ["half_width"]
    assert "half-width trough to peak" in names(emil)["spike"]


def test_does_a_crash_in_the_middle_leave_the_other_tasks_their_points(sample_marks):
    fred = sample_marks["fred"]
    assert fred["points"] == {"threshold": 5.0, "spike": 0.0, "model": 6.0}
    assert "spike-answer" in fred["problem"] and "NameError" in fred["problem"]
    assert verdicts(fred)["spike"]["status"] == "missing"


def test_does_a_blank_notebook_get_nothing(sample_marks):
    gina = sample_marks["gina"]
    assert gina["points"] == dict.fromkeys(FULL, 0.0)
    assert gina["problem"] == "The answer cells are as they were given out."
    assert {verdict["status"] for verdict in verdicts(gina).values()} == {"missing"}


def test_is_someone_with_another_s_parameters_told_so_and_given_no_points_for_them(sample_marks):
    hugo = sample_marks["hugo"]
    assert (hugo["points"]["threshold"], hugo["points"]["spike"]) == (0.0, 0.0)
    assert hugo["points"]["model"] == 6.0, "the function takes any parameters: it is Hugo's own answer"
    assert hugo["result"]["declared"] == sample_marks["ada"]["result"]["parameters"]
    for task in ("threshold", "spike"):
        assert verdicts(hugo)[task]["status"] == "other-parameters"
        assert "not your parameters" in verdicts(hugo)[task]["note"]


def test_do_all_students_have_parameters_that_tell_them_apart_from_the_practice(sample_marks):
    practice = {"diam": 100, "dur": 0.1, "gnabar": 0.12}
    assert all(mark["result"]["parameters"] != practice for mark in sample_marks.values())
    assert sample_marks["hugo"]["result"]["parameters"] != sample_marks["ada"]["result"]["parameters"]


def test_does_nbgrader_count_what_the_marks_say(sample_course, sample_marks):
    for student, mark in sample_marks.items():
        standing = standings(sample_course, "squid-axon")[student]
        assert standing["points"] == sum(mark["points"].values())
        assert standing["max_points"] == sum(FULL.values())
        notebook = nbformat.read(sample_course.autograded(student, "squid-axon"), as_version=4)
        read = {cell.id: determine_grade(cell)[0] for cell in notebook.cells if cell.id in FULL}
        assert read == mark["points"]


def test_does_the_report_count_each_mistake_and_list_who_needs_a_look(sample_course, sample_marks):
    found = {one.names: one.students for one in report.mistakes(sample_course.marks("squid-axon"))}
    assert found["radius-for-diameter"] == ["cleo"]
    assert found["recorded-at-the-far-end"] == ["dora"]
    report.write(sample_course, "squid-axon")
    html = sample_course.report("squid-axon").read_text()
    looks = html[html.index('id="looks"') : html.index('id="students"')]
    assert [student for student in sample_marks if f">{student}</th>" in looks] == ["fred", "gina", "hugo"]


def test_does_no_page_show_the_reference_unless_the_instructor_says_so(sample_course, sample_marks):
    assert not sample_course.show_reference
    for student in sample_marks:
        assert "trace reference" not in sample_course.feedback(student, "squid-axon").read_text()


def test_is_an_answer_to_a_question_nobody_asked_refused(sample_course, sample_class_module, tmp_path):
    path = tmp_path / "ivy.py"
    path.write_text("# starts from: release\n\n# %% treshold-answer\namp = 1\n")
    released = sample_course.release("squid-axon") / "squid-axon.ipynb"
    with pytest.raises(ValueError, match="treshold-answer"):
        sample_class_module.answer(nbformat.read(released, as_version=4), path, {})
