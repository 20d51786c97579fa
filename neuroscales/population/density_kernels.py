# SPDX-License-Identifier: BSD-3-Clause
"""The compiled march of the density; its twin is in `tests/population/twins.py`."""

import math

import numpy as np

from neuroscales.core.compiled import compiled


@compiled
def _bernoulli(x: float) -> float:
    """x / (exp(x) - 1), which is 1 at 0."""
    if abs(x) < 1e-12:
        return 1.0 - 0.5 * x
    return x / math.expm1(x) if x < 700 else 0.0


@compiled
def march(
    p: np.ndarray,
    reset: np.ndarray,
    mu_mV: np.ndarray,
    past: np.ndarray,
    settings: np.ndarray,
    every: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Implicit steps of the density.

    Args:
        p: density at the start, per mV, shape (n_bins,).
        reset: which part of the neurons that are let go enters which bin, per mV, shape (n_bins,).
        mu_mV: input at the end of each step, shape (n_steps,).
        past: rates per ms before the start, one for each step of the refractory time, the latest last.
        settings: low end and threshold (mV), tau (ms), sigma (mV), dt (ms), the refractory time's part of a
            step beyond the whole ones, coupling (mV ms), synaptic time constant (ms; 0 for none), and the
            filtered rate at the start (per ms).
        every: keep one density of so many.

    Returns:
        Rates per ms after each step, shape (n_steps,); the part of the neurons that are held, the same; and
        the densities kept, the start among them.
    """
    low, threshold, tau, sigma, dt, part, coupling, tau_s, heard = settings
    n_bins, n_steps, n_past = len(p), len(mu_mV), len(past)
    width, diffusion = (threshold - low) / n_bins, sigma * sigma / (2 * tau)
    rates, held = np.empty(n_steps), np.empty(n_steps)
    kept = np.empty((n_steps // every + 1, n_bins))
    kept[0] = p
    p = p.copy()
    history = np.concatenate((past, rates))
    up, down = np.empty(n_bins), np.empty(n_bins)
    shrunk, own = np.empty(n_bins), np.empty(n_bins)
    factor, gain, last, ratio = np.empty(n_bins), np.empty(n_bins), 0.0, dt / width
    whole, holding = n_past - 1, 0.0
    for k in range(n_past):
        holding += history[k] * dt * (part if k == 0 else 1.0)
    for n in range(n_steps):
        mu = mu_mV[n] + coupling * heard
        if n == 0 or mu != last:  # under a steady input fluxes and elimination stay as they are
            last = mu
            for j in range(n_bins):  # from bin j to the one above, and back
                span, v = width, low + (j + 1) * width
                if j == n_bins - 1:  # from the last center to the threshold, where the density is zero
                    span, v = 0.5 * width, threshold - 0.25 * width
                peclet = (mu - v) / tau * span / diffusion
                up[j] = diffusion / span * _bernoulli(-peclet)
                down[j] = diffusion / span * _bernoulli(peclet)
            for j in range(n_bins):
                inflow = ratio * up[j - 1] if j > 0 else 0.0
                back = ratio * down[j - 1] if j > 0 else 0.0
                diagonal = 1 + ratio * up[j] + back - (inflow * shrunk[j - 1] if j > 0 else 0.0)
                factor[j] = 1 / diagonal
                gain[j] = inflow * factor[j]
                shrunk[j] = ratio * down[j] * factor[j] if j < n_bins - 1 else 0.0
                own[j] = reset[j] * factor[j] + (gain[j] * own[j - 1] if j > 0 else 0.0)
            for j in range(n_bins - 2, -1, -1):
                own[j] += shrunk[j] * own[j + 1]
        freed = part * history[n]
        if whole > 0:
            freed += (1 - part) * history[n + 1]
        p[0] = (p[0] + dt * freed * reset[0]) * factor[0]
        for j in range(1, n_bins):
            p[j] = (p[j] + dt * freed * reset[j]) * factor[j] + gain[j] * p[j - 1]
        for j in range(n_bins - 2, -1, -1):
            p[j] += shrunk[j] * p[j + 1]
        if whole == 0:  # some of those that fire now are let go now
            now = dt * (1 - part) * up[n_bins - 1]
            added = now * p[n_bins - 1] / (1 - now * own[n_bins - 1])
            for j in range(n_bins):
                p[j] += added * own[j]
            freed += (1 - part) * up[n_bins - 1] * p[n_bins - 1]
        rates[n] = up[n_bins - 1] * p[n_bins - 1]
        history[n_past + n] = rates[n]
        holding += dt * (rates[n] - freed)
        held[n] = holding
        heard = rates[n] if tau_s == 0 else heard + dt / tau_s * (rates[n] - heard)
        if (n + 1) % every == 0:
            kept[(n + 1) // every] = p
    return rates, held, kept
