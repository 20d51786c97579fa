# SPDX-License-Identifier: BSD-3-Clause
"""Late work: due dates from `course.json`, extensions from the roster, and nbgrader's late penalty.

`course.json` names what is due when; the roster adds hours for a student, or gives a date of one's own:

```json
"due": {"squid-axon": "2027-03-01 23:59 +0100"}
```

What a late submission costs is decided by nbgrader's plugin, set in `nbgrader_config.py`; without one it
costs nothing. nbgrader itself knows "none" and "zero"; `PerDay` below takes a part for each day begun.
"""

import datetime
import json
import math
from collections.abc import Mapping

from nbgrader.api import SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float
from traitlets.config import Config, PyFileConfigLoader

from autograder.course import roster
from autograder.course.folder import Course, CourseError
from autograder.course.gradebook import connect
from autograder.course.roster import Person

_DAY_s = 86_400


class PerDay(BasePlugin):
    """A part of the points for each day begun; chosen by ``c.AssignLatePenalties.plugin_class``."""

    percent = Float(10.0, help="Percent of the points reached that each day begun costs.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """Points to take off.

        >>> PerDay(percent=10).late_submission_penalty("ada", 20.0, 90_000)
        4.0
        """
        days = math.ceil(total_seconds_late / _DAY_s)
        return min(score, score * days * self.percent / 100)


def settle(course: Course, assignment: str) -> list[str]:
    """Bring due date, extensions and late penalties in the gradebook up to date.

    Returns:
        The students whose penalty is another one now.

    Raises:
        CourseError: a date or the course's `nbgrader_config.py` cannot be read.
    """
    due = _due(course, assignment)
    if due is None:
        return []
    people, penalty = roster.load(course), _plugin(course)
    with connect(course.db_url) as gradebook:
        gradebook.update_or_create_assignment(assignment, duedate=due)
        changed = []
        for submission in gradebook.assignment_submissions(assignment):
            student = submission.student.id
            submission.extension = _extension(people.get(student), assignment, due)
            before = [notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks]
            for notebook in submission.notebooks:
                notebook.late_submission_penalty = _penalty(penalty, submission, notebook)
            if before != [notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks]:
                changed.append(student)
        gradebook.db.commit()
    return changed


def _due(course: Course, assignment: str) -> datetime.datetime | None:
    """The class's due date in UTC, if there is one."""
    dates = json.loads((course.root / "course.json").read_text(encoding="utf-8")).get("due", {})
    if not isinstance(dates, Mapping):
        raise CourseError(f'"due" in {course.root / "course.json"} must be an object: a date by assignment.')
    return _moment(dates[assignment], f"The due date of {assignment}") if dates.get(assignment) else None


def _moment(text: str, what: str) -> datetime.datetime:
    """A date in UTC; one without its zone is refused, for it means another hour on another machine."""
    try:
        moment = datetime.datetime.strptime(str(text), "%Y-%m-%d %H:%M %z")
    except ValueError:
        raise CourseError(f"{what} must look like 2027-03-01 23:59 +0100, not {text!r}.") from None
    return moment.astimezone(datetime.UTC).replace(tzinfo=None)


def _extension(person: Person | None, assignment: str, due: datetime.datetime) -> datetime.timedelta | None:
    """How much later this student may hand in."""
    if person is None:
        return None
    own = person.due.get(assignment)
    later = _moment(own, f"due:{assignment} of {person.id} in {roster.NAME}") - due if own else None
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


def _penalty(
    plugin: BasePlugin, submission: SubmittedAssignment, notebook: SubmittedNotebook
) -> float | None:
    """Points to take off one notebook, as nbgrader counts them; None when it was in time."""
    late_s = submission.total_seconds_late
    if late_s <= 0:
        return None
    penalty = plugin.late_submission_penalty(submission.student.id, notebook.score, late_s)
    return None if penalty is None else min(max(penalty, 0.0), notebook.score)
