# SPDX-License-Identifier: BSD-3-Clause
"""Grader, worker and judge are killed at any time: does the class come out as if nothing had been?"""

import random
import time
from collections import Counter

import pytest

STUDENTS = 60
KILLS = 30


def someone(tools, process, who: str) -> int | None:
    """The process to be killed: the grader, or one of its workers or judges."""
    if who == "grader":
        return process.pid
    found = tools.running(process.pid, "play_worker" if who == "worker" else "autograder.grading.judge")
    return found[0] if found else None


def wait_for(condition, seconds: float = 120.0) -> None:
    """Look until it is so; the time is only there for the test to end."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)


@pytest.mark.slow
def test_do_thirty_kills_at_random_times_lose_or_repeat_anything(make_class, grader, tools):
    chance = random.Random(20)
    calm, stormy = make_class("calm", STUDENTS), make_class("stormy", STUDENTS)
    code, said = grader(calm).run(jobs=2)
    assert code == 0, said
    one, kills = grader(stormy), Counter()
    process = one.start(jobs=2)
    while kills.total() < KILLS:
        done = len(one.entries("ran"))
        some = chance.choice((0, 1, 2, 4))  # 0: while things are being started
        wait_for(lambda: len(one.entries("ran")) >= done + some or not process.is_alive())  # noqa: B023
        time.sleep(chance.uniform(0.0, 0.2))
        if not process.is_alive():
            assert process.exitcode == 0, one.said()
            process = one.start(jobs=2, regrade=True)
            continue
        who = chance.choice(("grader", "worker", "judge"))
        pid = someone(tools, process, who)
        if pid is not None:
            tools.kill(pid)
            kills[who] += 1
        if who == "grader":
            process.join()
            process = one.start(jobs=2)
    process.join()
    code, said = one.run(jobs=2)
    assert code == 0, said
    assert min(kills[who] for who in ("grader", "worker", "judge")) >= 3, kills
    assert tools.dump(stormy) == tools.dump(calm)
    assert not list(stormy.root.glob("**/.*.part"))


@pytest.mark.parametrize("who", ["worker", "judge"])
def test_does_a_killed_helper_cost_more_than_time(who, make_class, grader, tools):
    calm, stormy = make_class("calm", 8), make_class("stormy", 8)
    assert grader(calm).run()[0] == 0
    one = grader(stormy)
    process = one.start(jobs=2)
    for count in (1, 5):  # while work is on its way
        wait_for(lambda: len(one.entries("ran")) >= count and someone(tools, process, who))  # noqa: B023
        tools.kill(someone(tools, process, who))
    process.join()
    assert process.exitcode == 0
    assert "not graded" not in one.said(), one.said()
    assert sorted(one.entries("kept")) == [f"s{number:03d}" for number in range(8)], "each once"
    assert tools.dump(stormy) == tools.dump(calm)


def test_does_a_grader_s_death_leave_a_process_behind(make_class, grader, tools):
    course = make_class("left", 12)
    one = grader(course)
    process = one.start(jobs=2)
    wait_for(lambda: one.entries("kept"))
    below = tools.children(process.pid)
    assert len(below) >= 2
    tools.kill(process.pid)
    process.join()
    wait_for(lambda: not any(tools.is_there(pid) for pid in below), 20)
    assert not [pid for pid in below if tools.is_there(pid)]


@pytest.mark.slow
def test_do_kills_in_the_real_sandbox_lose_or_repeat_anything(make_class, grader, tools):
    chance = random.Random(4)
    calm, stormy = make_class("calm", 6), make_class("stormy", 6)
    code, said = grader(calm).run(play=False, jobs=2)
    assert code == 0, said
    one = grader(stormy)
    for _ in range(3):
        process = one.start(play=False, jobs=2)
        process.join(chance.uniform(1.0, 6.0))
        tools.kill(process.pid)
        process.join()
    code, said = one.run(play=False, jobs=2)
    assert code == 0, said
    assert Counter(one.entries("kept")).most_common(1)[0][1] == 1, "graded twice"
    assert tools.dump(stormy) == tools.dump(calm)
