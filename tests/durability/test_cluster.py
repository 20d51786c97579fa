# SPDX-License-Identifier: BSD-3-Clause
"""A Dask cluster of two worker processes: the same marks, also when one of them is lost in the middle."""

import json
import os
import subprocess
import sys
import time

import pytest

from autograder.course import CourseError
from autograder.grading import grade as grading

pytest.importorskip("distributed", reason="the group `cluster` is not installed")


def start(*arguments: str, **environment: str) -> subprocess.Popen:
    """One of Dask's programs."""
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        env={**os.environ, **environment, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "60s"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def cluster(tmp_path, tools):
    """`cluster(log)`: a scheduler with two workers; gives its address and the workers."""
    running = []

    def make(log):
        file = tmp_path / "scheduler.json"
        here = ["--scheduler-file", str(file)]
        running.append(start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *here))
        preload = str(tools.HERE / "play_preload.py")
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--preload", preload, *here]
        for number in range(2):
            scratch = ["--local-directory", str(tmp_path / f"worker{number}")]
            play = {"PLAY_LOG": str(log), "PLAY_WORKER": str(tools.driver.PLAY)}
            running.append(start("worker", *options, *scratch, **play))
        until = time.monotonic() + 120
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.1)
        # asked by a process of its own: one that has had a client cannot be forked into the grader
        program = (
            "import sys, distributed\n"
            "it = distributed.Client(scheduler_file=sys.argv[1], timeout=60)\n"
            "it.wait_for_workers(2, timeout=120)"
        )
        subprocess.run([sys.executable, "-c", program, str(file)], check=True, timeout=200)
        return json.loads(file.read_text())["address"], running[1:]

    yield make
    for process in running:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_does_a_worker_that_is_lost_in_the_middle_cost_only_time(make_class, grader, tools, cluster):
    calm, sent = make_class("calm", 24), make_class("sent", 24)
    assert grader(calm).run()[0] == 0
    one = grader(sent)
    address, workers = cluster(one.log)
    process = one.start(scheduler=address)
    until = time.monotonic() + 120
    while len(one.entries("ran")) < 6 and time.monotonic() < until:
        time.sleep(0.02)
    workers[0].kill()
    process.join(200)
    assert process.exitcode == 0 and "not graded" not in one.said(), one.said()
    assert sorted(one.entries("kept")) == [f"s{number:03d}" for number in range(24)], "each once"
    assert tools.dump(sent) == tools.dump(calm)


def test_is_an_address_where_nothing_answers_told_in_one_sentence(make_class, monkeypatch):
    from autograder.grading import cluster

    monkeypatch.setattr(cluster, "_CONNECT_s", 1)
    course = make_class("alone", 1)
    with pytest.raises(CourseError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        grading.grade(course, scheduler="tcp://127.0.0.1:1")


def test_does_a_cluster_run_anything_without_a_sandbox(make_class):
    from autograder.grading import cluster

    course = make_class("open", 1)
    with pytest.raises(CourseError, match="without bubblewrap"):
        grading.grade(course, scheduler="tcp://127.0.0.1:1", isolation="limits")
    with pytest.raises(ValueError, match="without bubblewrap"):
        cluster.mark(b'{"isolation": "limits"}\n', b"{}\n")
    with pytest.raises(ValueError, match="bytes"):
        cluster.mark("a line", b"{}\n")
