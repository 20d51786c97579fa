# SPDX-License-Identifier: BSD-3-Clause
"""The hand-in face: what a student's notebook uses of the autograder.

    from autograder import handin
    work = handin.start("handin.json", student="ada7")
    work.parameters.diam
    work.hand_in("threshold", amp=860)

A hand-in is data: it travels as display output of the cell, under a MIME type of its own, and is judged
elsewhere. Without a student's id the parameters are those for practice, and `hand_in` says at once whether an
answer is right.
"""

from autograder.handin.work import FORMAT, MIME, HandInError, Work, describe, run_protocol, start

__all__ = ["FORMAT", "MIME", "HandInError", "Work", "describe", "run_protocol", "start"]
