# SPDX-License-Identifier: BSD-3-Clause
"""A network of leaky integrate-and-fire neurons, and the rates that its theory expects.

    tau dV/dt = -V + tau sum of J delta(t - t_spike - delay) + input from outside

With one weight for all excitation and g times it for all inhibition it is Brunel's (2000,
https://doi.org/10.1023/A:1008925309027): four regimes, told apart by how regularly and how much together its
neurons fire. In theory the rates of all make up the mean and the noise that a neuron gets, and with these it
must fire at just that rate itself:

    mu = tau (K_E J_E r_E - K_I J_I r_I) + outside
    sigma^2 = tau (K_E J_E^2 r_E + K_I J_I^2 r_I) + J_x outside
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import root
from scipy.special import pdtr

from neuroscales.core.parameters import check_finite, check_not_negative, check_positive
from neuroscales.core.recording import Recording, Signal
from neuroscales.population.noisy_neuron import NoisyNeuron, siegert_rate_Hz
from neuroscales.population.wiring import Wiring
from neuroscales.synapse.spikes import Spikes

OUTSIDE = ("poisson", "normal")
"""Events from outside one by one, or a normal number of their mean and variance in each step."""


@dataclass(frozen=True)
class SpikingNetwork:
    """Parameters of the network; a weight is the jump of V that a spike makes.

    Attributes:
        n_e: number of excitatory neurons.
        n_i: number of inhibitory ones.
        k_e: inputs that each neuron gets from E.
        k_i: inputs that each gets from I.
        j_ee_mV: weight from E to E.
        j_ei_mV: weight from I to E, as a size.
        j_ie_mV: weight from E to I.
        j_ii_mV: weight from I to I, as a size.
        outside_e_mV: mean input to E from outside.
        outside_i_mV: mean input to I from outside.
        event_mV: weight of one event from outside; 0 where that input is constant.
        delay_ms: from a spike to its arrival.
        neuron: what each neuron is.

    Raises:
        ValueError: a number of neurons that is not positive, a number that is not whole, a negative weight,
            input or delay, or a value that is not finite.
    """

    n_e: int = 2000
    n_i: int = 500
    k_e: int = 200
    k_i: int = 50
    j_ee_mV: float = 0.2
    j_ei_mV: float = 1.0
    j_ie_mV: float = 0.2
    j_ii_mV: float = 1.0
    outside_e_mV: float = 40.0
    outside_i_mV: float = 40.0
    event_mV: float = 0.2
    delay_ms: float = 1.5
    neuron: NoisyNeuron = field(default_factory=NoisyNeuron)

    def __post_init__(self) -> None:
        check_finite(self, "neuron")
        check_positive("the network", n_e=self.n_e, n_i=self.n_i)
        names = ("k_e", "k_i", "j_ee_mV", "j_ei_mV", "j_ie_mV", "j_ii_mV", "outside_e_mV", "outside_i_mV")
        for name in (*names, "event_mV", "delay_ms"):
            check_not_negative("the network", **{name: getattr(self, name)})
        for name in ("n_e", "n_i", "k_e", "k_i"):
            if int(getattr(self, name)) != getattr(self, name):
                raise ValueError(f"{name} of the network is a whole number, not {getattr(self, name)}")

    @property
    def excitation_mV(self) -> np.ndarray:
        """Weights of E's spikes, on E and on I."""
        return np.array([self.j_ee_mV, self.j_ie_mV])

    @property
    def inhibition_mV(self) -> np.ndarray:
        """Weights of I's spikes, as sizes, on E and on I."""
        return np.array([self.j_ei_mV, self.j_ii_mV])

    @property
    def outside_mV(self) -> np.ndarray:
        """Mean input from outside, to E and to I."""
        return np.array([self.outside_e_mV, self.outside_i_mV])


def brunel_network(
    g: float,
    eta: float,
    *,
    n_e: int = 2000,
    n_i: int = 500,
    k_e: int = 200,
    k_i: int = 50,
    j_mV: float = 0.2,
    delay_ms: float = 1.5,
    neuron: NoisyNeuron | None = None,
) -> SpikingNetwork:
    """Brunel's network: inhibition g times as strong as excitation, alike for all.

    Args:
        g: weight of inhibition in units of that of excitation.
        eta: rate of the events from outside, in units of the one that would bring V to threshold on average.
        n_e: number of excitatory neurons; Brunel has 10,000, 2,500, 1,000, 250 and 0.1 mV.
        n_i: number of inhibitory ones.
        k_e: inputs from E.
        k_i: inputs from I.
        j_mV: weight of excitation, and of the events from outside.
        delay_ms: of every connection.
        neuron: what each neuron is.
    """
    neuron = NoisyNeuron() if neuron is None else neuron
    outside = eta * neuron.threshold_mV
    weights = (j_mV, g * j_mV, j_mV, g * j_mV)
    return SpikingNetwork(n_e, n_i, k_e, k_i, *weights, outside, outside, j_mV, delay_ms, neuron)


def with_more_inputs(network: SpikingNetwork, factor: float, exponent: float = 0.5) -> SpikingNetwork:
    """The same network with `factor` times as many inputs, and weights that fall as a power of their number.

    The input from outside comes through as many connections: its mean grows as number times weight. With an
    exponent of 1/2 the noise stays as it is, with 1 the means do and the noise fades.
    """
    weight = factor**-exponent
    names = ("j_ee_mV", "j_ei_mV", "j_ie_mV", "j_ii_mV", "event_mV")
    changes = {name: weight * getattr(network, name) for name in names}
    changes |= {name: factor * weight * getattr(network, name) for name in ("outside_e_mV", "outside_i_mV")}
    return replace(network, k_e=round(factor * network.k_e), k_i=round(factor * network.k_i), **changes)


def input_moments(network: SpikingNetwork, rates_Hz: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and noise of the input of a neuron of E and of I, when E and I fire at these rates.

    Returns:
        mu and sigma in mV, each of shape (2,), E first; sigma as in `noisy_neuron`.
    """
    per_ms = 1e-3 * np.asarray(rates_Hz, dtype=float)
    excitation, inhibition, tau = network.excitation_mV, network.inhibition_mV, network.neuron.tau_ms
    from_e, from_i = tau * network.k_e * per_ms[0], tau * network.k_i * per_ms[1]
    mu = from_e * excitation - from_i * inhibition + network.outside_mV
    variance = from_e * excitation**2 + from_i * inhibition**2 + network.event_mV * network.outside_mV
    return mu, np.sqrt(variance)


def self_consistent_rates_Hz(
    network: SpikingNetwork, start_Hz: tuple[float, float] = (10.0, 10.0), tolerance_Hz: float = 1e-6
) -> np.ndarray:
    """Rates of E and I that their own inputs bring about, found near where small steps lead.

    Where several pairs hold themselves, the start decides which one is found.

    Returns:
        Rates in Hz, shape (2,).

    Raises:
        ValueError: the rates do not settle.
    """

    def pull(rates: np.ndarray) -> np.ndarray:
        return siegert_rate_Hz(network.neuron, *input_moments(network, np.maximum(rates, 0.0))) - rates

    # Small steps lead into the neighborhood, but past a state that the pull itself circles around.
    rates = np.array(start_Hz, dtype=float)
    for _ in range(200):
        rates = rates + 0.05 * pull(rates)
    found = root(pull, rates, tol=1e-13)
    if np.abs(pull(found.x)).max() > tolerance_Hz or np.any(found.x < -tolerance_Hz):
        raise ValueError("the rates do not settle: start elsewhere, or nearer to what the network does")
    return np.maximum(found.x, 0.0)


def simulate_spiking_network(
    network: SpikingNetwork,
    wiring: Wiring,
    rng: np.random.Generator,
    *,
    tstop_ms: float = 600.0,
    dt_ms: float = 0.1,
    outside: str = "poisson",
) -> Spikes:
    """Simulate the network from potentials drawn evenly between 0 and threshold.

    V decays exactly in each step; spikes arrive, and are looked for, at its end. Delay and refractory time
    are rounded to whole steps.

    Args:
        network: the parameters.
        wiring: who sends to whom, for the network's sizes, E first.
        rng: source of randomness.
        tstop_ms: when to end.
        dt_ms: the time step.
        outside: one of `OUTSIDE`.

    Returns:
        The spikes of all neurons, E first.

    Raises:
        ValueError: times that are not positive, a delay shorter than a step, an unknown kind of input from
            outside, or a wiring of another number of neurons.
    """
    from neuroscales.population.spiking_kernels import march

    if not tstop_ms > dt_ms > 0:
        raise ValueError(f"dt_ms must be positive and shorter than tstop_ms, not {dt_ms} and {tstop_ms}")
    if round(network.delay_ms / dt_ms) < 1:
        raise ValueError(f"the delay ({network.delay_ms} ms) must be a step ({dt_ms} ms) or more")
    if outside not in OUTSIDE:
        raise ValueError(f"outside is one of {', '.join(OUTSIDE)}, not {outside!r}")
    n, n_steps = network.n_e + network.n_i, round(tstop_ms / dt_ms)
    if len(wiring.first) != n + 1:
        raise ValueError(f"the wiring is for {len(wiring.first) - 1} neurons, the network has {n}")
    v = rng.uniform(0, network.neuron.threshold_mV, n)
    arrays = (wiring.first, _middle(wiring, network.n_e), wiring.targets, v)
    numbers = (_settings(network, dt_ms, outside), _weights(network), _chances(network, dt_ms))
    when, who = march(*arrays, n_steps, *numbers, rng)
    return Spikes(dt_ms * (when + 1), who, n, max(tstop_ms, dt_ms * n_steps))


def population_rate(spikes: Spikes, bin_ms: float = 0.5, from_ms: float = 0.0) -> Recording:
    """Rate of all neurons together in each bin.

    Returns:
        A Recording of rate (Hz) in ms, at the middle of each bin.
    """
    n_bins = int((spikes.tstop_ms - from_ms) / bin_ms + 1e-9)
    if not bin_ms > 0 or n_bins < 2:
        raise ValueError(f"bins of {bin_ms} ms from {from_ms} ms on: there must be two of them or more")
    edges = from_ms + bin_ms * np.arange(n_bins + 1)
    rate = 1e3 * np.histogram(spikes.time_ms, edges)[0] / (bin_ms * spikes.n_cells)
    return Recording(0.5 * (edges[1:] + edges[:-1]), [Signal("rate", rate, "Hz")])


def strongest_frequency_Hz(recording: Recording, name: str = "rate", above_Hz: float = 5.0) -> float:
    """Frequency at which a signal has most power, among those above a lowest one."""
    x, dt = recording.values(name), recording.time[1] - recording.time[0]
    power = np.abs(np.fft.rfft((x - x.mean()) * np.hanning(len(x)))) ** 2
    frequency = np.fft.rfftfreq(len(x), 1e-3 * dt)
    return float(frequency[np.argmax(np.where(frequency >= above_Hz, power, -1.0))])


def input_of(
    network: SpikingNetwork, wiring: Wiring, spikes: Spikes, neuron: int, sample_ms: float = 0.5
) -> Recording:
    """What excited and inhibited one neuron, from the spikes of its sources and the mean from outside.

    Each arrival decays with the membrane's time constant, so that both add up to what V would be without a
    threshold and without the chance in the input from outside.

    Returns:
        A Recording in ms of excitation (outside included), inhibition and net, in mV.
    """
    row = int(neuron >= network.n_e)
    sources, tau = wiring.sources_of(neuron), network.neuron.tau_ms
    time = sample_ms * np.arange(int(spikes.tstop_ms / sample_ms) + 1)
    repeats = np.bincount(sources, minlength=spikes.n_cells)[spikes.gid]
    traces = []
    for weight, those in (
        (network.excitation_mV[row], spikes.gid < network.n_e),
        (-network.inhibition_mV[row], spikes.gid >= network.n_e),
    ):
        at, size = spikes.time_ms[those] + network.delay_ms, weight * repeats[those]
        # The first sample after each arrival gets what is left of it by then.
        n = np.ceil(at / sample_ms - 1e-9).astype(int)
        kicks = np.zeros(len(time))
        inside = n < len(time)
        np.add.at(kicks, n[inside], (size * np.exp(-(n * sample_ms - at) / tau))[inside])
        trace, left = np.zeros(len(time)), np.exp(-sample_ms / tau)
        for k in range(1, len(time)):
            trace[k] = left * trace[k - 1] + kicks[k]
        traces.append(trace)
    excitation = traces[0] + network.outside_mV[row] * (1 - np.exp(-time / tau))
    names = {"excitation": excitation, "inhibition": traces[1], "net": excitation + traces[1]}
    return Recording(time, [Signal(name, x, "mV") for name, x in names.items()])


def _middle(wiring: Wiring, n_e: int) -> np.ndarray:
    """Where, among the targets of each neuron, those in I begin."""
    in_e = np.append(0, np.cumsum(wiring.targets < n_e))
    return wiring.first[:-1] + in_e[wiring.first[1:]] - in_e[wiring.first[:-1]]


def _settings(network: SpikingNetwork, dt_ms: float, outside: str) -> np.ndarray:
    neuron, left = network.neuron, np.exp(-dt_ms / network.neuron.tau_ms)
    numbers = [network.n_e, neuron.threshold_mV, neuron.reset_mV, left]
    numbers += [round(neuron.refractory_ms / dt_ms), round(network.delay_ms / dt_ms)]
    if network.event_mV > 0:
        numbers += [0.0, 0.0, network.event_mV, *_events(network, dt_ms), outside == "poisson"]
    else:
        numbers += [*((1 - left) * network.outside_mV), 0.0, 0.0, 0.0, 0.0]
    return np.array(numbers, dtype=float)


def _events(network: SpikingNetwork, dt_ms: float) -> np.ndarray:
    """Mean number of events from outside in a step, to E and to I."""
    if network.event_mV == 0:
        return np.zeros(2)
    return dt_ms * network.outside_mV / (network.neuron.tau_ms * network.event_mV)


def _chances(network: SpikingNetwork, dt_ms: float) -> np.ndarray:
    """Chance of at most 0, 1, 2... of them; the last is 1, so that every draw finds its number."""
    means = _events(network, dt_ms)
    numbers = np.arange(int(means.max() + 12 * np.sqrt(means.max()) + 20))
    table = pdtr(numbers, means[:, None])
    table[:, -1] = 1.0
    return table


def _weights(network: SpikingNetwork) -> np.ndarray:
    return np.array([network.j_ee_mV, -network.j_ei_mV, network.j_ie_mV, -network.j_ii_mV])
