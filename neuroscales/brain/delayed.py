# SPDX-License-Identifier: BSD-3-Clause
"""Delayed networks: x_i' = F(x_i, G sum_j C_ij y_j(t - tau_ij)) for any node model of `neuroscales.brain`.

What regions receive is summed tract by tract from a ring buffer of past outputs, so memory grows with the
longest delay and not with the length of the simulation. Where a node model has a compiled twin, the inner
loops are compiled; `compiled=False` runs the plain numpy that they are tested against.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from neuroscales.brain.connectome import Connectome
from neuroscales.brain.nodes import FirstVariables, NodeModel, parameter_table
from neuroscales.brain.tracts import ORDER, Stage, Tracts, lay_tracts
from neuroscales.core.parameters import check_not_negative, check_positive
from neuroscales.core.recording import Recording, Signal

History = Callable[[float], np.ndarray]
"""From a time in ms, 0 or before, to the state then, shape (n_variables, n_regions)."""

_LONGEST_BLOCK = 256
_CHUNK_NUMBERS = 200_000


@dataclass(frozen=True, eq=False)
class Network:
    """Who is connected with whom, how strongly and how late; entry [i, j] is the tract from j to i.

    Attributes:
        weights: C, shape (n_regions, n_regions); may be negative.
        delays_ms: same shape.
        gain: G, one factor for all tracts.

    Raises:
        ValueError: a matrix that is not square, sizes that differ, a value that is not finite, or a negative
            delay.
    """

    weights: np.ndarray
    delays_ms: np.ndarray
    gain: float = 1.0

    def __post_init__(self) -> None:
        for name in ("weights", "delays_ms"):
            array = np.array(getattr(self, name), dtype=float)
            if array.ndim != 2 or array.shape[0] != array.shape[1] or not np.all(np.isfinite(array)):
                raise ValueError(f"{name} must be a square matrix of finite numbers, not {array.shape}")
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        if self.weights.shape != self.delays_ms.shape:
            raise ValueError(
                f"weights and delays differ in shape: {self.weights.shape}, {self.delays_ms.shape}"
            )
        if np.any(self.delays_ms < 0):
            raise ValueError(f"a delay cannot be negative ({self.delays_ms.min()} ms)")
        if not np.isfinite(self.gain):
            raise ValueError(f"gain must be a finite number, not {self.gain}")

    @property
    def n_regions(self) -> int:
        """Number of regions."""
        return len(self.weights)

    @classmethod
    def of(cls, brain: Connectome, gain: float, speed_m_s: float, normalized: bool = True) -> "Network":
        """The network of a connectome.

        Args:
            brain: the connectome.
            gain: G.
            speed_m_s: conduction speed; `numpy.inf` for no delays.
            normalized: whether each region's weights are divided by their sum.
        """
        delays_ms = np.zeros_like(brain.weights) if np.isinf(speed_m_s) else brain.delays_ms(speed_m_s)
        return cls(brain.row_normalized() if normalized else brain.weights, delays_ms, gain)

    @classmethod
    def alone(cls, n_regions: int = 1) -> "Network":
        """Regions without any tract."""
        return cls(np.zeros((n_regions, n_regions)), np.zeros((n_regions, n_regions)))


@dataclass(frozen=True)
class Pulse:
    """An extra input to one region for some time, added to its drive.

    Attributes:
        region: which one, from 0.
        amplitude: in the drive's unit.
        start_ms: when it begins.
        stop_ms: when it ends.
        output: which of the drive's components, for models with several.
    """

    region: int
    amplitude: float
    start_ms: float
    stop_ms: float
    output: int = 0


@dataclass(frozen=True)
class Noise:
    """White noise on some of the variables: in a time dt it adds a normal number of variance sd^2 dt.

    Attributes:
        rng: where the randomness comes from.
        sd_per_sqrt_ms: sd for each variable that is noisy, such as ``{"x": 0.1}``.
    """

    rng: np.random.Generator
    sd_per_sqrt_ms: dict[str, float]


def simulate_network(
    node: NodeModel,
    network: Network,
    *,
    tstop_ms: float,
    dt_ms: float = 0.1,
    method: str = "heun",
    history: np.ndarray | History | None = None,
    pulses: Sequence[Pulse] = (),
    noise: Noise | None = None,
    sample_every: int = 1,
    record: Sequence[str] | None = None,
    compiled: bool = True,
) -> Recording:
    """Simulate a delayed network.

    Without noise, ``"euler"`` has order 1 (each delay is taken to the nearest whole step), ``"heun"`` order 2
    (linear interpolation between steps) and ``"rk4"`` order 4 (cubic interpolation). The order of rk4 needs a
    start without kinks: a delayed equation passes on every kink of its history, one derivative higher each
    time. With noise, which is additive, all three have strong order 1.

    Args:
        node: what every region is.
        network: the tracts.
        tstop_ms: how long.
        dt_ms: time step.
        method: ``"euler"``, ``"heun"`` or ``"rk4"``.
        history: the state at and before time 0: one state for all times, shape (n_variables, n_regions), or
            a function of the time in ms. By default the model's own start.
        pulses: extra inputs. Those whose edges are not whole steps are taken to the nearest.
        noise: noise on the variables; none by default.
        sample_every: keep every so many steps.
        record: names of the variables to keep; all by default.
        compiled: whether to use the compiled twin where there is one.

    Returns:
        A Recording in ms with one profile a variable; its places are the indices of the regions.

    Raises:
        ValueError: a step that is not positive or too long for a delay, a history of another shape, an
            unknown method or variable, a region that is not there, or activity that grew beyond all bounds.
    """
    check_positive("the simulation", tstop_ms=tstop_ms, dt_ms=dt_ms, sample_every=sample_every)
    if method not in ORDER:
        raise ValueError(f"method is one of {', '.join(ORDER)}, not {method!r}")
    tracts = lay_tracts(network.weights * network.gain, network.delays_ms, dt_ms, method)
    run = _Run(node, network, tracts, dt_ms, method, pulses, noise, compiled)
    run.begin(history)
    return run.until(round(tstop_ms / dt_ms), sample_every, node.variables if record is None else record)


class _Run:
    """One simulation: the ring buffer of past outputs, the state now, and what takes it further."""

    def __init__(
        self,
        node: NodeModel,
        network: Network,
        tracts: Tracts,
        dt_ms: float,
        method: str,
        pulses: Sequence[Pulse],
        noise: Noise | None,
        compiled: bool,
    ) -> None:
        self.node, self.tracts, self.dt, self.method = node, tracts, dt_ms, method
        self.n = network.n_regions
        self.own = tracts.totals if node.diffusive else np.zeros(self.n)
        self.noise_sd = _noise_sd(node, noise, dt_ms)
        self.rng = None if noise is None else noise.rng
        self.pulses = pulses
        for pulse in pulses:
            if not 0 <= pulse.region < self.n:
                raise ValueError(f"there is no region {pulse.region}; regions count from 0 to {self.n - 1}")
        self.table = parameter_table(node, self.n)
        at_once = bool(tracts.instant.any())
        self.instant = tracts.instant if at_once else np.zeros((0, self.n))
        # The compiled twins know tracts without delay only of outputs that are variables.
        plain = type(node).outputs is FirstVariables.outputs
        self.compiled = compiled and node.kernel is not None and (plain or not at_once)
        self.block = min(tracts.shortest_lag + 1, _LONGEST_BLOCK)
        # Many blocks in one compiled call, where nothing but the tracts comes in.
        self.marches = self.compiled and plain and not pulses
        self.chunk = self.block
        if self.marches:
            per_step = len(node.variables) * self.n
            self.chunk = max(self.block, _CHUNK_NUMBERS // per_step)

    def begin(self, history: np.ndarray | History | None) -> None:
        """Fill the buffer with the outputs of the history."""
        start = self.node.start(self.n)
        states = history if callable(history) else (lambda t_ms: start if history is None else history)
        length = max(self.tracts.longest_lag + 1, self.block)
        self.state = np.array(states(0.0), dtype=float)
        if self.state.shape != start.shape or not np.all(np.isfinite(self.state)):
            raise ValueError(f"a state is {start.shape} finite numbers, not of shape {self.state.shape}")
        n_outputs = len(self.node.outputs(self.state))
        # Mirrored: every value stands twice, so that a block of the past never wraps around.
        self.past = np.zeros((n_outputs, self.n, 2 * length))
        for lag in range(length if self.tracts.longest_lag else 1):
            output = self.node.outputs(np.asarray(states(-lag * self.dt), dtype=float))
            slot = -lag % length
            self.past[:, :, slot] = self.past[:, :, slot + length] = output

    def until(self, n_steps: int, every: int, record: Sequence[str]) -> Recording:
        """Take the steps, and keep every so many of them."""
        unknown = set(record) - set(self.node.variables)
        if unknown:
            raise ValueError(f"the model has no variable {sorted(unknown)[0]!r}, but {self.node.variables}")
        rows = [self.node.variables.index(name) for name in record]
        kept = np.empty((n_steps // every + 1, len(rows), self.n))
        kept[0] = self.state[rows]
        done = 0
        while done < n_steps:
            size = min(self.chunk, n_steps - done)
            if self.marches:
                trace = self._march(done, size)
            else:
                trace = self._advance(self._inputs(done, size), self._noise(size))
                self._remember(done, trace)
            first = -(done + 1) % every
            chosen = trace[first::every, rows]
            at = (done + 1 + first) // every
            kept[at : at + len(chosen)] = chosen
            done += size
        if not np.all(np.isfinite(kept)):
            raise ValueError(f"activity grew beyond all bounds: take a step below {self.dt} ms, or less gain")
        time_ms = np.arange(len(kept)) * every * self.dt
        places = np.arange(self.n, dtype=float)
        signals = [Signal(name, kept[:, k], self.node.unit, places) for k, name in enumerate(record)]
        return Recording(time_ms, signals)

    def _march(self, done: int, size: int) -> np.ndarray:
        """Many blocks at once, in compiled code."""
        from neuroscales.brain import kernels

        trace = np.empty((size, *self.state.shape))
        stages = self.tracts.together()
        model, method = self.node.kernel, _compiled_method(self.method)
        args = (self.own, self.instant, self._noise(size), self.dt, trace)
        kernels.march(model, method, self.table, self.state, self.past, done, self.block, stages, *args)
        return trace

    def _inputs(self, done: int, size: int) -> np.ndarray:
        """What comes in with a delay, and from pulses: (n_stages, n_outputs, n_regions, size)."""
        inputs = np.zeros((len(self.tracts.stages), len(self.past), self.n, size))
        for stage, out in zip(self.tracts.stages, inputs, strict=True):
            if stage.lags.size and self.compiled:
                from neuroscales.brain import kernels

                kernels.gather(
                    self.past, done, size, stage.receivers, stage.senders, stage.lags, stage.weights, out
                )
            elif stage.lags.size:
                _gather(self.past, done, size, stage, out)
            for pulse in self.pulses:
                # Time of the stage in each step; a pulse lasts from its start to just before its stop.
                at = np.arange(done, done + size) + stage.offset
                on, off = round(pulse.start_ms / self.dt), round(pulse.stop_ms / self.dt)
                inside = (np.floor(at) >= on) & (at < off) if stage.offset < 1 else (at > on) & (at <= off)
                out[pulse.output, pulse.region] += pulse.amplitude * inside
        return inputs

    def _noise(self, size: int) -> np.ndarray:
        """What noise adds in each of the steps, (size, n_variables, n_regions); no steps without noise."""
        if self.rng is None:
            return np.zeros((0, len(self.state), self.n))
        drawn = np.zeros((size, len(self.state), self.n))
        noisy = np.flatnonzero(self.noise_sd)
        drawn[:, noisy] = self.rng.standard_normal((size, noisy.size, self.n)) * self.noise_sd[noisy, None]
        return drawn

    def _advance(self, inputs: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """The states after each step of the block, (size, n_variables, n_regions)."""
        trace = np.empty((inputs.shape[-1], *self.state.shape))
        if self.compiled:
            from neuroscales.brain import kernels

            number = _compiled_method(self.method)
            args = (self.table, self.state, inputs, self.own, self.instant, noise, self.dt, trace)
            kernels.advance(self.node.kernel, number, *args)
            return trace
        # A model that runs away is told in one sentence at the end.
        with np.errstate(over="ignore", invalid="ignore"):
            for k in range(len(trace)):
                added = noise[k] if len(noise) else 0.0
                self.state = trace[k] = _STEP[self.method](
                    self._slope, self.state, inputs[..., k], added, self.dt
                )
        return trace

    def _slope(self, state: np.ndarray, delayed: np.ndarray) -> np.ndarray:
        """Rate of change: delayed input, tracts without delay, and a diffusive node's own output."""
        output = self.node.outputs(state)
        return self.node.slope(state, delayed + output @ self.tracts.instant.T - self.own * output)

    def _remember(self, done: int, trace: np.ndarray) -> None:
        length = self.past.shape[2] // 2
        outputs = np.moveaxis(self.node.outputs(np.moveaxis(trace, 1, 0)), 1, 2)
        slots = np.arange(done + 1, done + 1 + len(trace)) % length
        self.past[:, :, slots] = self.past[:, :, slots + length] = outputs


def _compiled_method(method: str) -> int:
    from neuroscales.brain import kernels

    return {"euler": kernels.EULER, "heun": kernels.HEUN, "rk4": kernels.RK4}[method]


def _noise_sd(node: NodeModel, noise: Noise | None, dt_ms: float) -> np.ndarray:
    """Standard deviation of what noise adds to each variable in a step, shape (n_variables,)."""
    wanted = {} if noise is None else noise.sd_per_sqrt_ms
    check_not_negative("the noise", **wanted)
    unknown = set(wanted) - set(node.variables)
    if unknown:
        raise ValueError(f"the model has no variable {sorted(unknown)[0]!r}, but {node.variables}")
    return np.array([wanted.get(name, 0.0) for name in node.variables]) * np.sqrt(dt_ms)


def _gather(past: np.ndarray, newest: int, size: int, stage: Stage, out: np.ndarray) -> None:
    """The plain twin of `kernels.gather`: one step after the other, all tracts at once."""
    length = past.shape[2] // 2
    receivers, first = np.unique(stage.receivers, return_index=True)
    for k in range(size):
        values = past[:, stage.senders, (newest + k - stage.lags) % length] * stage.weights
        out[:, receivers, k] += np.add.reduceat(values, first, axis=1)


Slope = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _euler(slope: Slope, x: np.ndarray, u: np.ndarray, added: np.ndarray, dt: float) -> np.ndarray:
    return x + dt * slope(x, u[0]) + added


def _heun(slope: Slope, x: np.ndarray, u: np.ndarray, added: np.ndarray, dt: float) -> np.ndarray:
    k1 = slope(x, u[0])
    return x + 0.5 * dt * (k1 + slope(x + dt * k1 + added, u[1])) + added


def _rk4(slope: Slope, x: np.ndarray, u: np.ndarray, added: np.ndarray, dt: float) -> np.ndarray:
    k1 = slope(x, u[0])
    k2 = slope(x + 0.5 * dt * k1, u[1])
    k3 = slope(x + 0.5 * dt * k2, u[1])
    k4 = slope(x + dt * k3, u[2])
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4) + added


_STEP = {"euler": _euler, "heun": _heun, "rk4": _rk4}
