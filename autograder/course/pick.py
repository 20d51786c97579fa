# SPDX-License-Identifier: BSD-3-Clause
"""Which of a student's files counts: the last attempt into which somebody wrote; all others are named."""

from dataclasses import dataclass, field

from autograder.course.collect import SubmissionProblem, count_of, has_answers, parse_notebook, released
from autograder.course.folder import Course
from autograder.course.naming import Named
from autograder.course.source import Source
from autograder.course.unpack import NoNotebook, may_be, notebook_in, why_not

_MAX_READ = 20  # files of one student that are opened
_NAMED_AT_MOST = 5


@dataclass
class Collected:
    """What came of collecting.

    Attributes:
        new, changed, same: students by what happened.
        remarks: one sentence for each thing to know.
        problems: one sentence for each file that was not collected.
        left_out: the same, as `who` (a student's id, or ""), `file` and `why`.
        origins: by student, the name of the file that counts.
        late: students who were late, says the platform.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)

    def leave_out(self, named: Named, why: str) -> None:
        """Note a file that was not taken."""
        who = named.person.id if named.person else ""
        self.left_out.append({"who": who, "file": named.name, "why": why})
        if why.startswith("is not in the roster"):
            self.problems.append(f"{named.who} is not in the roster: {named.name} was not collected.")
        else:
            self.problems.append(f"{f'{who}: ' if who else ''}{named.name} {why}; it was not collected.")


def pick(
    course: Course, assignment: str, files: list[Named], opened: Source, done: Collected
) -> tuple[Named, bytes] | None:
    """The last attempt of one student, and its notebook; the rest is named.

    Beside a notebook that counts, another file is worth a remark; where there is none, it is a problem.
    """
    before = len(done.problems)
    maybe = [one for one in files if one.plugin == "file" and may_be(one.file)]
    for one in files:
        if one not in maybe:
            done.leave_out(one, why_not(one.file, one.plugin))
    ordered = sorted(maybe, key=lambda one: _rank(one, assignment), reverse=True)
    found = _first_with_answers(course, assignment, ordered, opened, done)
    if found is None:
        return None
    done.remarks += done.problems[before:]
    del done.problems[before:]
    chosen, data, others = found
    person = chosen.person
    if others:
        listed, more = ", ".join(one.file for one in others[:_NAMED_AT_MOST]), len(others) - _NAMED_AT_MOST
        also = f" and {more} more" if more > 0 else ""
        done.remarks.append(
            f"{person.id} handed in {len(others) + 1} notebooks; {chosen.file} counts, not {listed}{also}."
        )
    if chosen.is_late:
        done.late.append(person.id)
        done.remarks.append(f"{person.id} was late, says the platform.")
    return chosen, data


def _rank(one: Named, assignment: str) -> tuple:
    """Which file is looked at first: the assignment's name, then the later attempt, then the higher count."""
    stem = one.file
    for ending in (".txt", ".json", ".zip", ".bin", ".download"):
        stem = stem.removesuffix(ending)
    stem = stem if stem.casefold().endswith(".ipynb") else f"{stem}.ipynb"
    count = count_of(stem, assignment)
    return count is not None, ".ipynb" in one.file.casefold(), one.order, count or 0, one.name


def _first_with_answers(
    course: Course, assignment: str, ordered: list[Named], opened: Source, done: Collected
) -> tuple[Named, bytes, list[Named]] | None:
    """The first file with a notebook that holds answers, else the first with one; and the others."""
    release, blank, others = released(course, assignment), None, []
    readable: list[tuple[Named, bytes]] = []
    for number, one in enumerate(ordered):
        if readable and _rank(one, assignment)[0] and not blank:
            others.append(one)  # an earlier attempt
            continue
        if number >= _MAX_READ:
            done.leave_out(one, f"is one of more than {_MAX_READ} files of this student, and was not opened")
            continue
        try:
            data, _ = notebook_in(one.file, opened.read(one.name), assignment)
            is_blank = not has_answers(parse_notebook(data, one.file), release)
        except NoNotebook as reason:
            done.leave_out(one, str(reason))
            continue
        except SubmissionProblem as problem:
            if (
                not one.file.casefold().endswith(".ipynb")
                or len(ordered) > 1
                or "cannot be read" not in str(problem)
            ):
                done.leave_out(one, f"cannot be taken: {str(problem).rstrip('.')}")
                continue
            is_blank = False  # the only one there is, damaged: its page will say so
        if is_blank:
            blank = blank or (one, data)
            others += [one] if blank[0] is not one else []
        else:
            readable.append((one, data))
            if blank:
                break
    return _chosen(assignment, ordered, readable, blank, others, done)


def _chosen(
    assignment: str,
    ordered: list[Named],
    readable: list[tuple[Named, bytes]],
    blank: tuple[Named, bytes] | None,
    others: list[Named],
    done: Collected,
) -> tuple[Named, bytes, list[Named]] | None:
    """One notebook of those that could be read; none of several without the assignment's name."""
    named = [entry for entry in readable if _rank(entry[0], assignment)[0]]
    if not readable and blank is None:
        return None
    if not named and len(readable) > 1:
        files = ", ".join(one.file for one, _ in readable)
        for one, _ in readable:
            done.left_out.append({"who": one.person.id, "file": one.name, "why": "is one of several"})
        done.problems.append(
            f"{readable[0][0].person.id} handed in {files}: none is called {assignment}.ipynb; "
            "none was collected."
        )
        return None
    chosen, data = (named or readable or [blank])[0]
    rest = [one for one, _ in readable if one is not chosen] + others
    rest += [blank[0]] if blank and blank[0] is not chosen else []
    return chosen, data, rest
