# SPDX-License-Identifier: BSD-3-Clause
"""A voltage clamp and a current step, integrated by the grader on `derivatives(p, v, m, h, n, amp)`."""

import numpy as np

CLAMP_mV = (-40.0, -55.0, 0.0, -80.0)  # two of the rates read 0/0 at the first two
CLAMP_ms, TSTOP_ms, DT_ms, START = 3.0, 12.0, 0.05, (-65.0, 0.05, 0.6, 0.32)
AMP_uA_cm2 = 20.0


def run(derivatives, p):
    """The gates while the potential is held, and the potential under a step of current from 1 ms on."""

    def held(t, state):
        v = CLAMP_mV[min(int(t / CLAMP_ms + 1e-9), len(CLAMP_mV) - 1)]
        return np.append(0.0, np.ravel(derivatives(p, v, *state[1:], 0.0))[1:])

    def free(t, state):
        return np.ravel(derivatives(p, *state, AMP_uA_cm2 if t > 1 - 1e-9 else 0.0))

    time, clamped = _integrate(held)
    _, driven = _integrate(free)
    return {"t": time, "m": clamped[:, 1], "h": clamped[:, 2], "n": clamped[:, 3], "v": driven[:, 0]}


def _integrate(rate):
    """Runge and Kutta's fourth order; what is not a number, or runs away, stays where it can be drawn."""
    low, high = np.array([-500.0, -5.0, -5.0, -5.0]), np.array([500.0, 5.0, 5.0, 5.0])

    def safe(t, state):
        with np.errstate(all="ignore"):
            return np.nan_to_num(np.array(rate(t, state), dtype=float), nan=0.0, posinf=1e6, neginf=-1e6)

    states = [np.array(START)]
    for i in range(round(TSTOP_ms / DT_ms)):
        t, now = i * DT_ms, states[-1]
        one = safe(t, now)
        two = safe(t, np.clip(now + 0.5 * DT_ms * one, low, high))
        three = safe(t, np.clip(now + 0.5 * DT_ms * two, low, high))
        four = safe(t, np.clip(now + DT_ms * three, low, high))
        states.append(np.clip(now + DT_ms / 6 * (one + 2 * two + 2 * three + four), low, high))
    return np.arange(len(states)) * DT_ms, np.array(states)
