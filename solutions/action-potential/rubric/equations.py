# SPDX-License-Identifier: BSD-3-Clause
"""The equations."""

from pathlib import Path

import numpy as np

from autograder.rubric import Task, driven, load_module, mistake, spiking, variant
from autograder.rubric.ways import farthest
from neuroscales.membrane.hodgkin_huxley import ionic_currents_uA_cm2, rates

from .shared import MEMBRANE, SEED
from .soma import EL_mV, soma

PROTOCOL = load_module(Path(__file__).parents[1].joinpath("protocol_equations.py"))


def equations(
    p, *, powers=(3, 4), with_h=True, el_mV=EL_mV, stimulus=1.0, ionic=1.0, faster=1.0, swapped=False, unguarded=False,
    order=(0, 1, 2), aside_mV=0.0, digits=None,
):  # fmt: skip
    """What the grader's protocol finds on the equations, or on equations that differ from them."""
    membrane = soma(p, el_mV=el_mV)

    def of_the_student(_, v, m, h, n, amp):
        seen = (m ** (powers[0] / 3), h if with_h else 1.0, np.abs(n) ** (powers[1] / 4))
        dv = stimulus * amp - ionic * ionic_currents_uA_cm2(membrane, v, np.array(seen)).sum()
        alpha, beta = rates(v + aside_mV)
        if unguarded:
            alpha = np.where([v == -40.0, False, v == -55.0], np.nan, alpha)
        if swapped:
            alpha, beta = beta, alpha
        gates = np.array([m, h, n])
        moves = (faster * (alpha * (1 - gates) - beta * gates))[list(order)]
        found = np.array([dv, *moves])
        return found.astype(np.float32) if digits == "single" else found

    with np.errstate(all="ignore"):
        return {name: np.array(values) for name, values in PROTOCOL.run(of_the_student, p).items()}


_SOMAS = {"own": ", your own soma", "other": ", another soma"}


EQUATIONS = Task("equations", equations,
    checks=(
        *(
            driven(f"own.{gate}", "own.t", 11.9, f"{name} in a voltage clamp", 1, f"Gate {gate} while the potential is held", name=f"own.{gate}", unit="", finest=1e-3)
            for gate, name in (("m", "Sodium activation m"), ("h", "Sodium inactivation h"), ("n", "Potassium activation n"))
        ),
        *(
            check
            for which, where in _SOMAS.items()
            for check in spiking(f"{which}.v", f"{which}.t", 11.5, f"Membrane potential under a step of current{where}", {"count": 0.5, "arrival": 1, "shape": 1}, where)
        ),
    ),
    protocol="protocol_equations.py",
    sets=farthest,
    variants=(
        variant("as asked"),
        variant("single precision", digits="single"),
        variant("guarded by a step aside of 1e-6 mV", aside_mV=1e-6),
        variant("guarded by a step aside of 1e-4 mV", aside_mV=1e-4),
        variant("guarded by a step aside to the left", aside_mV=-1e-5),
        variant("guarded by a step aside of 1e-3 mV, single precision", aside_mV=1e-3, digits="single"),
    ),
    mistakes=(
        *(one for one in MEMBRANE[:2]),
        mistake("leak-left", "the leak's reversal potential is hh's own -54.3 mV, not -60 mV", el_mV=-54.3),
        mistake("practice-values", "derivatives ignores p and takes the values of practice", p=SEED),
        mistake("own-values", "derivatives ignores p and always takes your own values", p=lambda p, own: own),
        mistake("m-squared", "the sodium conductance goes with m^2 h, not with m^3 h", powers=(2, 4)),
        mistake("n-once", "the potassium conductance goes with n, not with n^4", powers=(3, 1)),
        mistake("n-cubed", "the potassium conductance goes with n^3, not with n^4", powers=(3, 3)),
        mistake("h-forgotten", "the sodium conductance has no inactivation h", with_h=False),
        mistake("gates-exchanged", "the rates of h and n are returned in each other's place", order=(0, 2, 1)),
        mistake("alpha-beta-exchanged", "alpha and beta are exchanged: gates open where they should close", swapped=True),
        mistake("unguarded", "at -40 and -55 mV two rates read 0/0, and the result is not a number", unguarded=True, credit=0.5),
        mistake("stimulus-sign", "the stimulus counts with the wrong sign", stimulus=-1.0),
        mistake("stimulus-missing", "the stimulus is left out", stimulus=0.0),
        mistake("per-second", "the rates of the gates are per second, not per ms", faster=1e3),
        mistake("millisiemens", "the currents of the channels are a thousand times too small: S/cm2 times mV is mA/cm2, not uA/cm2", ionic=1e-3),
        mistake("warm-gates", "the gates have the speed of 20 degC, not of 6.3 degC", faster=3.0**1.37),
    ),
)  # fmt: skip
