# SPDX-License-Identifier: BSD-3-Clause
"""Vesicles."""

import numpy as np

from autograder.rubric import Statistic, Task, mistake, variant
from neuroscales.synapse.short_term import vesicle_counts

from .shared import SLIPS, SWAPPED, slips_of
from .terminal import eight_ms, follow, terminal

RUNS = 2000


def vesicles(
    p,
    *,
    seed=None,
    runs=RUNS,
    independent=False,
    deviation=False,
    per_place=False,
    chance="failures",
    slips=None,
):
    """Mean and failures of the eighth spike and the variance of the sum of eight: expected, or of runs."""
    places = int(p["places"])
    if seed is not None:
        rng = np.random.default_rng([seed, places, int(p["tau_rec"]), int(1000 * p["U1"])])
        counts = vesicle_counts(terminal(p), places, eight_ms(p), runs, rng)
        total = counts.sum(axis=1)
        return {
            "mean8": float(counts[:, 7].mean()),
            "failures8": float((counts[:, 7] == 0).mean()),
            "var_sum": float(total.var(ddof=1)),
        }
    use, _, released, _ = follow(p, eight_ms(p), **(slips or {}))
    chances = np.ones(1)
    for _ in range(places):
        chances = np.convolve(chances, _of_one_place(p, use, (slips or {}).get("depletes", True)))
    number = np.arange(chances.size)
    variance, fourth = (float(((number - number @ chances) ** power) @ chances) for power in (2, 4))
    p8 = float(released[7])
    failures = (1 - p8) ** places
    found = {
        "mean8": p8 if per_place else places * p8,
        "failures8": failures if chance == "failures" else 1 - failures,
        "var_sum": variance,
        "mean8_se": np.sqrt(places * p8 * (1 - p8) / RUNS),
        "failures8_se": np.sqrt(failures * (1 - failures) / RUNS),
        "var_sum_se": np.sqrt((fourth - variance**2 * (RUNS - 3) / (RUNS - 1)) / RUNS),
    }
    if independent:
        found["var_sum"] = float(places * (released * (1 - released)).sum())
    if deviation:
        found["var_sum"] = float(np.sqrt(variance))
    return found


def _of_one_place(p, use, depletes=True):
    """Chances that a place releases 0 to 8 times in the train."""
    filled, empty = np.zeros(9), np.zeros(9)
    filled[0] = 1.0
    stays_empty = np.exp(-1000 / p["rate"] / p["tau_rec"])
    for part in use:
        filled, empty = filled + (1 - stays_empty) * empty, stays_empty * empty
        gone = np.roll(part * filled, 1)  # at most eight times, so that nothing comes round
        filled = (1 - part) * filled
        if depletes:
            empty = empty + gone
        else:
            filled = filled + gone
    return filled + empty


VESICLES = Task("vesicles", vesicles,
    checks=(
        Statistic("mean8", "mean8", "Mean of the eighth spike", "", 1.5),
        Statistic("failures8", "failures8", "Failures of the eighth spike", "", 1.5),
        Statistic("var_sum", "var_sum", "Variance of the sum", "", 2),
    ),
    variants=(
        variant("2000 runs, seed 1", seed=1),
        variant("expected values"),
        variant("2000 runs, seed 2", seed=2),
        variant("2000 runs, seed 3", seed=3),
        variant("20000 runs", seed=4, runs=20000),
    ),
    mistakes=(
        *slips_of("depletion-forgotten"),
        mistake("orders-mixed", SLIPS["orders-mixed"][0], slips=SLIPS["orders-mixed"][1], credit=0.3, partly="the scatter of 2000 runs hides it for some"),
        SWAPPED,
        mistake("as-if-independent", "the variances of the eight are summed, as if one spike did not take what the next then does not find", independent=True, credit=0.5),
        mistake("deviation-for-variance", "the standard deviation stands in the variance's place", deviation=True, credit=0.5),
        mistake("one-place", "the mean is that of one place, not of all", per_place=True, credit=0.5),
        mistake("successes", "the runs are counted that released something, not those that failed", chance="successes", credit=0.5),
    ),
)  # fmt: skip
