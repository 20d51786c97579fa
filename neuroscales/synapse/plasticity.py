# SPDX-License-Identifier: BSD-3-Clause
"""Spike-timing-dependent plasticity: the pair rule and the triplet rule, from spike to spike.

Three traces follow the spikes. Each decays exponentially, and grows at a spike of its side:

    r: presynaptic spikes, tau_plus;   o: postsynaptic spikes, tau_minus;   y: postsynaptic spikes, tau_y

    at a postsynaptic spike   w <- w + r (A2_plus + A3_plus y)
    at a presynaptic spike    w <- w - o A2_minus

with the traces as they are just before the spike. Between spikes nothing changes but the traces, by a known
factor: so the steps from spike to spike are exact. Pfister and Gerstner 2006,
https://doi.org/10.1523/JNEUROSCI.1425-06.2006. A pair rule is a triplet rule with A3_plus = 0.

Changes of w are parts of the weight with which the synapse began. Nothing bounds them.
"""

from dataclasses import dataclass

import numpy as np

from neuroscales.core.parameters import check_fields, check_not_negative, check_positive
from neuroscales.core.recording import Recording, Signal
from neuroscales.synapse.short_term_rates import poisson_spikes_ms

_SAME_ms = 1e-9  # spikes closer than this come at the same time; rounding of spike times is far below


@dataclass(frozen=True)
class TripletRule:
    """Pairs depress; potentiation needs a presynaptic and *two* postsynaptic spikes.

    The numbers are the minimal model with all spikes that was fitted to visual cortex (Pfister and Gerstner
    2006, https://doi.org/10.1523/JNEUROSCI.1425-06.2006, table 3). Its tau_y is 114 ms; the 125 ms in some
    code belong to the full model of the same table.

    Attributes:
        A2_plus: potentiation of one pair, as a part of the first weight.
        A3_plus: potentiation of one triplet.
        A2_minus: depression of one pair.
        tau_plus_ms: how long a presynaptic spike is remembered.
        tau_minus_ms: how long a postsynaptic spike is remembered by the depression.
        tau_y_ms: how long a postsynaptic spike is remembered by the potentiation.
        nearest: whether only the last spike of each side is remembered, or all.

    Raises:
        ValueError: a time that is not positive, a negative amplitude, or a value that is not finite.
    """

    A2_plus: float = 0.0
    A3_plus: float = 6.5e-3
    A2_minus: float = 7.1e-3
    tau_plus_ms: float = 16.8
    tau_minus_ms: float = 33.7
    tau_y_ms: float = 114.0
    nearest: bool = False

    def __post_init__(self) -> None:
        times, amplitudes = ["tau_plus_ms", "tau_minus_ms", "tau_y_ms"], ["A2_plus", "A3_plus", "A2_minus"]
        check_fields(self, "the triplet rule", positive=times, not_negative=amplitudes, but=["nearest"])

    @property
    def terms(self) -> "TripletRule":
        """The rule itself."""
        return self


@dataclass(frozen=True)
class PairRule:
    """Every presynaptic spike before a postsynaptic one potentiates, every one after it depresses.

    The numbers are those of Song, Miller and Abbott 2000, https://doi.org/10.1038/78829.

    Attributes:
        A_plus: potentiation of one pair at no delay, as a part of the first weight.
        A_minus: depression of one pair at no delay.
        tau_plus_ms: how potentiation falls with the delay.
        tau_minus_ms: how depression falls with the delay.
        nearest: whether each spike is paired only with the last of the other side, or with all before it.

    Raises:
        ValueError: a time that is not positive, a negative amplitude, or a value that is not finite.
    """

    A_plus: float = 0.005
    A_minus: float = 0.00525
    tau_plus_ms: float = 20.0
    tau_minus_ms: float = 20.0
    nearest: bool = False

    def __post_init__(self) -> None:
        times, amplitudes = ["tau_plus_ms", "tau_minus_ms"], ["A_plus", "A_minus"]
        check_fields(self, "the pair rule", positive=times, not_negative=amplitudes, but=["nearest"])

    @property
    def terms(self) -> TripletRule:
        """The triplet rule that does the same: its third spike does nothing."""
        times = {"tau_plus_ms": self.tau_plus_ms, "tau_minus_ms": self.tau_minus_ms}
        return TripletRule(self.A_plus, 0.0, self.A_minus, **times, nearest=self.nearest)


Rule = PairRule | TripletRule

MEASURED = {
    10.0: ((0.1, -0.04, 0.05), (10, 0.14, 0.10), (20, 0.29, 0.14), (40, 0.53, 0.11), (50, 0.56, 0.26)),
    -10.0: ((0.1, -0.29, 0.08), (10, -0.41, 0.11), (20, -0.34, 0.10), (40, 0.56, 0.32), (50, 0.75, 0.19)),
}
"""By delay in ms: frequency of pairing in Hz, change as a part of the first weight, standard error of that.

Visual cortex, layer 5; measured by Sjostrom, Turrigiano and Nelson 2001,
https://doi.org/10.1016/S0896-6273(01)00542-6, in the numbers to which Pfister and Gerstner fitted their rule.
"""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What spikes leave behind, event by event; cells that have no more events stay as they are.

    Attributes:
        time_ms: of each event, shape (n_events, ...cells).
        traces: r, o and y just after it, shape (n_events, 3, ...cells).
        change: of the weight so far, as a part of the first weight, shape (n_events, ...cells).
    """

    time_ms: np.ndarray
    traces: np.ndarray
    change: np.ndarray


def learn(rule: Rule, pre_ms: np.ndarray, post_ms: np.ndarray) -> Lesson:
    """Follow a synapse, or many at once, from spike to spike.

    Two spikes at the same time do not see each other: the delay of zero belongs to neither side.

    Args:
        rule: the rule and its parameters.
        pre_ms: times of presynaptic spikes, increasing, shape (...cells, n_pre). Where some cells have
            fewer spikes than others, `inf` fills up their rows.
        post_ms: times of postsynaptic spikes, shape (...cells, n_post); both broadcast over cells.

    Raises:
        ValueError: times that do not increase, are NaN or -inf, or cells that do not fit together.
    """
    terms = rule.terms
    time_ms, sides = _events(_checked("presynaptic", pre_ms), _checked("postsynaptic", post_ms))
    taus_ms = np.reshape([terms.tau_plus_ms, terms.tau_minus_ms, terms.tau_y_ms], (3, *[1] * time_ms[0].ndim))
    traces = fresh = np.zeros((3, *time_ms.shape[1:]))
    change, after, changes = np.zeros(time_ms.shape[1:]), [], []
    for passed_ms, side in zip(np.diff(time_ms, axis=0, prepend=time_ms[:1]), sides, strict=True):
        later = passed_ms > _SAME_ms
        left = _joined(traces, fresh, terms.nearest) * np.exp(-passed_ms / taus_ms)
        traces, fresh = np.where(later, left, traces), np.where(later, 0, fresh) + side[[0, 1, 1]]
        (r, o, y), (pre, post) = traces, side
        change = change + post * r * (terms.A2_plus + terms.A3_plus * y) - pre * o * terms.A2_minus
        after.append(_joined(traces, fresh, terms.nearest))
        changes.append(change)
    return Lesson(time_ms, np.array(after), np.array(changes))


def weight_change(rule: Rule, pre_ms: np.ndarray, post_ms: np.ndarray) -> np.ndarray:
    """Change of the weight after all spikes, as a part of the first weight, shape (...cells).

    Args and errors: those of `learn`.

    >>> round(float(weight_change(PairRule(), [0.0], [10.0])), 6)
    0.003033
    """
    return learn(rule, pre_ms, post_ms).change[-1]


def simulate_learning(
    rule: Rule, pre_ms: np.ndarray, post_ms: np.ndarray, *, tstop_ms: float = 500.0, dt_ms: float = 0.5
) -> Recording:
    """Traces and weight of one synapse over time; the samples are exact, whatever their distance.

    Args:
        rule: the rule and its parameters.
        pre_ms: times of presynaptic spikes from 0 on, increasing, shape (n_pre,).
        post_ms: times of postsynaptic spikes, shape (n_post,).
        tstop_ms: when the recording ends.
        dt_ms: distance of the samples.

    Returns:
        A Recording of the traces ``r``, ``o`` and ``y`` and of the ``change`` of the weight so far, pure
        numbers; at the instant of a spike those just after it.

    Raises:
        ValueError: times that are negative or do not increase, or a duration that is not positive.
    """
    check_positive("the recording", tstop_ms=tstop_ms, dt_ms=dt_ms)
    lesson, terms = learn(rule, np.ravel(pre_ms), np.ravel(post_ms)), rule.terms
    if lesson.time_ms[0] < 0:
        raise ValueError(f"spikes come from 0 ms on, not at {lesson.time_ms[0]:g} ms")
    time_ms = dt_ms * np.arange(round(tstop_ms / dt_ms) + 1)
    last = np.searchsorted(lesson.time_ms, time_ms + _SAME_ms, side="right") - 1
    begun, since_ms = last >= 0, np.maximum(time_ms - lesson.time_ms[last], 0)
    signals = [Signal("change", np.where(begun, lesson.change[last], 0), "1")]
    taus_ms = (terms.tau_plus_ms, terms.tau_minus_ms, terms.tau_y_ms)
    for name, tau_ms, after in zip("roy", taus_ms, lesson.traces.T, strict=True):
        left = np.where(begun, after[last], 0) * np.exp(-since_ms / tau_ms)
        signals.append(Signal(name, left, "1"))
    return Recording(time_ms, signals)


def pairings_ms(
    frequency_Hz: float | np.ndarray, delay_ms: float | np.ndarray, number: int = 60
) -> tuple[np.ndarray, np.ndarray]:
    """Times of a protocol that pairs a presynaptic and a postsynaptic spike again and again.

    Args:
        frequency_Hz: pairings per second, any shape.
        delay_ms: from the presynaptic to the postsynaptic spike, negative where that comes first; any shape.
        number: of pairings.

    Returns:
        Presynaptic and postsynaptic times, each of the shape (...protocols, number), from 0 on.

    Raises:
        ValueError: a frequency that is not positive, a number below 1, or a value that is not finite.
    """
    frequency_Hz, delay_ms = np.broadcast_arrays(np.asarray(frequency_Hz, float), np.asarray(delay_ms, float))
    if not (np.all(np.isfinite(frequency_Hz)) and np.all(np.isfinite(delay_ms))):
        raise ValueError("frequency_Hz and delay_ms of the pairings must be finite numbers")
    check_positive("the pairings", frequency_Hz=frequency_Hz.min(), number=number)
    start_ms = 1000 / frequency_Hz[..., None] * np.arange(int(number))
    return start_ms - np.minimum(delay_ms, 0)[..., None], start_ms + np.maximum(delay_ms, 0)[..., None]


def protocol_change(
    rule: Rule, frequency_Hz: float | np.ndarray, delay_ms: float | np.ndarray, number: int = 60
) -> np.ndarray:
    """Change of the weight by a protocol of pairings, as a part of the first weight.

    Args, shapes and errors: those of `pairings_ms`.

    >>> [round(float(protocol_change(rule, 50, 10)), 2) for rule in (PairRule(), TripletRule())]
    [-0.01, 0.76]
    """
    return weight_change(rule, *pairings_ms(frequency_Hz, delay_ms, number))


def window(rule: Rule, delay_ms: float | np.ndarray) -> np.ndarray:
    """Change of the weight by one pair of spikes far from all others.

        A2_plus e^(-delay/tau_plus) for delay > 0,   -A2_minus e^(delay/tau_minus) for delay < 0

    The minimal triplet rule has nothing on the positive side: one pair does not potentiate.

    Args:
        rule: the rule and its parameters.
        delay_ms: from the presynaptic to the postsynaptic spike, any shape.

    Returns:
        Parts of the first weight, of the shape of `delay_ms`; 0 at no delay.

    >>> window(PairRule(), [-10, 0, 10]).round(5).tolist()
    [-0.00318, 0.0, 0.00303]
    """
    terms, delay_ms = rule.terms, np.asarray(delay_ms, dtype=float)
    before = terms.A2_plus * np.exp(-np.abs(delay_ms) / terms.tau_plus_ms)
    after = -terms.A2_minus * np.exp(-np.abs(delay_ms) / terms.tau_minus_ms)
    return np.where(delay_ms > 0, before, np.where(delay_ms < 0, after, 0.0))


def mean_drift_per_s(rule: Rule, pre_Hz: float | np.ndarray, post_Hz: float | np.ndarray) -> np.ndarray:
    """Mean change of the weight per second where both sides fire as independent Poisson processes.

        post_Hz <r> (A2_plus + A3_plus <y>) - pre_Hz <o> A2_minus

    The mean of a trace is rate tau where all spikes count, and rate tau / (1 + rate tau) where only the last
    does. Of spikes that are independent the means multiply, and a Poisson spike finds the mean of each trace.

    Args:
        rule: the rule and its parameters.
        pre_Hz: rate of the presynaptic cell, any shape.
        post_Hz: rate of the postsynaptic cell, any shape.

    Returns:
        Parts of the first weight per second.

    Raises:
        ValueError: a negative rate.

    >>> round(float(mean_drift_per_s(PairRule(), 10, 10)), 7)
    -0.0005
    """
    pre_Hz, post_Hz = np.asarray(pre_Hz, dtype=float), np.asarray(post_Hz, dtype=float)
    check_not_negative("the spikes", pre_Hz=pre_Hz.min(), post_Hz=post_Hz.min())
    terms = rule.terms

    def mean(rate_Hz: np.ndarray, tau_ms: float) -> np.ndarray:
        expected = rate_Hz * tau_ms / 1000
        return expected / (1 + expected) if terms.nearest else expected

    grows = terms.A2_plus + terms.A3_plus * mean(post_Hz, terms.tau_y_ms)
    shrinks = pre_Hz * mean(post_Hz, terms.tau_minus_ms) * terms.A2_minus
    return post_Hz * mean(pre_Hz, terms.tau_plus_ms) * grows - shrinks


def turning_rate_Hz(rule: TripletRule) -> float:
    """Postsynaptic rate at which the mean drift turns from depression to potentiation, with all spikes.

        (A2_minus tau_minus - A2_plus tau_plus) / (A3_plus tau_plus tau_y)

    Raises:
        ValueError: a rule that counts only nearest spikes, that has no triplets, or whose pairs already
            potentiate on average.

    >>> round(turning_rate_Hz(TripletRule()), 2)
    19.22
    """
    pairs = rule.A2_minus * rule.tau_minus_ms - rule.A2_plus * rule.tau_plus_ms
    if rule.nearest or rule.A3_plus == 0 or pairs <= 0:
        raise ValueError(
            "only a rule with all spikes, with A3_plus above 0, and whose pairs depress on average has one "
            "rate at which its drift turns"
        )
    return 1000 * pairs / (rule.A3_plus * rule.tau_plus_ms * rule.tau_y_ms)


def poisson_trains_ms(rate_Hz: float, tstop_ms: float, n_cells: int, rng: np.random.Generator) -> np.ndarray:
    """Independent Poisson trains of many cells, filled up with `inf`, shape (n_cells, most spikes).

    Args:
        rate_Hz: mean rate of each.
        tstop_ms: end of the window, which begins at 0.
        n_cells: how many.
        rng: where the randomness comes from.

    Raises:
        ValueError: a negative rate or window, or no cell.
    """
    check_positive("the trains", n_cells=n_cells)
    trains = [poisson_spikes_ms(rate_Hz, tstop_ms, rng) for _ in range(n_cells)]
    filled = np.full((n_cells, max(train.size for train in trains)), np.inf)
    for row, train in zip(filled, trains, strict=True):
        row[: train.size] = train
    return filled


def _joined(traces: np.ndarray, fresh: np.ndarray, nearest: bool) -> np.ndarray:
    """The traces with what the last spikes add."""
    return np.where(fresh > 0, 1.0, traces) if nearest else traces + fresh


def _events(pre_ms: np.ndarray, post_ms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All spikes in order, shape (n_events, ...cells), and the side of each, (n_events, 2, ...cells)."""
    try:
        cells = np.broadcast_shapes(pre_ms.shape[:-1], post_ms.shape[:-1])
    except ValueError as error:
        raise ValueError(
            f"the trains are of {pre_ms.shape[:-1]} presynaptic and {post_ms.shape[:-1]} postsynaptic cells: "
            "give one train to each, or one to all"
        ) from error
    both = [np.broadcast_to(spikes, (*cells, spikes.shape[-1])) for spikes in (pre_ms, post_ms)]
    time_ms = np.concatenate(both, axis=-1)
    if not time_ms.shape[-1]:
        raise ValueError("there is no spike to learn from: give at least one time")
    order = np.argsort(time_ms, axis=-1, kind="stable")
    post = order >= pre_ms.shape[-1]
    time_ms = np.take_along_axis(time_ms, order, axis=-1)
    there = np.isfinite(time_ms)
    # What only fills up comes with the cell's last spike, on neither side.
    time_ms = np.maximum.accumulate(np.where(there, time_ms, -np.inf), axis=-1)
    time_ms = np.where(np.isfinite(time_ms), time_ms, 0.0)
    sides = np.stack([there & ~post, there & post]).astype(float)
    return np.moveaxis(time_ms, -1, 0), np.moveaxis(sides, -1, 0)


def _checked(which: str, spikes_ms: np.ndarray) -> np.ndarray:
    spikes_ms = np.atleast_1d(np.asarray(spikes_ms, dtype=float))
    finite = np.where(np.isposinf(spikes_ms), np.finfo(float).max, spikes_ms)
    steps = np.diff(finite, axis=-1)
    in_order = np.all((steps > 0) | np.isposinf(spikes_ms[..., 1:]))
    if not np.all(np.isfinite(finite)) or not in_order:
        raise ValueError(
            f"the {which} spikes of each cell, in ms, must be finite and increase; inf fills up at the end"
        )
    return spikes_ms
