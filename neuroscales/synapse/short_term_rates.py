# SPDX-License-Identifier: BSD-3-Clause
"""Short-term plasticity at a rate: what Tsodyks and Markram's terminal releases on average.

Throughout, u is the part of the available resources that a spike releases, taken just after its rise, and R
the part of all resources that is available, taken just before the release.
"""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import solve_banded

from neuroscales.core.parameters import check_not_negative, check_positive
from neuroscales.synapse.receptors import TsodyksMarkram
from neuroscales.synapse.short_term import Releases, left

_LINKS = 100  # of the chain of moments of a Poisson train; with more, all digits stay


def mean_field(terminal: TsodyksMarkram, rate_Hz: float | np.ndarray) -> Releases:
    """Means over a long Poisson train, as if u and R did not depend on each other.

        u = U1 (1 + r tau_facil) / (1 + U1 r tau_facil),   R = 1 / (1 + u r tau_rec)

    The mean of u is exact. That of R is not: a spike that follows closely on others finds a high u *and* a
    low R. `poisson_release` says by how much. Tsodyks, Pawelzik and Markram 1998,
    https://doi.org/10.1162/089976698300017502.

    Args:
        terminal: the parameters.
        rate_Hz: r, mean rate of the spikes, any shape.

    Raises:
        ValueError: a negative rate.

    >>> from neuroscales.synapse.short_term import DEPRESSING
    >>> round(float(mean_field(DEPRESSING, 20.0).released), 4)
    0.0571
    """
    per_ms = _per_ms(rate_Hz)
    facilitated = per_ms * terminal.tau_facil_ms
    use = terminal.U1 * (1 + facilitated) / (1 + terminal.U1 * facilitated)
    return Releases(use, 1 / (1 + use * per_ms * terminal.tau_rec_ms))


def mean_field_step(
    terminal: TsodyksMarkram, before_Hz: float, after_Hz: float, time_ms: np.ndarray
) -> Releases:
    """The mean field while the rate of Poisson trains steps up or down at time 0.

        dR/dt = (1 - R)/tau_rec - r u R,   u relaxes to its new mean at the rate 1/tau_facil + r U1

    Args:
        terminal: the parameters. Until time 0 it is in its steady state.
        before_Hz: rate until time 0.
        after_Hz: rate from then on.
        time_ms: increasing times from 0 on, shape (n_time,).

    Returns:
        What a spike at each of the times meets on average.

    Raises:
        ValueError: a negative rate, or times that begin before 0 or do not increase.
    """
    time_ms = np.asarray(time_ms, dtype=float)
    if not time_ms.size or time_ms[0] < 0 or np.any(np.diff(time_ms) <= 0):
        raise ValueError("time_ms must begin at 0 or later, and increase")
    settled = mean_field(terminal, np.array([before_Hz, after_Hz], dtype=float)).use
    # u relaxes exponentially, faster the more often it is raised: 1/tau_facil + r U1.
    tau_ms = terminal.tau_facil_ms / (1 + _per_ms(after_Hz) * terminal.U1 * terminal.tau_facil_ms)
    if tau_ms == 0:
        settled[:] = terminal.U1

    def use(t_ms: float | np.ndarray) -> float | np.ndarray:
        return settled[1] + (settled[0] - settled[1]) * left(t_ms, tau_ms)

    if terminal.tau_rec_ms == 0:
        return Releases(use(time_ms), np.ones_like(time_ms))
    solved = solve_ivp(
        lambda t_ms, R: (1 - R) / terminal.tau_rec_ms - _per_ms(after_Hz) * use(t_ms) * R,
        (0, time_ms[-1]),
        mean_field(terminal, [before_Hz]).available,
        t_eval=time_ms,
        rtol=1e-8,
        atol=1e-10,
    )
    return Releases(use(time_ms), solved.y[0])


def poisson_release(terminal: TsodyksMarkram, rate_Hz: float) -> float:
    """Mean release of a spike of a long Poisson train, exact.

    Let w = 1 - u before the rise; a spike makes (1 - U1) w of it, and w^k R becomes (1 - U1)^(k+1) w^(k+1) R.
    So the mean of R hangs on that of w R, this on that of w^2 R, and so on, more weakly from link to link:

        k (<w^(k-1) R> - <w^k R>) / tau_facil + (<w^k> - <w^k R>) / tau_rec
            + r ((1 - U1)^(k+1) <w^(k+1) R> - <w^k R>) = 0,   release = <R> - (1 - U1) <w R>

    Args:
        terminal: the parameters.
        rate_Hz: mean rate of the spikes.

    Returns:
        Part of all resources.

    Raises:
        ValueError: a rate that is not positive.

    >>> from neuroscales.synapse.short_term import DEPRESSING
    >>> round(poisson_release(DEPRESSING, 20.0), 4)
    0.0567
    """
    check_positive("the train", rate_Hz=rate_Hz)
    per_ms, kept = _per_ms(rate_Hz), 1 - terminal.U1
    recovery, fading = (1 / max(tau_ms, 1e-9) for tau_ms in (terminal.tau_rec_ms, terminal.tau_facil_ms))
    k = np.arange(_LINKS)
    of_w = np.cumprod(k[1:] * fading / (k[1:] * fading + per_ms * (1 - kept ** k[1:])))
    bands = np.zeros((3, _LINKS))
    bands[0, 1:] = -per_ms * kept ** k[1:]
    bands[1] = k * fading + recovery + per_ms
    bands[2, :-1] = -k[1:] * fading
    R, wR = solve_banded((1, 1), bands, recovery * np.append(1, of_w))[:2]
    return float(R - kept * wR)


def limiting_rate_Hz(terminal: TsodyksMarkram) -> float:
    """Rate from which on depression rules: the release of a spike then falls as 1/rate, 1 / (U1 tau_rec).

    Above it the releases of a second add up to no more than 1/tau_rec, whatever the rate (Tsodyks and Markram
    1997, https://doi.org/10.1073/pnas.94.2.719).

    Raises:
        ValueError: a terminal that does not depress.

    >>> from neuroscales.synapse.short_term import DEPRESSING
    >>> limiting_rate_Hz(DEPRESSING)
    2.5
    """
    check_positive("a terminal that depresses", tau_rec_ms=terminal.tau_rec_ms)
    return 1000 / (terminal.U1 * terminal.tau_rec_ms)


def strongest_rate_Hz(terminal: TsodyksMarkram) -> float:
    """Rate at which a spike releases most in the mean field; 0 where a spike after a long rest does.

        r = (sqrt((1 - U1) tau_facil / (U1 tau_rec)) - 1) / tau_facil

    For small U1 and strong facilitation that is near 1 / sqrt(U1 tau_facil tau_rec), as published (Markram,
    Wang and Tsodyks 1998, https://doi.org/10.1073/pnas.95.9.5323).

    Raises:
        ValueError: a terminal that does not depress; the faster, the more it releases.

    >>> from neuroscales.synapse.short_term import DEPRESSING, FACILITATING, MIXED
    >>> [round(strongest_rate_Hz(terminal), 2) for terminal in (DEPRESSING, FACILITATING, MIXED)]
    [0.0, 10.96, 5.0]
    """
    check_positive("a terminal that depresses", tau_rec_ms=terminal.tau_rec_ms)
    facilitates = (1 - terminal.U1) * terminal.tau_facil_ms / (terminal.U1 * terminal.tau_rec_ms)
    return float(1000 * (np.sqrt(facilitates) - 1) / terminal.tau_facil_ms) if facilitates > 1 else 0.0


def poisson_spikes_ms(rate_Hz: float, tstop_ms: float, rng: np.random.Generator) -> np.ndarray:
    """Times of a Poisson process from 0 on, shape (n_spikes,).

    Args:
        rate_Hz: mean rate.
        tstop_ms: end of the window.
        rng: where the randomness comes from.

    Raises:
        ValueError: a negative rate or window.

    >>> poisson_spikes_ms(0.0, 1000.0, np.random.default_rng(1)).size
    0
    """
    check_not_negative("the train", rate_Hz=rate_Hz, tstop_ms=tstop_ms)
    # Given their number, the times are independent of each other, each anywhere in the window.
    return np.sort(rng.uniform(0, tstop_ms, rng.poisson(_per_ms(rate_Hz) * tstop_ms)))


def _per_ms(rate_Hz: float | np.ndarray) -> float | np.ndarray:
    """A rate in spikes per ms, not negative."""
    rate_Hz = np.asarray(rate_Hz, dtype=float)
    check_not_negative("the train", rate_Hz=rate_Hz.min())
    return rate_Hz / 1000
