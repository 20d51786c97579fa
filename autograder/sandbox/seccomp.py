# SPDX-License-Identifier: BSD-3-Clause
"""A filter of system calls for students' processes, built here as the kernel reads it.

Namespaces and limits hold what a process owns; some calls reach around them. A user namespace of one's own
gives back the right to mount, and with it memory that no limit counts; `memfd_create` and System V memory are
counted nowhere either; `io_uring`, `bpf` and their kin offer much of the kernel to attack and nothing that a
simulation needs. These calls fail with "not permitted"; all others pass.

The filter is a classic BPF program on `struct seccomp_data` (seccomp(2), and `linux/filter.h`). A filter can
never be taken off again, and every process that is started inherits it.
"""

import platform
import struct

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets; both machines store the low half first
_ALLOW, _NOT_PERMITTED, _NOT_THERE = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET
_OTHER_ABI = 0x40000000  # x32 calls on x86_64; no number of ours is as high
_CLONE3 = 435  # its flags lie behind a pointer; told that it is not there, the C library uses clone

# By machine: AUDIT_ARCH_*, the number of clone, and the numbers of what is refused.
_MACHINES = {
    "x86_64": (0xC000003E, 56, {
        "namespaces": (272, 308),  # unshare, setns
        "mounting": (165, 166, 155, 428, 429, 430, 431, 432, 433, 442),
        "memory that no limit counts": (319, 447, 29, 68, 64),  # memfd_*, and System V: shm, msg, sem
        "other processes": (101, 310, 311),  # ptrace, process_vm_readv, process_vm_writev
        "keyrings": (248, 249, 250),
        "rarely used, often attacked": (321, 298, 323, 425, 426, 427),  # bpf, perf, userfaultfd, io_uring
    }),
    "aarch64": (0xC00000B7, 220, {
        "namespaces": (97, 268),
        "mounting": (40, 39, 41, 428, 429, 430, 431, 432, 433, 442),
        "memory that no limit counts": (279, 447, 194, 186, 190),
        "other processes": (117, 270, 271),
        "keyrings": (217, 218, 219),
        "rarely used, often attacked": (280, 241, 282, 425, 426, 427),
    }),
}  # fmt: skip


def program(machine: str | None = None) -> bytes | None:
    """The filter for `machine` (this one when None) as an array of `struct sock_filter`.

    Args:
        machine: as `platform.machine` names it.

    Returns:
        What `bwrap --seccomp` and `prctl(PR_SET_SECCOMP)` take; None for a machine whose calls are not known.
    """
    known = _MACHINES.get(machine or platform.machine())
    if known is None:
        return None
    architecture, clone, refused = known
    numbers = [number for group in refused.values() for number in group]
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _NOT_PERMITTED)]
    lines += [(_LOAD, 0, 0, _NUMBER), *_when(_AT_LEAST, _OTHER_ABI, _NOT_PERMITTED)]
    lines += [line for number in numbers for line in _when(_EQUAL, number, _NOT_PERMITTED)]
    lines += _when(_EQUAL, _CLONE3, _NOT_THERE)
    lines += [(_EQUAL, 1, 0, clone), (_RETURN, 0, 0, _ALLOW)]
    lines += [(_LOAD, 0, 0, _FIRST_ARGUMENT), *_when(_ANY_BIT, _NEW_NAMESPACES, _NOT_PERMITTED)]
    lines += [(_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


def _when(test: int, value: int, answer: int) -> list[tuple[int, int, int, int]]:
    """Return `answer` where the test on the loaded word holds, else go on."""
    return [(test, 0, 1, value), (_RETURN, 0, 0, answer)]
