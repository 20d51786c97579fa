# SPDX-License-Identifier: BSD-3-Clause
"""Limits on what judging one task may cost, in CPU time: a busy machine changes no mark.

CPU time is that of this process. A limit interrupts Python between two steps of its own; what NEURON
does in one call is finished first.
"""

import contextlib
import math
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

#: CPU time in s within which a task is compared with its references; an honest one takes seconds.
MARKS_S = 120.0
#: CPU time in s in which reasons are sought for one wrong task.
REASONS_S = 20.0


class OutOfTime(Exception):
    """The CPU time for the marks of a task is used up."""


class NoMoreReasons(RuntimeError):
    """The CPU time for the reasons of a task is used up: a mistake that is not made explains nothing."""


@dataclass
class Budget:
    """What one task may still cost.

    Attributes:
        marks_s: CPU time left for references and comparing.
        reasons_s: CPU time left for making mistakes.
        is_short: whether some reason was not sought because there was no time left.
    """

    marks_s: float = math.inf
    reasons_s: float = math.inf
    is_short: bool = False

    @contextlib.contextmanager
    def reason(self) -> Iterator[None]:
        """Make one mistake within what is left for reasons; the marks' time stands still meanwhile.

        Raises:
            NoMoreReasons: nothing is left, or it did not suffice.
        """
        began, left = time.process_time(), _remaining()
        try:
            if self.reasons_s <= 0:
                raise NoMoreReasons
            with limited(self.reasons_s, NoMoreReasons):
                yield
        except NoMoreReasons:
            self.is_short = True
            raise
        finally:
            self.reasons_s -= time.process_time() - began
            _set(left)


@contextlib.contextmanager
def limited(seconds: float, error: type[Exception]) -> Iterator[None]:
    """Raise `error` after so much CPU time; only the main thread can be interrupted.

    Args:
        seconds: CPU time of this process.
        error: what is raised.
    """
    if math.isinf(seconds) or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        raise error

    before = signal.signal(signal.SIGPROF, stop)
    _set(seconds)
    try:
        yield
    finally:
        _set(0.0)
        signal.signal(signal.SIGPROF, before)


def _remaining() -> float:
    """CPU time in s until a limit that is set already."""
    return signal.getitimer(signal.ITIMER_PROF)[0]


def _set(seconds: float) -> None:
    """Start the limit's clock; 0 stops it."""
    if threading.current_thread() is threading.main_thread():
        signal.setitimer(signal.ITIMER_PROF, seconds)
