# SPDX-License-Identifier: BSD-3-Clause
"""When something is due and when it came, in the course's own time zone.

`course.json` says what is due when, in which zone, and how many minutes late still count as in time:

```json
"zone": "Europe/Zurich",
"due": {"squid-axon": "2027-03-01 23:59"},
"grace_minutes": 10
```

The zone is a name of the IANA database, such as `Europe/Zurich` or `America/New_York`. The zone of the
machine plays no part. A time may carry a zone of its own: `2027-03-01 23:59 +0100`, or an IANA name in place
of `+0100`.
"""

import datetime
import difflib
import json
import math
import os
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dateutil.parser

from autograder.course.folder import SETTINGS, Course, CourseError

_FORM = "%Y-%m-%d %H:%M"
_EXAMPLE = "2027-03-01 23:59"
_DAY_s = 86_400


@dataclass(frozen=True)
class Clock:
    """The course's time: its zone, its due times, its grace.

    Attributes:
        zone: the course's zone; None where `course.json` names none.
        due: by assignment, in UTC.
        grace: how much later than due still counts as in time.
    """

    zone: zoneinfo.ZoneInfo | None = None
    due: Mapping[str, datetime.datetime] = field(default_factory=dict)
    grace: datetime.timedelta = datetime.timedelta()

    @classmethod
    def of(cls, course: Course) -> "Clock":
        """The clock of a course, as `course.json` sets it.

        Raises:
            CourseError: a zone, a due time, its assignment or the grace is not what it should be.
        """
        path = course.root / "course.json"
        settings = json.loads(path.read_text(encoding="utf-8"))
        _refuse_slips(settings, path)
        clock = cls(_zone(settings.get("zone"), path), grace=_grace(settings.get("grace_minutes"), path))
        dates = settings.get("due") or {}
        if not isinstance(dates, Mapping):
            raise CourseError(f'"due" in {path} must be an object: a time by assignment.')
        require_known(course, dates, f'"due" in {path}')
        due = {
            name: clock.moment(text, f"The due time of {name} in {path}")
            for name, text in dates.items()
            if text not in (None, "")
        }
        return cls(clock.zone, due, clock.grace)

    def moment(self, text: Any, what: str) -> datetime.datetime:
        """A due time in UTC, without a zone in the object, as nbgrader keeps it.

        An hour that comes twice, when summer time ends, is the second one: a student may wait until then.

        Raises:
            CourseError: it is no time, or has no zone where the course has none; `what` begins the sentence.
        """
        day, _, rest = str(text).strip().partition(" ")
        hour, _, zone = rest.strip().partition(" ")
        try:
            local = datetime.datetime.strptime(f"{day} {hour}", _FORM)
            tz = _any_zone(zone.strip()) if zone.strip() else self.zone
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            raise CourseError(
                f"{what} must look like {_EXAMPLE}, or {_EXAMPLE} +0100 with a zone of its own, not {text!r}."
            ) from None
        if tz is None:
            raise CourseError(
                f"{what} has no zone: write {_EXAMPLE} +0100, or set "
                '"zone": "Europe/Zurich" (an IANA name) in course.json.'
            )
        return _utc(local.replace(tzinfo=tz, fold=1))

    def received(self, text: str) -> datetime.datetime:
        """When a platform says that work came, in UTC; where it names no zone, the course's is meant.

        Raises:
            ValueError: it is no date.
        """
        try:
            moment = dateutil.parser.parse(text)
        except OverflowError:
            raise ValueError(text) from None
        return _utc(moment if moment.tzinfo else moment.replace(tzinfo=self.zone or datetime.UTC))

    def late_s(self, due: datetime.datetime, came: datetime.datetime) -> float:
        """How late work came, in s by the wall clock of the course's zone; 0 within the grace.

        Both moments are in UTC. Every day of the calendar has 86,400 s by this count, the one on which summer
        time ends too.
        """
        if came <= due + self.grace:
            return 0.0
        wall = (self._local(came) - self._local(due)).total_seconds()
        return max(wall, 1.0)  # an hour that comes twice: late, though the clock on the wall says earlier

    def _local(self, moment: datetime.datetime) -> datetime.datetime:
        """What the clock on the wall shows."""
        aware = moment.replace(tzinfo=datetime.UTC)
        return aware.astimezone(self.zone or datetime.UTC).replace(tzinfo=None)


def days(late_s: float) -> int:
    """Days begun."""
    return math.ceil(late_s / _DAY_s)


def require_known(course: Course, names: Iterable[str], where: str) -> None:
    """Raise unless every name is a released assignment: under another name, a due time counts for nobody."""
    known = course.assignments()
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f" Do you mean {near[0]}?" if near else ""
            raise CourseError(
                f"{where} names {name!r}, which is not released; released are: {', '.join(known)}.{meant}"
            )


def machines_zone() -> str:
    """The IANA name of this machine's zone, to begin with; UTC where it cannot be told."""
    name = os.environ.get("TZ", "").lstrip(":")
    target = os.path.realpath("/etc/localtime")
    name = name or target.partition("/zoneinfo/")[2]
    return name if name in zoneinfo.available_timezones() else "UTC"


def require_zone(name: str) -> str:
    """The name, if it is one of a zone.

    Raises:
        CourseError: it is not.
    """
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(name, sorted(zoneinfo.available_timezones()), 1)
        meant = f" Do you mean {near[0]}?" if near else ""
        raise CourseError(
            f"{name!r} is no time zone; write an IANA name such as Europe/Zurich.{meant}"
        ) from None
    return name


def _zone(name: Any, path: Path) -> zoneinfo.ZoneInfo | None:
    """The zone that `course.json` names."""
    if name in (None, ""):
        return None
    try:
        return zoneinfo.ZoneInfo(require_zone(str(name)))
    except CourseError as error:
        raise CourseError(f'"zone" in {path}: {error}') from None


def _any_zone(text: str) -> datetime.tzinfo:
    """`+0100` or an IANA name."""
    if text[:1] in "+-" or text == "Z":
        return datetime.datetime.strptime(text, "%z").tzinfo
    return zoneinfo.ZoneInfo(text)


def _grace(value: Any, path: Path) -> datetime.timedelta:
    """Minutes, not negative."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None:
        return datetime.timedelta()
    if not is_number or not 0 <= value < math.inf:
        raise CourseError(f'"grace_minutes" in {path} must be a number of minutes, not {value!r}.')
    return datetime.timedelta(minutes=value)


def _refuse_slips(settings: Mapping[str, Any], path: Path) -> None:
    """A key that is nearly one of ours is a slip: what it sets would count for nobody."""
    for key in settings:
        near = difflib.get_close_matches(key, SETTINGS, 1, 0.75)
        if key not in SETTINGS and near:
            raise CourseError(f"{path} has {key!r}, which means nothing; do you mean {near[0]!r}?")


def _utc(moment: datetime.datetime) -> datetime.datetime:
    """In UTC, without a zone in the object."""
    return moment.astimezone(datetime.UTC).replace(tzinfo=None)
