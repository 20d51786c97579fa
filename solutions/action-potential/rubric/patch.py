# SPDX-License-Identifier: BSD-3-Clause
"""A patch that fires by chance."""

import functools
from math import comb

import numpy as np

from autograder.rubric import Task, mistake, variant
from autograder.rubric.ways import scaled
from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane.hodgkin_huxley import rates, steady_gates
from neuroscales.membrane.stochastic_patch import StochasticPatch, count_spikes, simulate_stochastic_patch

from .estimates import Estimate, Estimated
from .soma import of

PATCHES, WARM_ms, WATCHED_ms, PATCH_EL_mV = 200, 20.0, 100.0, -54.4
AREAS_um2 = (10, 20, 30, 40, 55, 70, 90, 110, 140)


#: Rate (Hz), variance over mean of the number of spikes in 100 ms, and the part of the patches that are silent
#: then: 3000 patches of each area, each opening and closing drawn by itself (Gillespie 1977).
BY_CHANCE = {
    "rate": (38.98, 32.61, 28.01, 23.74, 19.31, 15.27, 11.33, 8.40, 5.23),
    "fano": (0.217, 0.298, 0.340, 0.407, 0.506, 0.588, 0.703, 0.808, 0.857),
    "silent": (0.0, 0.0037, 0.0057, 0.0230, 0.0623, 0.1347, 0.2597, 0.3950, 0.5670),
}


#: What a step of 0.01 ms may cost, half of what 0.02 ms does: dealt along the arrows, gates forget a little sooner.
STEP_COSTS = {"rate": 0.03, "silent": 0.01}
#: The same of other membranes, 1500 patches each, for the areas that there are, the practice notebook's included.
OTHER_AREAS_um2 = (20, 40, 55, 70, 110)


OTHERWISE = {
    "potassium smooth": {
        "rate": (12.58, 3.93, 1.50, 0.64, 0.07),
        "silent": (0.223, 0.665, 0.858, 0.939, 0.993),
    },
    "leak at -60 mV": {
        "rate": (19.49, 9.40, 5.68, 3.21, 0.68),
        "silent": (0.057, 0.324, 0.525, 0.713, 0.933),
    },
}


@of("area")
def patch(p, *, seed=None, way="along the arrows", dt_ms=0.01, membrane="", **settings):
    """Rate of spikes that nothing evokes, and the part of the patches without one; without a seed what is expected."""
    expected, fano, silent = (
        np.interp(p["area"], AREAS_um2, BY_CHANCE[name]) for name in ("rate", "fano", "silent")
    )
    by_chance_Hz = np.sqrt(fano * expected / (1e-3 * PATCHES * WATCHED_ms))
    rate_se = np.hypot(by_chance_Hz, STEP_COSTS["rate"] * expected)
    silent_se = np.hypot(np.sqrt(max(silent, 1 / PATCHES) * (1 - silent) / PATCHES), STEP_COSTS["silent"])
    found = {"rate": expected, "silent": silent}
    if membrane:
        found = {name: np.interp(p["area"], OTHER_AREAS_um2, OTHERWISE[membrane][name]) for name in found}
    if seed is not None:
        counts = _spikes_by_chance(p["area"], way, dt_ms, seed, **settings)
        found = {"rate": 1e3 * counts.mean() / WATCHED_ms, "silent": np.mean(counts == 0)}
    return {"rate": Estimate(found["rate"], rate_se), "silent": Estimate(found["silent"], silent_se)}


@functools.lru_cache(maxsize=256)  # patches of one area are the same for all students
def _spikes_by_chance(area_um2, way, dt_ms, seed, **settings):
    """Number of spikes of each patch, from the 20th ms on."""
    rng = np.random.default_rng(seed)
    v = PATCH_WAYS[way](area_um2, dt_ms, rng, **settings)
    late = v[round(WARM_ms / dt_ms) :]
    found = Recording(np.arange(len(late)) * dt_ms, [Signal("v", late, "mV", np.arange(late.shape[1]))])
    return count_spikes(found)


def _dealt_out(area_um2, dt_ms, rng):
    """The library's way: in each step all channels are dealt out among all states."""
    return (
        simulate_stochastic_patch(
            StochasticPatch(area_um2, el_mV=PATCH_EL_mV),
            rng,
            tstop_ms=WARM_ms + WATCHED_ms,
            dt_ms=dt_ms,
            n_patches=PATCHES,
        )
        .profile("v")
        .values
    )


def _along_the_arrows(area_um2, dt_ms, rng, euler=False, smooth_potassium=False, el_mV=PATCH_EL_mV):
    """A student's way: in each step a channel leaves its state along an arrow with the chance rate times dt."""
    v = np.full(PATCHES, -65.0)
    m, h, n = steady_gates(-65.0)
    four = np.array([_of_equal(3, m) * (1 - h), _of_equal(3, m) * h])
    sodium = rng.multinomial(round(60 * area_um2), four.ravel(), size=PATCHES).reshape(PATCHES, 2, 4)
    potassium = rng.multinomial(round(18 * area_um2), _of_equal(4, n), size=PATCHES)
    smooth, found = np.full(PATCHES, n), [v]
    for _ in range(round((WARM_ms + WATCHED_ms) / dt_ms)):
        alpha, beta = dt_ms * np.array(rates(v))
        # one channel's 20 pS on 1 um2 would be 2 mS/cm2
        g_na, g_k = 2 / area_um2 * sodium[:, 1, 3], 2 / area_um2 * potassium[:, 4]
        if smooth_potassium:
            g_k, smooth = 36 * smooth**4, smooth + alpha[2] * (1 - smooth) - beta[2] * smooth
        g = g_na + g_k + 0.3
        goal = (50 * g_na - 77 * g_k + 0.3 * el_mV) / g
        v = v + dt_ms * g * (goal - v) if euler else goal + (v - goal) * np.exp(-dt_ms * g)
        sodium = _sodium_moved(sodium, alpha, beta, rng)
        potassium = _potassium_moved(potassium, alpha, beta, rng)
        found.append(v)
    return np.array(found)


def _of_equal(n_gates, p):
    """Probability of 0 to n of n equal gates open."""
    return np.array([comb(n_gates, k) * p**k * (1 - p) ** (n_gates - k) for k in range(n_gates + 1)])


def _sodium_moved(counts, alpha, beta, rng):
    """Sodium channels after a step; counts of h closed and open, m from 0 to 3, shape (n_patches, 2, 4)."""
    k = np.arange(4)
    chance = np.zeros((*counts.shape, 4))
    chance[..., 0] = alpha[0][:, None, None] * (3 - k)
    chance[..., 1] = beta[0][:, None, None] * k
    chance[:, 0, :, 2], chance[:, 1, :, 2] = alpha[1][:, None], beta[1][:, None]
    chance[..., 3] = 1 - chance.sum(axis=-1)
    moved = rng.multinomial(counts, chance)
    after = moved[..., 3] + moved[:, ::-1, :, 2]
    after[:, :, 1:] += moved[:, :, :3, 0]
    after[:, :, :3] += moved[:, :, 1:, 1]
    return after


def _potassium_moved(counts, alpha, beta, rng):
    """Potassium channels after a step; counts of 0 to 4 gates open, shape (n_patches, 5)."""
    k = np.arange(5)
    chance = np.zeros((*counts.shape, 3))
    chance[..., 0], chance[..., 1] = alpha[2][:, None] * (4 - k), beta[2][:, None] * k
    chance[..., 2] = 1 - chance.sum(axis=-1)
    moved = rng.multinomial(counts, chance)
    after = moved[..., 2].copy()
    after[:, 1:] += moved[:, :4, 0]
    after[:, :4] += moved[:, 1:, 1]
    return after


PATCH_WAYS = {"along the arrows": _along_the_arrows, "dealt out": _dealt_out}


PATCH = Task("patch", patch,
    checks=(
        Estimated("rate", "rate", "Rate of spikes that nothing evokes", "Hz", 3),
        Estimated("silent", "silent", "Part of the patches without a spike", "1", 2),
    ),
    variants=(
        variant("along the arrows, seed 0", seed=0),
        variant("along the arrows, seed 1", seed=1),
        variant("along the arrows, Euler's method for v, seed 2", seed=2, euler=True),
        variant("dealt out, seed 3", seed=3, way="dealt out"),
    ),
    mistakes=(
        mistake("potassium-smooth", "the potassium channels follow n^4 smoothly: only sodium's are left to chance", membrane="potassium smooth", credit=0.3),
        mistake("leak-of-the-soma", "the leak reverses at -60 mV, as in your soma", membrane="leak at -60 mV", credit=0.3),
        mistake("patch-of-the-book", "the patch has 10 um2, as in the book", p={"area": 10}, credit=0.3),
        mistake("channels-not-scaled", "there are 60 and 18 channels, whatever the area: that is how many there are on one um2", then=lambda found: {"rate": 0.0, "silent": 1.0}),
        mistake("per-run", "the rate is the number of spikes of a patch in 100 ms, not in a second", then=scaled("rate", 1e-3 * WATCHED_ms), credit=0.5),
        mistake("all-patches", "the rate is that of all 200 patches together", then=scaled("rate", PATCHES), credit=0.5),
        mistake("whole-run", "spikes are counted for 100 ms and divided by 120 ms", then=scaled("rate", WATCHED_ms / (WARM_ms + WATCHED_ms)), credit=0.5,
                partly="where spikes are rare, chance alone moves the rate as much"),
        mistake("fired-for-silent", "the part is that of the patches that fired", then=lambda found: {**found, "silent": 1 - found["silent"]}, credit=0.5),
    ),
)  # fmt: skip
