# SPDX-License-Identifier: BSD-3-Clause
"""Is work judged with the right parameters, whatever was typed as id?"""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import roster
from autograder.grading.grade import grade
from autograder.handin import identity, parameters
from autograder.handin.identity import identify, put

ADA = roster.Person("ada7", "Lovelace", "Ada", "ada@example.org", "4711")
BOB = roster.Person("bob8", "Babbage", "Bob", "bob@example.org", "4712")
KNOWN = {}
for _person in (ADA, BOB):
    for _name in _person.names():
        KNOWN.setdefault(identity.squeezed(_name), set()).add(_person.id)
KNOWN = {name: frozenset(ids) for name, ids in KNOWN.items()}


def typing(source, *more):
    cells = [new_code_cell(source, metadata={"tags": ["given"], "nbgrader": {"grade_id": "student-id"}})]
    cells += [new_code_cell(text) for text in more]
    cells.append(new_code_cell("start", metadata={"nbgrader": {"grade_id": "start", "locked": True}}))
    return new_notebook(cells=cells)


def ran(notebook):
    """What the cells in front of the start leave in `student`."""
    scope = {}
    for cell in notebook.cells[:-1]:
        exec(cell.source, scope)
    return scope["student"]


@pytest.mark.parametrize(
    "source",
    [
        "student = 'ada7'",
        "student = None",
        "student = 'ADA7 '",
        "name = 'ada'\nstudent = name + '7'",
        "student = str('ada7').strip()",
        "student: str = 'ada7'",
    ],
)
def test_is_nothing_said_of_an_id_as_it_should_be(source):
    assert identify(typing(source), "ada7", KNOWN) == identity.Identity("ada7")


@pytest.mark.parametrize(
    "source",
    [
        "student = ada7",
        "student = “ada7”",
        "student = \u2018ada7\u2019  # me",
        "student = „ada7“",
        "student = 'ada7",
        "student = <ada7>",
        "student = {ada7}",
        "student = ['ada7']",
        "student == 'ada7'",
        "student: ada7",
        "Student = 'ada7'",
        "'ada7'",
        "ada7",
        "# my id\nstudent = ADA7",
    ],
)
def test_is_an_id_without_plain_quotes_read_as_it_was_meant(source):
    notebook = typing(source)
    found = identify(notebook, "ada7", KNOWN)
    assert found.acts_as == "ada7" and "quotes" in found.sentence
    put(notebook, found.line)
    assert ran(notebook) == "ada7"


@pytest.mark.parametrize(
    "text", ["Ada Lovelace", "lovelace, ada", "ada@example.org", "ADA@EXAMPLE.ORG", "4711", "ada.lovelace"]
)
@pytest.mark.parametrize("form", ["student = {!r}", "student = {}"])
def test_does_work_count_with_what_the_roster_says_is_the_owners(form, text):
    notebook = typing(form.format(text))
    found = identify(notebook, "ada7", KNOWN)
    assert found.acts_as == text and f"You typed {text}, your id is ada7" in found.sentence
    put(notebook, found.line)
    assert str(ran(notebook)) == text


@pytest.mark.parametrize("text", ["bob8", "BOB8", "Bob Babbage", "bob@example.org", "4712"])
def test_is_work_never_judged_as_another_members(text):
    notebook = typing(f"student = {text!r}")
    found = identify(notebook, "ada7", KNOWN)
    assert found.acts_as == "ada7" and found.line == ""
    assert "another member" in found.sentence


def test_is_a_name_that_two_share_nobodys():
    twin = roster.Person("ada9", "Lovelace", "Ada")
    known = {**KNOWN, **{identity.squeezed(name): frozenset({"ada7", "ada9"}) for name in twin.names()}}
    found = identify(typing("student = 'Ada Lovelace'"), "ada7", known)
    assert found.acts_as == "ada7" and found.line == "student = 'ada7'"


@pytest.mark.parametrize("source", ["student = 'ada77'", "student = ada77", "student = 0123", "student = ''"])
def test_is_what_is_nobodys_run_as_the_owners(source):
    notebook = typing(source)
    found = identify(notebook, "ada7", KNOWN)
    assert found.acts_as == "ada7" and "your id is ada7" in found.sentence
    put(notebook, found.line)
    assert ran(notebook) == "ada7"


@pytest.mark.parametrize(
    "source",
    [
        "student = input('Your id: ')",
        "student = str(input())",
        "student = getpass.getuser()",
        "import os\nstudent = os.environ['USER']",
    ],
)
def test_is_an_id_that_only_a_run_would_tell_the_owners(source):
    notebook = typing(source)
    found = identify(notebook, "ada7", KNOWN)
    assert found.acts_as == "ada7" and found.sentence
    put(notebook, found.line)
    assert ran(notebook) == "ada7"


def test_is_an_id_in_a_cell_of_ones_own_seen():
    notebook = typing("student = None", "student = 'Nobody'")
    found = identify(notebook, "ada7", KNOWN)
    assert "You typed Nobody" in found.sentence
    put(notebook, found.line)
    assert ran(notebook) == "ada7"


@pytest.fixture
def class_of_two(small_course):
    roster.merge(small_course, [ADA, BOB])
    return small_course


def work(course, hand_in, right, typed, owner="ada7", **answers):
    hand_in(course, owner, right | {"student-id": typed} | answers)
    (mark,) = grade(course, student=owner)
    return mark


@pytest.mark.parametrize(
    "typed",
    [
        "student = 'Ada Lovelace'",
        "student = ada@example.org",
        "student = 4711",
        "student = “ada7”",
        "student = input()",
        "student = 'nobody'",
    ],
)
def test_does_right_work_under_another_id_keep_its_points(class_of_two, hand_in, right, typed):
    mark = work(class_of_two, hand_in, right, typed)
    assert mark["points"]["area"] == 4.0 and mark["problem"] == ""
    page = class_of_two.feedback("ada7", "circles").read_text()
    assert mark["remarks"][0].split(";")[0].split("=")[0] in page.replace("&#39;", "'")


def test_do_numbers_found_with_the_owners_name_count_and_with_anothers_not(class_of_two, hand_in, right):
    spec = json.loads((class_of_two.release("circles") / "handin.json").read_text())

    def area(student):
        return 3.1416 * parameters.own(spec, student)["radius"] ** 2

    own = next(name for name in ("Ada Lovelace", "ada@example.org", "4711") if area(name) != area("ada7"))
    answers = {"area-answer": f"area = {area(own)}"}
    mark = work(class_of_two, hand_in, right, f"student = {own!r}", **answers)
    assert mark["points"]["area"] == 4.0
    other = next(name for name in ("bob8", "Bob Babbage", "bob@example.org") if area(name) != area("ada7"))
    answers = {"area-answer": f"area = {area(other)}"}
    mark = work(class_of_two, hand_in, right, f"student = {other!r}", **answers)
    assert mark["points"]["area"] == 0.0
    assert mark["remarks"] == [f"You typed {other}, which is another member of the class; your id is ada7."]
