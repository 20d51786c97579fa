# SPDX-License-Identifier: BSD-3-Clause
"""NEURON as an engine that leaves nothing behind."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from neuron import h

from neuroscales.core.recording import Place, Recording, Signal

_GLOBALS = ("celsius", "dt", "t", "secondorder", "usetable_hh")


@contextmanager
def neuron_as_found() -> Iterator[None]:
    """Run a simulation inside, and find NEURON's global state afterwards as it was before.

    Kept are ``celsius``, ``dt``, ``t``, ``secondorder``, the hh rate table, the variable-step method with its
    tolerances, and the potential and range variables of every section that existed before, also when the body
    raises. Sections made inside must be gone when the body ends.
    """
    cvode = h.CVode()
    before = {name: getattr(h, name) for name in _GLOBALS}
    method = (cvode.active(), cvode.atol(), cvode.rtol())
    others = [(node, name, getattr(node, name)) for node, name in _range_variables()]
    try:
        yield
    finally:
        cvode.active(method[0])
        cvode.atol(method[1])
        cvode.rtol(method[2])
        for node, name, value in others:
            setattr(node, name, value)
        for name, value in before.items():
            setattr(h, name, value)


def _range_variables() -> Iterator[tuple[object, str]]:
    """The potential and the mechanisms' range variables at every node of every section there is.

    Read one by one: NEURON's own SaveState aborts the process for a section that was never initialized.
    """
    for section in h.allsec():
        for segment in section.allseg():
            yield segment, "v"
        for segment in section:
            names = (variable.name() for mechanism in segment for variable in mechanism)
            yield from ((segment, name) for name in names if isinstance(getattr(segment, name), float))


@dataclass(frozen=True)
class Method:
    """How NEURON integrates.

    Attributes:
        dt_ms: fixed time step; None for CVode's variable step.
        secondorder: with a fixed step, 0 for implicit Euler, 1 or 2 for Crank-Nicolson (2 with currents
            correct to second order); both ring at zero-area nodes.
        absolute_tolerance: CVode's, with the variable step. NEURON's own default of 1e-3 is too loose for
            states as small as gates and conductances.
        rate_table: whether ``hh`` takes its rates from the 1 mV table that NEURON 9 uses by default, or
            computes them exactly.

    Raises:
        ValueError: a step or a tolerance that is not positive, or an unknown order.
    """

    dt_ms: float | None = 0.025
    secondorder: int = 0
    absolute_tolerance: float = 1e-6
    rate_table: bool = True

    def __post_init__(self) -> None:
        if self.dt_ms is not None and not self.dt_ms > 0:
            raise ValueError(f"dt_ms must be positive, or None for a variable step, not {self.dt_ms}")
        if not self.absolute_tolerance > 0:
            raise ValueError(f"absolute_tolerance must be positive, not {self.absolute_tolerance}")
        if self.secondorder not in (0, 1, 2):
            raise ValueError(f"secondorder is 0, 1 or 2, not {self.secondorder}")

    def apply(self) -> None:
        """Set NEURON's globals; dt is set anew each time, because NEURON keeps its last adaptive step."""
        cvode = h.CVode()
        cvode.active(self.dt_ms is None)
        if self.dt_ms is None:
            cvode.atol(self.absolute_tolerance)
            cvode.rtol(0)
        else:
            h.dt = self.dt_ms
        h.secondorder = self.secondorder
        h.usetable_hh = int(self.rate_table)


def run(method: Method, tstop_ms: float, v_init_mV: float) -> None:
    """Initialize every section to `v_init_mV` and integrate to `tstop_ms`.

    `ParallelContext.psolve` keeps dt (the standard run system changes it to fit `steps_per_ms`) and is about
    twice as fast as `continuerun`.
    """
    method.apply()
    context = h.ParallelContext()
    context.set_maxstep(10)
    h.finitialize(v_init_mV)
    context.psolve(tstop_ms)


class Tapes:
    """Vectors into which NEURON records while it runs; make them before the run, read them after it."""

    def __init__(self) -> None:
        self._time = h.Vector().record(h._ref_t)
        self._vectors: list[tuple[str, str, Place, list]] = []

    def record(self, name: str, unit: str, place: float | str | None, pointer: object) -> None:
        """Record what a pointer of NEURON's points at, as the signal `name` at one place."""
        self._vectors.append((name, unit, place, [h.Vector().record(pointer)]))

    def record_profile(self, name: str, unit: str, places: Sequence[float], pointers: Sequence) -> None:
        """Record one pointer for each of several places, as one signal."""
        vectors = [h.Vector().record(pointer) for pointer in pointers]
        self._vectors.append((name, unit, np.asarray(places, dtype=float), vectors))

    def recording(self) -> Recording:
        """What has been recorded; of two states at one instant (the edge of a pulse) the later one."""
        time_ms = np.array(self._time)
        keep = np.append(np.diff(time_ms) > 0, True)
        signals = []
        for name, unit, place, vectors in self._vectors:
            columns = np.stack([np.array(vector)[keep] for vector in vectors], axis=1)
            values = columns if isinstance(place, np.ndarray) else columns[:, 0]
            signals.append(Signal(name, values, unit, place))
        return Recording(time_ms[keep], signals)
