# SPDX-License-Identifier: BSD-3-Clause
"""The terminal that most tasks share."""

from pathlib import Path

import numpy as np

from autograder.rubric import load_module
from neuroscales.synapse.receptors import TsodyksMarkram

PROTOCOL = load_module(Path(__file__).parents[1].joinpath("protocol_mechanism.py"))


def terminal(p) -> TsodyksMarkram:
    """The student's own terminal."""
    return TsodyksMarkram(p["U1"], p["tau_rec"], p["tau_facil"])


def eight_ms(p):
    """Eight spikes at the student's rate, from 0 on."""
    return 1000 / p["rate"] * np.arange(8)


def follow(
    p, spikes_ms, *, depletes=True, facilitates=True, room=True, relaxes_to_U=False, rises_first=True, old_use=False,
    since="last", start=(0.0, 1.0, None),
):  # fmt: skip
    """u and R of every spike, what it releases, and the state after the last; every slip is a keyword.

    `start` is u, R and the time of the spike before, None for a rested terminal.
    """
    U = p["U1"]
    u, R, last_ms = start
    rest = U if relaxes_to_U else 0.0
    u = rest if last_ms is None else u
    use, available, released = [], [], []
    for spike_ms in spikes_ms:
        passed_ms = 0.0 if last_ms is None else spike_ms - last_ms
        before = rest + (u - rest) * np.exp(-passed_ms / p["tau_facil"])
        risen = before + U * (1 - before if room else 1.0) if facilitates else U
        R = 1 - (1 - R) * np.exp(-passed_ms / p["tau_rec"])
        now = risen if rises_first else before
        use.append(now)
        available.append(R)
        released.append(now * R)
        if depletes:
            R = R - (before if old_use else now) * R
        u = risen
        last_ms = spike_ms if since == "last" or last_ms is None else last_ms
    return (*map(np.array, (use, available, released)), (u, R, last_ms))
