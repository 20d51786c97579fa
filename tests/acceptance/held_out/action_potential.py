# SPDX-License-Identifier: BSD-3-Clause
"""The action potential's correct ways that its tolerances were not derived from."""

from autograder.authoring.measurement import HeldOut
from autograder.rubric import variant
from autograder.rubric.ways import digits, every

SOURCES = ()

_FINER = (
    variant("step 0.0125 ms", dt_ms=0.0125),
    variant("Crank-Nicolson, step 0.0125 ms", dt_ms=0.0125, secondorder=2),
)


def _four_digits(*items: str, **settings: float):
    """Numbers, or rows of them, to four significant digits."""
    return variant("four digits", **settings, then=digits(4, *items))


def _sampled(step_ms: float, *items: str):
    """Traces with one sample per step."""
    return variant(f"one sample per {step_ms} ms", then=every(step_ms, *items))


def _to_twentieths(found):
    """Delays that were scanned in steps of 0.05 ms."""
    return {item: None if value is None else round(20 * value) / 20 for item, value in found.items()}


def _own(dt_ms: float):
    """Equations of one's own, half a step each."""
    return variant(f"own equations, step {dt_ms} ms", by="library", dt_ms=dt_ms)


def held_out(own: dict[str, float]) -> HeldOut:
    """Held-out ways of one student."""
    return HeldOut(
        variants={
            "spike": (
                *_FINER,
                _own(0.02),
                variant("rest read after 150 ms", rest_ms=150.0),
                variant("Euler's method, step 0.004 ms", by="Euler", dt_ms=0.004),
                _sampled(0.04, "v", "ina", "ik"),
                _four_digits("rest", "amp"),
            ),
            "equations": tuple(
                variant(f"guarded by a step aside of {aside} mV", aside_mV=aside)
                for aside in (5e-4, -1e-4, 1e-8)
            ),
            "firing": (
                *_FINER,
                _own(0.025),
                variant("spike counted above 10 mV", level_mV=10.0),
                _four_digits("rheobase", "onset", "onset_rate", "rates"),
            ),
            "channels": tuple(
                variant(f"{way}, seed {seed}", way=way, seed=seed)
                for seed, way in enumerate(
                    ("jump by jump", "gate by gate", "sample by sample", "gate by gate, step 0.02 ms") * 2,
                    101,
                )
            ),
            "integrator": (
                variant("exact steps of 0.04 ms", by="steps", dt_ms=0.04),
                variant("Euler's method, step 0.02 ms", by="Euler", dt_ms=0.02),
                _four_digits("rheobase", "rates"),
            ),
            "silence": (
                *_FINER,
                variant("after the sixth spike", spike=5),
                variant("scanned in steps of 0.05 ms", then=_to_twentieths),
            ),
            "accommodation": (
                variant("Euler's method, step 0.02 ms", dt_ms=0.02),
                variant("a staircase in NEURON, step 0.0125 ms", by="NEURON", dt_ms=0.0125),
                _four_digits("longest"),
            ),
            "temperature": (  # asked for with steps of 0.01 ms or finer
                variant("step 0.008 ms", dt_ms=0.008),
                variant("Crank-Nicolson, step 0.008 ms", dt_ms=0.008, secondorder=2),
                _own(0.01),
                _four_digits("amplitude", "half_width", "hottest", dt_ms=0.01),
            ),
            "rebound": (
                *_FINER,
                variant("Euler's method, step 0.0125 ms", by="Euler", dt_ms=0.0125),
                _four_digits("amp", "h_end", "n_end", "n_alone"),
            ),
            "noise": (
                *(variant(f"states of the channel, seed {seed}", seed=seed) for seed in range(201, 205)),
                variant("gate by gate, seed 205", seed=205, by="gates"),
            ),
            "plane": (
                variant("step 0.125 ms", dt_ms=0.125),
                variant(
                    "step 0.025 ms, every fourth handed in, derivatives by differences",
                    dt_ms=0.025,
                    derived="by differences",
                    then=every(0.1, "v"),
                ),
                variant("Euler's method, step 0.04 ms", by="Euler", dt_ms=0.04),
                variant("a solver, one value per ms", by="exact solver", dt_ms=1.0),
                variant("a run of 600 ms, one sample per 0.4 ms", tstop_ms=600.0, then=every(0.4, "v")),
                _four_digits("v_fixed", "w_fixed", "tr", "det", "onset", onset="trace"),
            ),
            "patch": (
                *(variant(f"along the arrows, seed {seed}", seed=seed) for seed in (301, 302)),
                variant("along the arrows, Euler's method for v, seed 303", seed=303, euler=True),
                variant("dealt out, step 0.02 ms, seed 304", seed=304, way="dealt out", dt_ms=0.02),
            ),
        },
        habits={"dt_ms": 0.0125},
        exact={"dt_ms": 0.025, "secondorder": 2, "rate_table": False},
    )
