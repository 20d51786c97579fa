# SPDX-License-Identifier: BSD-3-Clause
"""Are the calls that reach around a sandbox refused, and do all others work?"""

import platform
import struct

import pytest

from autograder.sandbox import isolation, seccomp
from tests.autograder.test_runner import printed, run
from tests.conftest import require_tool

ALLOWED, NOT_PERMITTED, NOT_THERE = 0x7FFF0000, 0x00050001, 0x00050026


def answer(machine, number, architecture=None, first_argument=0):
    """What the filter says to one call, found by running its few kinds of instructions here."""
    known = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
    words = {0: number, 4: architecture or known[machine], 16: first_argument}
    lines = list(struct.iter_unpack("<HBBI", seccomp.program(machine)))
    loaded, at = 0, 0
    tests = {0x15: lambda k: loaded == k, 0x35: lambda k: loaded >= k, 0x45: lambda k: bool(loaded & k)}
    while True:
        code, yes, no, k = lines[at]
        if code == 0x06:
            return k
        if code == 0x20:
            loaded = words[k]
        at += 1 + ((yes if tests[code](k) else no) if code in tests else 0)


@pytest.mark.parametrize(
    ("machine", "unshare", "clone", "read"), [("x86_64", 272, 56, 0), ("aarch64", 97, 220, 63)]
)
def test_does_the_filter_say_no_to_new_namespaces_and_yes_to_threads(machine, unshare, clone, read):
    assert answer(machine, read) == ALLOWED
    assert answer(machine, unshare) == NOT_PERMITTED
    threads, new_user, new_net = 0x3D0F00, 0x10000000, 0x40000000
    assert answer(machine, clone, first_argument=threads) == ALLOWED
    assert answer(machine, clone, first_argument=new_user | 17) == NOT_PERMITTED
    assert answer(machine, clone, first_argument=new_net | 17) == NOT_PERMITTED
    assert answer(machine, 435) == NOT_THERE
    assert answer(machine, read, architecture=0x40000003) == NOT_PERMITTED  # 32-bit calls
    assert answer(machine, 0x40000000 | read) == NOT_PERMITTED


def test_is_there_no_filter_for_a_machine_whose_calls_are_not_known():
    assert seccomp.program("vax") is None


def test_are_the_calls_refused_in_the_sandbox_and_work_goes_on():
    require_tool("bwrap")
    if not isolation.find_isolation("bubblewrap").is_filtered or platform.machine() != "x86_64":
        pytest.skip("no filter here")
    code = "import ctypes, os, threading, subprocess\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    code += "calls = {'unshare': (272, 0x10000000), 'clone': (56, 0x10000011, 0, 0, 0, 0),\n"
    code += "         'memfd': (319, b'x', 0), 'shm': (29, 0, 4096, 0o1600), 'io_uring': (425, 8, 0),\n"
    code += "         'ptrace': (101, 0, 0, 0, 0)}\n"
    code += "print({name: os.strerror((ctypes.set_errno(0), libc.syscall(*call), ctypes.get_errno())[2])\n"
    code += "       for name, call in calls.items()})"
    works = "threading.Thread(target=print, args=('thread',)).start()\n"
    works += "print(subprocess.run(['echo', 'child'], capture_output=True, text=True).stdout)"
    ran = run(code, works)
    assert set(eval(printed(ran, 0)).values()) == {"Operation not permitted"}
    assert "thread" in printed(ran, 1) and "child" in printed(ran, 1)
    assert "no filter" not in ran.isolation
