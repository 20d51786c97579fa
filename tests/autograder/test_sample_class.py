# SPDX-License-Identifier: BSD-3-Clause
"""The sample class: is everyone given what they deserve, and told what is true of their work?"""

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder.course.gradebook import standings
from autograder.pages import report

JUDGED = {
    "threshold": 5.0,
    "spike": 9.0,
    "velocity": 4.0,
    "collision": 9.0,
    "model": 6.0,
    "sodium": 6.0,
    "resolution": 5.0,
    "anode_break": 6.0,
}
WRITTEN = {"collision-why": 2.0, "resolution-why": 2.0, "anode_break-why": 2.0}


def verdicts(mark):
    return {verdict["task"]: verdict for verdict in mark["result"]["verdicts"]}


def judged(mark):
    return {task: mark["points"][task] for task in JUDGED}


def names(mark):
    """The named mistakes by task."""
    found = {task: verdict["mistakes"] for task, verdict in verdicts(mark).items()}
    return {task: [name for one in made for name in one["names"]] for task, made in found.items() if made}


@pytest.mark.parametrize("student", ["ada", "bert"])
def test_does_a_right_answer_by_any_road_get_every_point_and_no_mistake_s_name(sample_marks, student):
    assert judged(sample_marks[student]) == JUDGED
    assert names(sample_marks[student]) == {}
    assert sample_marks[student]["problem"] == ""
    assert sample_marks[student]["remarks"] == []


def test_is_the_radius_in_place_of_the_diameter_named_and_paid_for_where_it_matters(sample_marks):
    cleo = sample_marks["cleo"]
    assert cleo["points"]["threshold"] == 0.0
    driven = ("threshold", "spike", "velocity", "collision", "model", "sodium", "anode_break")
    assert all(cleo["points"][task] < JUDGED[task] for task in driven)
    assert cleo["points"]["resolution"] == 5.0, "that axon is built anew, with the right diameter"
    assert names(cleo)["threshold"] == ["radius-for-diameter"]
    assert names(cleo)["model"] == ["radius-for-diameter"]


def test_is_the_wrong_place_of_recording_named_where_it_shows_and_only_there(sample_marks):
    dora = sample_marks["dora"]
    assert (dora["points"]["threshold"], dora["points"]["model"]) == (5.0, 6.0)
    assert 4.5 < dora["points"]["spike"] < 7.5, "one slip explains it all"
    assert names(dora)["spike"] == ["recorded-at-the-far-end"]


def test_is_the_delay_counted_from_0_named_and_half_paid(sample_marks):
    dora = sample_marks["dora"]
    assert 4.5 <= dora["points"]["collision"] < 7.5
    assert names(dora)["collision"] == ["delay-from-0"]


def test_does_the_nominal_distance_cost_a_part_of_the_velocity_and_get_its_name(sample_marks):
    emil = sample_marks["emil"]
    assert emil["points"]["velocity"] == 2.0
    assert names(emil)["velocity"] == ["nominal-10-mm"]


def test_do_written_answers_wait_for_the_instructor_and_blank_ones_do_not(sample_course, sample_marks):
    ada = sample_marks["ada"]["points"]
    assert [ada[name] for name in WRITTEN] == [None, 0.0, 0.0]
    standing = standings(sample_course, "squid-axon")["ada"]
    assert (standing["needs_marking"], standing["open"]) == (True, ["collision-why"])
    page = sample_course.feedback("ada", "squid-axon").read_text()
    assert "Two spikes meet: your written answer" in page
    assert "2 points, to be marked by your instructor" in page


def test_does_another_definition_of_the_half_width_cost_only_the_half_width(sample_marks):
    emil = sample_marks["emil"]
    assert (emil["points"]["threshold"], emil["points"]["model"]) == (5.0, 6.0)
    wrong = [check["name"] for check in verdicts(emil)["spike"]["checks"] if not check["passed"]]
    assert wrong == ["half_width"]
    assert "half-width trough to peak" in names(emil)["spike"]


def test_does_a_crash_in_the_middle_leave_the_other_tasks_their_points(sample_marks):
    fred = sample_marks["fred"]
    assert judged(fred) == JUDGED | {"spike": 0.0}
    assert "spike-answer" in fred["problem"] and "NameError" in fred["problem"]
    assert verdicts(fred)["spike"]["status"] == "missing"


def test_does_a_blank_notebook_get_nothing(sample_marks):
    gina = sample_marks["gina"]
    assert gina["points"] == dict.fromkeys(JUDGED | WRITTEN, 0.0)
    assert gina["problem"] == "The answer cells are as they were given out."
    assert {verdict["status"] for verdict in verdicts(gina).values()} == {"missing"}


def test_is_someone_with_another_s_parameters_told_so_and_given_no_points_for_them(sample_marks):
    hugo = sample_marks["hugo"]
    assert judged(hugo) == dict.fromkeys(JUDGED, 0.0) | {"model": 6.0}, "a function takes any parameters"
    assert hugo["result"]["declared"] == sample_marks["ada"]["result"]["parameters"]
    for task in JUDGED.keys() - {"model"}:
        assert verdicts(hugo)[task]["status"] == "other-parameters"
        assert "not your parameters" in verdicts(hugo)[task]["note"]


def test_do_all_students_have_parameters_that_tell_them_apart_from_the_practice(sample_marks):
    practice = {"diam": 100, "dur": 0.1, "gnabar": 0.12, "delay2": 0.8}
    assert all(mark["result"]["parameters"] != practice for mark in sample_marks.values())
    assert sample_marks["hugo"]["result"]["parameters"] != sample_marks["ada"]["result"]["parameters"]


def test_does_nbgrader_count_what_the_marks_say(sample_course, sample_marks):
    for student, mark in sample_marks.items():
        standing = standings(sample_course, "squid-axon")[student]
        assert standing["points"] == pytest.approx(sum(value or 0.0 for value in mark["points"].values()))
        assert standing["max_points"] == sum(JUDGED.values()) + sum(WRITTEN.values())
        notebook = nbformat.read(sample_course.autograded(student, "squid-axon"), as_version=4)
        read = {cell.id: determine_grade(cell)[0] for cell in notebook.cells if cell.id in JUDGED}
        assert read == judged(mark)


def test_does_the_report_count_each_mistake_and_list_who_needs_a_look(sample_course, sample_marks):
    found = {one.names: one.students for one in report.mistakes(sample_course.marks("squid-axon"))}
    assert found["radius-for-diameter"] == ["cleo"]
    assert found["recorded-at-the-far-end"] == ["dora"]
    report.write(sample_course, "squid-axon")
    html = sample_course.report("squid-axon").read_text()
    looks = html[html.index('id="looks"') : html.index('id="students"')]
    listed = [student for student in sample_marks if f">{student}</th>" in looks]
    assert listed == ["ada", "fred", "gina", "hugo"]


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
