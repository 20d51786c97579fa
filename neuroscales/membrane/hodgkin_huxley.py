# SPDX-License-Identifier: BSD-3-Clause
"""The Hodgkin-Huxley membrane in numpy: the equations written out, for one cell or for thousands at once.

    cm dV/dt = I - gnabar m^3 h (V - ena) - gkbar n^4 (V - ek) - gl (V - el)
    dx/dt = phi [alpha_x(V) (1 - x) - beta_x(V) x]   for x = m, h, n;   phi = 3^((T - 6.3) / 10)

after Hodgkin and Huxley (1952, https://doi.org/10.1113/jphysiol.1952.sp004764), shifted to a rest near
-65 mV.

A step is split in three (Strang 1968, https://doi.org/10.1137/0705041): the gates move for half a step at
the old potential, the potential for a whole step at these gates, the gates for half a step at the new
potential. With the other variable held, each part has an exact solution, an exponential. The method is of
second order, stable at any step, keeps every gate between 0 and 1, and asks for the rates once a step, where
Runge and Kutta's fourth-order method asks four times and blows up when a step is too long.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import numpy as np

from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane.protocols import Numbers, Stimulus

GATES = ("m", "h", "n")
"""Names of the gates, in the order in which arrays hold them."""

_SIGNALS = {"v": "mV", "m": "1", "h": "1", "n": "1", "gna": "S/cm2", "gk": "S/cm2",
            "ina": "mA/cm2", "ik": "mA/cm2", "il": "mA/cm2", "i_stim": "uA/cm2"}  # fmt: skip


@dataclass(frozen=True)
class HodgkinHuxley:
    """Parameters of the membrane; the defaults are those of NEURON's ``hh``.

    Each is one number, or an array with one number for each cell, shape (n_cells,). Hodgkin and Huxley's own
    leak reversal is -54.387 mV, chosen so that rest lies exactly at -65 mV; NEURON rounds it to -54.3.

    Attributes:
        gnabar_S_cm2: sodium conductance density with all gates open.
        gkbar_S_cm2: the same of potassium.
        gl_S_cm2: leak conductance density.
        ena_mV: sodium's reversal potential.
        ek_mV: potassium's.
        el_mV: the leak's.
        cm_uF_cm2: specific capacitance.
        celsius_degC: temperature; the rates were measured at 6.3.

    Raises:
        ValueError: a negative conductance density, a capacitance that is not positive, a value that is not
            finite, or arrays of different lengths.
    """

    gnabar_S_cm2: Numbers = 0.12
    gkbar_S_cm2: Numbers = 0.036
    gl_S_cm2: Numbers = 0.0003
    ena_mV: Numbers = 50.0
    ek_mV: Numbers = -77.0
    el_mV: Numbers = -54.3
    cm_uF_cm2: Numbers = 1.0
    celsius_degC: Numbers = 6.3

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self)):
            value = np.asarray(getattr(self, name))
            if value.dtype.kind not in "iuf" or not np.all(np.isfinite(value)) or value.ndim > 1:
                raise ValueError(
                    f"{name} must be a finite number, or a list of them, not {getattr(self, name)!r}"
                )
            if name.startswith("g") and np.any(value < 0):
                raise ValueError(f"{name} of the membrane cannot be negative ({value.min()} S/cm2)")
        if np.any(np.asarray(self.cm_uF_cm2) <= 0):
            raise ValueError(f"cm_uF_cm2 of the membrane must be positive, not {self.cm_uF_cm2}")
        _ = self.n_cells

    @property
    def n_cells(self) -> int | None:
        """Number of cells that the parameters describe; None where all are single numbers.

        Raises:
            ValueError: arrays of different lengths.
        """
        return common_length([getattr(self, field.name) for field in fields(self)])

    @property
    def speed(self) -> Numbers:
        """Factor phi by which the gates are faster than at 6.3 degC: 3 for every 10 degrees."""
        return 3.0 ** ((self.celsius_degC - 6.3) / 10)


def rates(v_mV: Numbers) -> tuple[np.ndarray, np.ndarray]:
    """Opening and closing rates of the gates at 6.3 degC, in 1/ms.

        alpha_m = 0.1 (V + 40) / (1 - e^(-(V + 40)/10))     beta_m = 4 e^(-(V + 65)/18)
        alpha_h = 0.07 e^(-(V + 65)/20)                     beta_h = 1 / (1 + e^(-(V + 35)/10))
        alpha_n = 0.01 (V + 55) / (1 - e^(-(V + 55)/10))    beta_n = 0.125 e^(-(V + 65)/80)

    At V = -40 and -55 mV two of them read 0/0; their limits there, 1 and 0.1 per ms, are returned.

    Args:
        v_mV: potential, any shape; complex numbers too.

    Returns:
        alpha and beta, each of shape (3, ...) in the order of `GATES`.

    >>> alpha, beta = rates(-40.0)
    >>> float(alpha[0])
    1.0
    """
    v = np.asarray(v_mV)
    alpha = (_over_expm1(-(v + 40) / 10), 0.07 * np.exp(-(v + 65) / 20), 0.1 * _over_expm1(-(v + 55) / 10))
    beta = (4 * np.exp(-(v + 65) / 18), 1 / (1 + np.exp(-(v + 35) / 10)), 0.125 * np.exp(-(v + 65) / 80))
    return np.stack(alpha), np.stack(beta)


def steady_gates(v_mV: Numbers) -> np.ndarray:
    """Where the gates settle when the potential is held, alpha / (alpha + beta), shape (3, ...).

    >>> [round(float(x), 4) for x in steady_gates(-65.0)]
    [0.0529, 0.5961, 0.3177]
    """
    alpha, beta = rates(v_mV)
    return alpha / (alpha + beta)


def gate_time_constants_ms(v_mV: Numbers, celsius_degC: float = 6.3) -> np.ndarray:
    """How fast the gates settle when the potential is held, 1 / (phi (alpha + beta)), shape (3, ...)."""
    alpha, beta = rates(v_mV)
    return 1 / (HodgkinHuxley(celsius_degC=celsius_degC).speed * (alpha + beta))


def ionic_currents_uA_cm2(membrane: HodgkinHuxley, v_mV: Numbers, gates: np.ndarray) -> np.ndarray:
    """Sodium, potassium and leak current densities, positive outward.

    Args:
        membrane: the parameters.
        v_mV: potential, shape (...).
        gates: m, h and n, shape (3, ...).

    Returns:
        The three densities, shape (3, ...).
    """
    m, h, n = gates
    sodium = membrane.gnabar_S_cm2 * m**3 * h * (v_mV - membrane.ena_mV)
    potassium = membrane.gkbar_S_cm2 * n**4 * (v_mV - membrane.ek_mV)
    leak = membrane.gl_S_cm2 * (v_mV - membrane.el_mV)
    return 1e3 * np.stack([sodium, potassium, leak])  # S/cm2 times mV is mA/cm2


def derivatives(membrane: HodgkinHuxley, amp_uA_cm2: Numbers, state: np.ndarray) -> np.ndarray:
    """Right-hand side of the four equations under a steady current.

    Args:
        membrane: the parameters.
        amp_uA_cm2: current density.
        state: V (mV), m, h, n, shape (4, ...); complex numbers too.

    Returns:
        Their rates of change per ms, shape (4, ...).
    """
    v, gates = state[0], state[1:]
    alpha, beta = rates(v)
    ionic = ionic_currents_uA_cm2(membrane, v, gates).sum(axis=0)
    dv = (amp_uA_cm2 - ionic) / membrane.cm_uF_cm2
    return np.concatenate([dv[None], membrane.speed * (alpha * (1 - gates) - beta * gates)])


def march(
    membrane: HodgkinHuxley,
    stimuli: Iterable[Stimulus],
    *,
    tstop_ms: float,
    dt_ms: float,
    v_mV: np.ndarray,
    gates: np.ndarray,
) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
    """Take the cells through time, one step after the other, keeping nothing.

    Args:
        membrane: the parameters.
        stimuli: current densities into the cells, added up.
        tstop_ms: when to end.
        dt_ms: the time step.
        v_mV: initial potentials, shape (n_cells,).
        gates: initial gates, shape (3, n_cells).

    Yields:
        Time in ms, potentials (n_cells,) and gates (3, n_cells), first of all the initial ones.
    """
    stimuli = list(stimuli)
    g_max = 1e3 * np.stack(
        np.broadcast_arrays(membrane.gnabar_S_cm2, membrane.gkbar_S_cm2, membrane.gl_S_cm2)
    )
    per_g = dt_ms / membrane.cm_uF_cm2
    charge = _charge(stimuli, 0.0)
    settled, keep = _half_a_step(membrane, v_mV, dt_ms)
    yield 0.0, v_mV, gates
    for i in range(1, round(tstop_ms / dt_ms) + 1):
        gates = settled + (gates - settled) * keep
        m, h, n = gates
        g_na, g_k = g_max[0] * m * m * m * h, g_max[1] * n * n * n * n  # numpy's powers are much slower
        g = g_na + g_k + g_max[2]  # mS/cm2
        charge, before = _charge(stimuli, i * dt_ms), charge
        drive = g_na * membrane.ena_mV + g_k * membrane.ek_mV + g_max[2] * membrane.el_mV
        # v relaxes exponentially; written so that it also holds where no conductance is left.
        v_mV = v_mV + per_g * (drive - g * v_mV + (charge - before) / dt_ms) / _over_expm1(-per_g * g)
        settled, keep = _half_a_step(membrane, v_mV, dt_ms)
        gates = settled + (gates - settled) * keep
        yield i * dt_ms, v_mV, gates


def simulate_hodgkin_huxley(
    membrane: HodgkinHuxley | None = None,
    stimuli: Iterable[Stimulus] = (),
    *,
    tstop_ms: float = 50.0,
    dt_ms: float = 0.025,
    v_init_mV: Numbers = -65.0,
    gates: np.ndarray | None = None,
    record: Iterable[str] = ("v",),
) -> Recording:
    """Simulate one cell or many and return what was recorded; the equations stand at the head of this module.

    Args:
        membrane: the parameters; the squid's where nothing is said.
        stimuli: pulses, steps and ramps of current density, added up. A step of time delivers just the charge
            that they bring in it.
        tstop_ms: when the simulation ends.
        dt_ms: the time step. The error falls with its square.
        v_init_mV: potential from which the simulation starts; one number, or shape (n_cells,).
        gates: m, h and n at the start, shape (3,) or (3, n_cells); settled at `v_init_mV` if nothing is said.
        record: names of signals: v (mV), m, h, n (pure numbers), gna, gk (S/cm2), ina, ik, il (mA/cm2,
            outward positive), i_stim (uA/cm2, the mean over the step that ends there).

    Returns:
        A Recording in ms. Where every parameter is one number the signals have no place; for many cells each
        is a profile of shape (n_time, n_cells) whose places are the cells' numbers.

    Raises:
        ValueError: an unknown signal, a time or step that is not positive, or arrays of different lengths.
    """
    membrane, stimuli, record = membrane or HodgkinHuxley(), list(stimuli), list(record)
    for name in record:
        if name not in _SIGNALS:
            raise ValueError(f"unknown signal {name!r}; the membrane records {', '.join(_SIGNALS)}")
    n_cells, v_mV, gates = start(membrane, stimuli, v_init_mV, gates)
    if not tstop_ms > dt_ms > 0:
        raise ValueError(f"dt_ms must be positive and shorter than tstop_ms, not {dt_ms} and {tstop_ms}")
    steps = march(membrane, stimuli, tstop_ms=tstop_ms, dt_ms=dt_ms, v_mV=v_mV, gates=gates)
    time, v, gates = _collect(steps)
    values = [_values(name, membrane, stimuli, time, v, gates) for name in record]
    if n_cells is None:
        values, place = [array[:, 0] for array in values], None
    else:
        place = np.arange(n_cells)
    return Recording(time, [Signal(n, x, _SIGNALS[n], place) for n, x in zip(record, values, strict=True)])


def _collect(steps: Iterator[tuple[float, np.ndarray, np.ndarray]]) -> tuple[np.ndarray, ...]:
    """Time (n_time,), potentials (n_time, n_cells) and gates (3, n_time, n_cells) of all steps."""
    time, v, gates = zip(*steps, strict=True)
    return np.array(time), np.stack(v), np.stack(gates, axis=1)


def _values(
    name: str,
    membrane: HodgkinHuxley,
    stimuli: list[Stimulus],
    time: np.ndarray,
    v: np.ndarray,
    gates: np.ndarray,
) -> np.ndarray:
    """One signal at all times and in all cells, shape (n_time, n_cells)."""
    if name == "v":
        return v
    if name in GATES:
        return gates[GATES.index(name)]
    if name == "gna":
        return membrane.gnabar_S_cm2 * gates[0] ** 3 * gates[1]
    if name == "gk":
        return membrane.gkbar_S_cm2 * gates[2] ** 4
    if name == "i_stim":
        charge = np.stack([np.broadcast_to(_charge(stimuli, t), v.shape[1:]) for t in time])
        return np.diff(charge, axis=0, prepend=charge[:1]) / (time[1] - time[0])
    currents = ionic_currents_uA_cm2(membrane, v, gates)
    return 1e-3 * currents[("ina", "ik", "il").index(name)]


def start(
    membrane: HodgkinHuxley, stimuli: Iterable[Stimulus], v_init_mV: Numbers, gates: np.ndarray | None
) -> tuple[int | None, np.ndarray, np.ndarray]:
    """Number of cells (None where all is single numbers), and the initial state as `march` wants it.

    Raises:
        ValueError: arrays of different lengths.
    """
    brought = [stimulus.charge_nC_cm2(0.0) for stimulus in stimuli]
    given = [getattr(membrane, field.name) for field in fields(membrane)]
    first_gate = [] if gates is None else [np.asarray(gates)[0]]
    n_cells = common_length([*given, *brought, *first_gate, v_init_mV])
    v_mV = np.full(n_cells or 1, v_init_mV, dtype=float)
    if gates is None:
        return n_cells, v_mV, steady_gates(v_mV)
    gates = np.asarray(gates, dtype=float)
    return n_cells, v_mV, np.array(np.broadcast_to(gates.reshape(3, -1), (3, n_cells or 1)))


def common_length(values: Iterable[Numbers]) -> int | None:
    """The one length of all that are arrays; None where all are single numbers.

    Raises:
        ValueError: two lengths.
    """
    lengths = {len(value) for value in values if np.ndim(value)}
    if len(lengths) > 1:
        raise ValueError(f"arrays of one number for each cell have different lengths: {sorted(lengths)}")
    return lengths.pop() if lengths else None


def _half_a_step(membrane: HodgkinHuxley, v_mV: np.ndarray, dt_ms: float) -> tuple[np.ndarray, np.ndarray]:
    """Where the gates settle at this potential, and what fraction of the way is left after half a step."""
    alpha, beta = rates(v_mV)
    both = alpha + beta
    return alpha / both, np.exp(-0.5 * dt_ms * membrane.speed * both)


def _charge(stimuli: Iterable[Stimulus], t_ms: float) -> Numbers:
    """Charge density that all stimuli have brought by `t_ms`."""
    return sum((stimulus.charge_nC_cm2(t_ms) for stimulus in stimuli), 0.0)


def _over_expm1(x: np.ndarray) -> np.ndarray:
    """x / (e^x - 1), which is 1 - x/2 near 0."""
    small = np.abs(x) < 1e-6
    return np.where(small, 1 - x / 2, x / np.expm1(np.where(small, 1.0, x)))
