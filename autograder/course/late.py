# SPDX-License-Identifier: BSD-3-Clause
"""Late work: due times from `course.json`, extensions from the roster, and nbgrader's late penalty.

`autograder.course.clock` says what is due when; the roster adds hours for a student, or gives a time of one's
own. What a late submission costs is decided by nbgrader's plugin, set in `nbgrader_config.py`; without one it
costs nothing. nbgrader itself knows "none" and "zero"; `PerDay` below takes a part for each day begun.
"""

import datetime

from nbgrader.api import SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float
from traitlets.config import Config, PyFileConfigLoader

from autograder.course import roster
from autograder.course.clock import Clock, days, require_known
from autograder.course.folder import Course, CourseError
from autograder.course.gradebook import connect
from autograder.course.roster import Person


class PerDay(BasePlugin):
    """A part of the points for each day begun; chosen by ``c.AssignLatePenalties.plugin_class``."""

    percent = Float(10.0, help="Percent of the points reached that each day begun costs.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """Points to take off.

        >>> PerDay(percent=10).late_submission_penalty("ada", 20.0, 90_000)
        4.0
        """
        return min(score, score * days(total_seconds_late) * self.percent / 100)


def check(course: Course) -> Clock:
    """The course's clock, when it and the times of one's own in the roster can be counted by.

    Raises:
        CourseError: one of them cannot be read, or belongs to no assignment.
    """
    clock = Clock.of(course)
    for person in roster.load(course).values():
        require_known(course, person.due, f"The roster's due time of {person.id}")
        for name in person.due:
            _own(clock, person, name)
    return clock


def settle(course: Course, assignment: str) -> list[str]:
    """Bring due date, extensions and late penalties in the gradebook up to date.

    Returns:
        The students whose penalty is another one now.

    Raises:
        CourseError: a date or the course's `nbgrader_config.py` cannot be read.
    """
    clock = check(course)
    due = clock.due.get(assignment)
    if due is None:
        return []
    people, penalty = roster.load(course), _plugin(course)
    with connect(course.db_url) as gradebook:
        gradebook.update_or_create_assignment(assignment, duedate=due)
        changed = []
        for submission in gradebook.assignment_submissions(assignment):
            student = submission.student.id
            submission.extension = _extension(clock, people.get(student), assignment, due)
            late_s = _late_s(clock, submission)
            before = [notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks]
            for notebook in submission.notebooks:
                notebook.late_submission_penalty = _penalty(penalty, student, notebook, late_s)
            if before != [notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks]:
                changed.append(student)
        gradebook.db.commit()
    return changed


def days_late(course: Course, assignment: str) -> dict[str, int]:
    """By student, the days begun by which work came late; who was in time is left out."""
    clock = Clock.of(course)
    if assignment not in clock.due:
        return {}
    with connect(course.db_url) as gradebook:
        submissions = gradebook.assignment_submissions(assignment)
        late_s = {one.student.id: _late_s(clock, one) for one in submissions}
    return {student: days(seconds) for student, seconds in sorted(late_s.items()) if seconds > 0}


def _late_s(clock: Clock, submission: SubmittedAssignment) -> float:
    """How late work came, in s; 0 when it was in time or nobody says when it came."""
    due, came = submission.duedate, submission.timestamp
    return clock.late_s(due, came) if due and came else 0.0


def _own(clock: Clock, person: Person, assignment: str) -> datetime.datetime:
    """The student's own due time."""
    return clock.moment(person.due[assignment], f"due:{assignment} of {person.id} in {roster.NAME}")


def _extension(
    clock: Clock, person: Person | None, assignment: str, due: datetime.datetime
) -> datetime.timedelta | None:
    """How much later this student may hand in."""
    if person is None:
        return None
    later = _own(clock, person, assignment) - due if person.due.get(assignment) else None
    more = datetime.timedelta(hours=person.extra_hours)
    return (later or datetime.timedelta()) + more or None


def _plugin(course: Course) -> BasePlugin:
    """The late penalty that the course's `nbgrader_config.py` chooses."""
    try:
        config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
        step = AssignLatePenalties(config=config)
        step.init_plugin()
    except Exception as error:  # whatever an instructor's Python runs into
        raise CourseError(f"{course.root / 'nbgrader_config.py'} cannot be used: {error}.") from None
    return step.plugin_inst


def _penalty(plugin: BasePlugin, student: str, notebook: SubmittedNotebook, late_s: float) -> float | None:
    """Points to take off one notebook; None when it was in time."""
    if late_s <= 0:
        return None
    penalty = plugin.late_submission_penalty(student, notebook.score, late_s)
    return None if penalty is None else min(max(penalty, 0.0), notebook.score)
