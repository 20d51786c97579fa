# SPDX-License-Identifier: BSD-3-Clause
"""Is a forked kernel as good as one started anew, and does none of them know of another?"""

import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.sandbox import family, isolation, limits, runner, zygote
from tests.conftest import require_tool

SPEC = {
    "format": 1,
    "assignment": "axon",
    "key": "2026-spring",
    "parameters": [],
    "tasks": {"threshold": {"items": [{"name": "amp", "kind": "number", "unit": "nA"}]}},
}
WITHIN = limits.Limits(cell_s=30, wall_s=60)
STATE = """
import glob, json, os, random, resource, signal, socket, sys, threading
import matplotlib, matplotlib.pyplot as plt, numpy as np
from neuron import n
def files():
    return sorted(os.readlink(path) for path in glob.glob('/proc/self/fd/*') if os.path.lexists(path))
state = {
    'path': [one for one in sys.path if not one.endswith('.zip')], 'argv': sys.argv[1:],
    'environment': dict(os.environ), 'folder': os.getcwd(), 'umask': os.umask(0o22),
    'hostname': socket.gethostname(),
    'home': sorted(one for one in os.listdir() if not one.startswith('.')),
    'scratch': [os.listdir(place) for place in ('/tmp', '/tmp/matplotlib', '/dev/shm', '/dev/pts')],
    'devices': sorted(os.listdir('/dev')),
    'limits': [resource.getrlimit(getattr(resource, one)) for one in dir(resource) if 'RLIMIT_' in one],
    'signals': [str(signal.getsignal(one)) for one in signal.valid_signals() if one != signal.SIGINT],
    'kinds of files': sorted({one.split(':')[0] for one in files()} - {'/dev/null'}),
    'backend': matplotlib.get_backend(), 'settings': {key: str(value) for key, value in plt.rcParams.items()},
    'figures': plt.get_fignums(), 'print': np.get_printoptions()['precision'], 'errors': np.geterr(),
    'celsius': n.celsius, 'dt': n.dt, 't': n.t, 'sections': len(list(n.allsec())),
    'random': n.Random().uniform(0, 1),
    'threads': sorted(one.name.split('-')[0] for one in threading.enumerate()), 'names': sorted(globals()),
    'flags': str(sys.flags), 'stdin': sys.stdin.isatty(),
    'main': sys.modules['__main__'].__dict__ is globals(),
    'groups': os.getgroups(), 'owner': [os.getuid() == os.geteuid() == os.stat('/proc/self').st_uid > 0],
}
print(json.dumps(state, default=str))
"""
SPOIL = """
import os, sys, matplotlib.pyplot as plt, numpy as np
from neuron import n
n.celsius, n.dt = 30, 1
kept = n.Section('kept')
np.mean = lambda *_: 42
np.set_printoptions(precision=2); np.seterr(all='ignore')
plt.rcParams['lines.linewidth'] = 99
os.environ['LEFT'] = 'behind'
for place in ('/tmp', '/dev/shm', '.', '/tmp/matplotlib'):
    open(place + '/left', 'w').write('behind')
master, slave = os.openpty()
os.umask(0)
os.chdir('/tmp')
"""


@pytest.fixture(autouse=True)
def warm():
    require_tool("bwrap")
    return zygote.find(isolation.find_isolation("bubblewrap"))


def run(*cells, **options):
    """Run code cells."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    return runner.run_notebook(notebook, {"data.txt": b"given"}, spec=SPEC, limits=WITHIN, **options)


def printed(ran, cell=0):
    """What a cell wrote."""
    assert ran.problem is None, ran.problem
    return "".join(output.get("text", "") for output in ran.notebook.cells[cell].outputs)


def test_is_a_forked_kernel_what_one_started_anew_is_whatever_ran_before_it():
    spoiled = run(SPOIL)
    assert spoiled.problem is None and spoiled.isolation.endswith(zygote.WORDS)
    forked, anew = (json.loads(printed(run(STATE, is_warm=way))) for way in (True, False))
    anew["environment"].pop("PYDEVD_USE_FRAME_EVAL", None)  # only of use to a debugger
    assert {key: forked[key] for key in anew} == anew


def test_does_no_kernel_remember_the_random_numbers_of_another():
    draw = "import random, numpy as np\n"
    draw += "print(random.random(), np.random.random(), np.random.default_rng().random())"
    first, second = (printed(run(draw)).split() for _ in range(2))
    assert not set(first) & set(second)


def test_does_nothing_of_one_notebook_lie_in_the_memory_of_the_next():
    look = """
import re
found = []
with open('/proc/self/mem', 'rb', 0) as memory:
    for line in open('/proc/self/maps'):
        place, rights = line.split()[:2]
        if rights.startswith('rw') and '[v' not in line:
            start, end = (int(part, 16) for part in place.split('-'))
            memory.seek(start)
            try: found.append(bool(re.search(rb'canary-of-[a]da-and-no-other', memory.read(end - start))))
            except OSError: pass
print(sum(found), len(found) > 20)
"""
    canary = "canary-of-{}-and-no-other"
    run("who = __import__('os').environ['JUPYTERHUB_USER']", student=canary.format("ada"))
    assert printed(run(look, student=canary.format("eve"))) == "0 True\n"
    hits, _ = printed(run(look, student=canary.format("ada"))).split()
    assert int(hits) > 0  # it would be found if it were there


LEAVE = """
import os, socket, time
server = socket.socket(socket.AF_UNIX)
server.bind('\\0meet')
server.listen()
web = socket.create_server(('127.0.0.1', 7777))
open('/tmp/left', 'w').write('x')
os.openpty()
time.sleep(6)
print(sorted(os.listdir('/tmp')))
"""
LOOK = """
import os, socket, time
time.sleep(1)
print(sum(one.isdigit() for one in os.listdir('/proc')), sorted(os.listdir('/tmp')), os.listdir('/dev/pts'))
for kind, where in ((socket.AF_UNIX, '\\0meet'), (socket.AF_INET, ('127.0.0.1', 7777))):
    try:
        socket.socket(kind).connect(where)
        print('met')
    except OSError as error:
        print(error.strerror)
"""


def test_can_two_notebooks_at_a_time_not_meet():
    # The library is in sight of both, also where it lies below /tmp.
    given = {
        "matplotlib",
        *(
            prefix.parts[2]
            for prefix in map(Path, (sys.prefix, sys.base_prefix))
            if prefix.is_relative_to("/tmp")
        ),
    }
    with ThreadPoolExecutor() as executor:
        left, looked = executor.map(run, (LEAVE, LOOK))
    assert printed(left) == f"{sorted({'left', *given})}\n"
    assert printed(looked).splitlines() == [f"2 {sorted(given)} ['ptmx']", *["Connection refused"] * 2]


def test_are_magics_await_rich_display_and_questions_as_in_a_notebook():
    ran = run(
        "%timeit -n1 -r1 1 + 1",
        "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
        "!echo $USER",
        "%matplotlib inline",
    )
    assert ran.problem is None and "per loop" in printed(ran)
    assert ran.notebook.cells[1].outputs[0].data["text/plain"] == "'awaited'"
    assert printed(ran, 2).strip() == "student"
    assert "nobody types while work is graded" in run("input('?')").problem


def test_is_a_file_that_was_given_not_to_be_changed():
    tried = "import os\nattempts = (lambda: open('data.txt', 'a'), lambda: os.remove('data.txt'))\n"
    tried += "for attempt in (*attempts, lambda: os.rename('data.txt', 'other')):\n"
    tried += "    try: attempt(); print('done')\n    except OSError: print('refused')\n"
    assert printed(run(tried)) == "refused\n" * 3


def test_can_the_way_in_not_be_written_to():
    tried = (
        "try: open('/proc/self/exe', 'r+b'); print('open')\nexcept OSError as error: print(error.strerror)"
    )
    assert printed(run(tried)) in {"Read-only file system\n", "Permission denied\n"}


def test_does_a_new_one_come_after_a_dead_one(warm):
    os.kill(family._children(os.getpid())[-1], signal.SIGKILL)
    until = time.monotonic() + 10
    while warm.is_alive and time.monotonic() < until:
        time.sleep(0.01)
    assert run("1").isolation.endswith(zygote.WORDS)
    assert zygote.find(isolation.find_isolation("bubblewrap")) is not warm


def test_is_nothing_left_once_it_is_closed(warm):
    assert run("1").problem is None
    zygote.close()
    assert not warm.is_alive
    left = {pid: command_line(pid) for pid in family.family(os.getpid())}
    # the server, not a browser's process of the same name
    assert not {pid: command for pid, command in left.items() if b"zygote_server" in command}


def command_line(pid):
    """How a process was started; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_does_the_record_say_when_a_kernel_had_to_be_started_anew(monkeypatch):
    monkeypatch.setattr(zygote, "_zygotes", {os.getpid(): zygote.ZygoteError("no room for it")})
    ran = run("print(1)")
    assert printed(ran) == "1\n"
    assert ran.isolation.endswith("started anew (no room for it)")


def test_does_a_child_that_cannot_be_enclosed_run_nothing(monkeypatch):
    monkeypatch.setattr(zygote, "_SCRATCH", ("/nowhere",))
    monkeypatch.setattr(zygote, "_zygotes", {})
    ran = run("print(1)")
    assert printed(ran) == "1\n"
    with pytest.raises(zygote.ZygoteError, match="gave no sandbox"):  # and is not asked again
        zygote.find(isolation.find_isolation("bubblewrap"))
    assert (
        "started anew (the warm process gave no sandbox: FileNotFoundError: [Errno 2] mount: No such"
        in ran.isolation
    )


def test_is_nothing_open_in_the_grader_after_a_run():
    run("1")
    before = len(list(Path("/proc/self/fd").iterdir()))
    run("1")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
