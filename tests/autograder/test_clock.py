# SPDX-License-Identifier: BSD-3-Clause
"""Is time counted in the course's own zone, whatever the machine's?"""

import datetime
import json
import time
import zoneinfo

import pytest

from autograder import cli
from autograder.course import CourseError, late, roster
from autograder.course.clock import Clock, days
from autograder.course.gradebook import connect, standings

ZURICH = zoneinfo.ZoneInfo("Europe/Zurich")
PER_DAY = '\nc.AssignLatePenalties.plugin_class = "autograder.course.late.PerDay"\nc.PerDay.percent = 10\n'


def utc(text, zone=ZURICH, fold=0):
    moment = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone, fold=fold)
    return moment.astimezone(datetime.UTC).replace(tzinfo=None)


def change(course, **settings):
    path = course.root / "course.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | settings))


@pytest.fixture
def machine(monkeypatch):
    """A function that puts this machine into another zone."""

    def move(zone):
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Kolkata"])
def test_does_a_due_time_mean_the_courses_zone_on_every_machine(small_course, machine, zone):
    machine(zone)
    change(small_course, zone="Europe/Zurich", due={"circles": "2027-03-01 23:59"})
    assert Clock.of(small_course).due["circles"] == datetime.datetime(2027, 3, 1, 22, 59)
    summer = Clock(ZURICH).moment("2027-07-01 23:59", "x")
    assert summer == datetime.datetime(2027, 7, 1, 21, 59)


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles"])
def test_is_a_time_from_a_platform_without_a_zone_in_the_courses(machine, zone):
    machine(zone)
    clock = Clock(ZURICH)
    assert clock.received("Friday, 20 November 2026, 9:42 PM") == datetime.datetime(2026, 11, 20, 20, 42)
    assert clock.received("2026-11-20T21:42:00Z") == datetime.datetime(2026, 11, 20, 21, 42)
    assert Clock().received("2026-11-20 21:42") == datetime.datetime(2026, 11, 20, 21, 42)


@pytest.mark.parametrize("text", ["2027-03-01 23:59 +0100", "2027-03-01 17:59 America/New_York"])
def test_may_a_due_time_carry_a_zone_of_its_own(text):
    assert Clock(zoneinfo.ZoneInfo("Asia/Tokyo")).moment(text, "x") == datetime.datetime(2027, 3, 1, 22, 59)


@pytest.mark.parametrize(
    ("came", "fold", "expected"),
    [
        ("2026-10-24 23:59", 0, 0),
        ("2026-10-25 00:00", 0, 1),
        ("2026-10-25 23:58", 0, 1),  # 25 h on a stopwatch less a minute, one day of the calendar
        ("2026-10-25 23:59", 0, 1),
        ("2026-10-26 00:00", 0, 2),
    ],
)
def test_is_a_day_late_one_of_the_calendar_when_summer_time_ends(came, fold, expected):
    due = utc("2026-10-24 23:59")
    assert days(Clock(ZURICH).late_s(due, utc(came, fold=fold))) == expected


def test_is_a_day_late_one_of_the_calendar_when_summer_time_begins():
    clock, due = Clock(ZURICH), utc("2027-03-27 23:59")
    # 2027-03-28 has 23 hours
    assert days(clock.late_s(due, utc("2027-03-28 23:59"))) == 1
    assert days(clock.late_s(due, utc("2027-03-29 00:00"))) == 2


def test_is_a_due_time_in_the_hour_that_comes_twice_the_second_one():
    clock = Clock(ZURICH)
    due = clock.moment("2026-10-25 02:30", "x")
    assert due == utc("2026-10-25 02:30", fold=1)
    assert clock.late_s(due, utc("2026-10-25 02:45", fold=0)) == 0
    # by the wall's clock this is earlier than some moments in time, and late all the same
    early = utc("2026-10-25 02:50", fold=0)
    assert clock.late_s(early, utc("2026-10-25 02:10", fold=1)) > 0


def test_do_minutes_of_grace_forgive_and_then_count_from_the_due_time():
    clock = Clock(ZURICH, grace=datetime.timedelta(minutes=10))
    due = utc("2027-03-01 23:59")
    assert clock.late_s(due, utc("2027-03-02 00:09")) == 0
    assert clock.late_s(due, utc("2027-03-02 00:10")) == 11 * 60


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"due": {"circle": "2027-03-01 23:59"}}, "circles"),
        ({"zone": "Europe/Zurch"}, "Europe/Zurich"),
        ({"zone": "CET+1"}, "IANA"),
        ({"grace_minutes": -5}, "grace_minutes"),
        ({"grace_minutes": "ten"}, "grace_minutes"),
        ({"due": ["2027-03-01 23:59"]}, "must be an object"),
        ({"due": {"circles": "1.3.2027"}}, "2027-03-01 23:59"),
        ({"grace_minute": 5}, "grace_minutes"),
        ({"Zone": "UTC"}, "zone"),
    ],
)
def test_is_a_setting_that_would_count_for_nobody_refused_before_grading(
    small_course, hand_in, right, capsys, settings, words
):
    hand_in(small_course, "ada", right)
    change(small_course, **settings)
    assert cli.main(["grade", str(small_course.root)]) == 2
    assert words in capsys.readouterr().err
    assert small_course.marks("circles") == []


def test_is_a_due_time_of_ones_own_with_a_wrong_assignment_refused(small_course):
    (small_course.root / roster.NAME).write_text("id,due:circel\nada,2027-03-01 23:59\n")
    with pytest.raises(CourseError, match="circel"):
        late.check(small_course)


def test_does_a_new_course_have_places_to_fill_in(small_course):
    settings = json.loads((small_course.root / "course.json").read_text())
    assert settings["due"] == {"circles": ""} and settings["grace_minutes"] == 0
    assert settings["zone"] in zoneinfo.available_timezones()
    assert (small_course.root / roster.NAME).read_text().startswith("id,last_name,first_name,email")
    assert roster.load(small_course) == {} and Clock.of(small_course).due == {}


def test_is_the_zone_of_a_new_course_chosen_or_refused(tmp_path, write_solution, capsys):
    write_solution(tmp_path / "solutions")
    arguments = ["--rubrics", str(tmp_path / "solutions"), "--zone"]
    assert cli.main(["init", str(tmp_path / "a"), *arguments, "Mars/Olympus"]) == 2
    assert not (tmp_path / "a").exists()
    assert cli.main(["init", str(tmp_path / "a"), *arguments, "Asia/Tokyo"]) == 0
    assert json.loads((tmp_path / "a" / "course.json").read_text())["zone"] == "Asia/Tokyo"
    assert "Asia/Tokyo" in capsys.readouterr().out


def test_do_grace_and_zone_reach_the_penalty(graded_course):
    change(graded_course, zone="Europe/Zurich", due={"circles": "2026-10-24 23:59"}, grace_minutes=10)
    with (graded_course.root / "nbgrader_config.py").open("a") as config:
        config.write(PER_DAY)
    for came, penalty, late_days in (
        ("2026-10-25 00:05", 0.0, {}),
        ("2026-10-25 23:58", 0.4, {"ada": 1}),
        ("2026-10-26 12:00", 0.8, {"ada": 2}),
    ):
        with connect(graded_course.db_url) as book:
            book.find_submission("circles", "ada").timestamp = utc(came)
            book.db.commit()
        late.settle(graded_course, "circles")
        assert standings(graded_course, "circles")["ada"]["late_penalty"] == pytest.approx(penalty), came
        assert late.days_late(graded_course, "circles") == late_days
