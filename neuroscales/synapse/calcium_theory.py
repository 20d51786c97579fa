# SPDX-License-Identifier: BSD-3-Clause
"""Calcium among fast buffers in closed form, and measures of its decay and its spread."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq

from neuroscales.core.parameters import check_not_negative, check_positive
from neuroscales.synapse.calcium import CalciumPool, influx_mM_um_ms


def decay_ms(time_ms: np.ndarray, values: np.ndarray, rest: float, from_ms: float, to_ms: float) -> float:
    """Time constant of a decay to rest, from a straight line through the logarithm of what is above rest.

    Args:
        time_ms: shape (n_time,).
        values: in any unit, shape (n_time,).
        rest: where they decay to.
        from_ms: where the window begins.
        to_ms: where it ends.

    Raises:
        ValueError: fewer than two samples in the window, or a value there that is not above rest.

    >>> t = np.linspace(0, 100, 101)
    >>> round(decay_ms(t, 1 + np.exp(-t / 40), 1.0, 10, 90), 6)
    40.0
    """
    inside = (time_ms >= from_ms) & (time_ms <= to_ms)
    excess = np.asarray(values)[inside] - rest
    if inside.sum() < 2 or not np.all(excess > 0):
        raise ValueError(f"between {from_ms} and {to_ms} ms there is no decay from above {rest:g}")
    return float(-1 / np.polyfit(time_ms[inside], np.log(excess), 1)[0])


def time_constant_ms(pool: CalciumPool, diam_um: float) -> float:
    """Time constant with which a little calcium leaves a thin cylinder.

        tau = (d / 4) (1 + kappa) (1 + rest / K_pump)^2 / v_pump

    Buffers that are fast slow the decay by 1 + kappa (Neher and Augustine 1992, J. Physiol. 450:273; Neher
    1995, https://doi.org/10.1016/0028-3908(95)00144-U).

    Args:
        pool: buffers and pump.
        diam_um: diameter.

    Raises:
        ValueError: no pump, or a diameter that is not positive.

    >>> round(time_constant_ms(CalciumPool(), 1.0))
    139
    """
    check_positive("the cylinder", diam_um=diam_um)
    check_positive("the pool", v_pump_um_ms=pool.v_pump_um_ms)
    clearance = pool.v_pump_um_ms / (1 + pool.rest_mM / pool.K_pump_mM) ** 2
    return float(diam_um / 4 * (1 + pool.capacity()) / clearance)


def free_mM(pool: CalciumPool, total_mM: float) -> float:
    """Free calcium when this much, free and bound together, has come to equilibrium with the buffers.

    Args:
        pool: the buffers.
        total_mM: free and bound calcium.

    Raises:
        ValueError: a negative amount.

    >>> pool = CalciumPool()
    >>> round(free_mM(pool, 1e-4 + pool.bound_mM(1e-4)), 9)
    0.0001
    """
    check_not_negative("the calcium", total_mM=total_mM)
    if total_mM == 0:
        return 0.0
    return float(brentq(lambda c: c + pool.bound_mM(c) - total_mM, 0.0, total_mM, xtol=1e-18))


def steady_mM(pool: CalciumPool, amp_mA_cm2: float) -> float:
    """Free calcium below the membrane at which the pump keeps up with a current that never ends.

    With J = entry / 2F + J(rest), it is c = J / (v_pump - J / K_pump). Buffers play no part.

    Args:
        pool: the pump.
        amp_mA_cm2: current density, inward positive.

    Raises:
        ValueError: more than the pump can carry, v_pump K_pump.

    >>> pool = CalciumPool()
    >>> round(steady_mM(pool, 0.0), 9), round(1e3 * steady_mM(pool, 0.001), 2)
    (5e-05, 1.3)
    """
    leak = pool.rest_mM / (1 + pool.rest_mM / pool.K_pump_mM) * pool.v_pump_um_ms
    flux, most = influx_mM_um_ms(amp_mA_cm2) + leak, pool.v_pump_um_ms * pool.K_pump_mM
    if not flux < most:
        raise ValueError(
            f"the pump carries {most:.3g} mM um/ms at most, and {flux:.3g} come in: there is no steady state"
        )
    return float(flux / (pool.v_pump_um_ms - flux / pool.K_pump_mM))


def effective_diffusion_um2_ms(pool: CalciumPool) -> float:
    """Diffusion coefficient of a small excess of calcium among fast buffers.

        D_eff = (D + kappa_mobile D_mobile) / (1 + kappa_fixed + kappa_mobile)

    Wagner and Keizer 1994, https://doi.org/10.1016/S0006-3495(94)80500-4.

    >>> round(effective_diffusion_um2_ms(CalciumPool()), 5)
    0.00436
    """
    carried = pool.mobile.capacity(pool.rest_mM) * pool.mobile.D_um2_ms
    return float((pool.D_um2_ms + carried) / (1 + pool.capacity()))


def variance_um2(places_um: Sequence[float], excess: np.ndarray) -> float:
    """Variance of a profile along the cell: how far it has spread. It grows by 2 D in each ms.

    Args:
        places_um: evenly spaced, shape (n_places,).
        excess: what is above rest there, shape (n_places,).

    Raises:
        ValueError: nothing is above rest.
    """
    places_um = np.asarray(places_um)
    if not np.sum(excess) > 0:
        raise ValueError("the profile has no excess whose spread could be measured")
    mean_um = np.average(places_um, weights=excess)
    return float(np.average((places_um - mean_um) ** 2, weights=excess))
