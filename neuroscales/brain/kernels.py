# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa: ANN001, ANN201, ANN202  (the compiler infers the types)
"""Compiled twins of the inner loops of delayed networks.

No delay is shorter than d steps, so what all regions receive during the next d steps is known beforehand.
`gather` sums it for the whole block, one tract after the other, along contiguous time; `advance` then takes
the block's steps. Only `neuroscales.brain.delayed` calls these; its numpy twins are what they are tested
against.
"""

import numpy as np
from numba import njit

EULER, HEUN, RK4 = 0, 1, 2


@njit(cache=True, fastmath={"contract", "reassoc"})
def gather(past, newest, size, receivers, senders, lags, weights, out):
    """Add what every region receives in `size` steps from `newest` on to out[output, region, step]."""
    length = past.shape[2] // 2
    for edge in range(receivers.size):
        first = (newest - lags[edge]) % length
        for output in range(past.shape[0]):
            source = past[output, senders[edge], first : first + size]
            target = out[output, receivers[edge], :size]
            weight = weights[edge]
            for k in range(size):
                target[k] += weight * source[k]


@njit(cache=True, inline="never", error_model="numpy")
def _exp_in_place(values, scratch, powers):
    """Exponentials of a whole array by 2^k times a polynomial, which the compiler makes SIMD of; 3e-16.

    numba from PyPI calls the scalar exponential of the C library for each element.
    """
    for i in range(values.size):
        x = min(max(values[i], -700.0), 700.0)
        k = np.floor(x * 1.4426950408889634 + 0.5)
        scratch[i] = (np.int64(k) + 1023) << 52
        r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10
        poly = 1.0 / 6227020800.0
        poly = poly * r + 1.0 / 479001600.0
        poly = poly * r + 1.0 / 39916800.0
        poly = poly * r + 1.0 / 3628800.0
        poly = poly * r + 1.0 / 362880.0
        poly = poly * r + 1.0 / 40320.0
        poly = poly * r + 1.0 / 5040.0
        poly = poly * r + 1.0 / 720.0
        poly = poly * r + 1.0 / 120.0
        poly = poly * r + 1.0 / 24.0
        poly = poly * r + 1.0 / 6.0
        poly = poly * r + 0.5
        values[i] = (poly * r + 1.0) * r + 1.0
    for i in range(values.size):
        values[i] *= powers[i]


@njit(cache=True, error_model="numpy")
def _slope(model, p, x, drive, out, work, scratch, powers):
    """Write the rates of change of a model with the parameter table p at the state x into `out`."""
    n = x.shape[1]
    if model == 0:  # Linear
        for i in range(n):
            out[0, i] = (drive[0, i] - x[0, i]) / p[0, i]
    elif model == 1:  # WilsonCowanNode; work[2:4] holds the two rest values of S, filled in beforehand
        to_e, to_i = work[:n], work[n : 2 * n]
        for i in range(n):
            to_e[i] = -p[4, i] * (p[0, i] * x[0, i] - p[1, i] * x[1, i] + p[8, i] + drive[0, i] - p[5, i])
            to_i[i] = -p[6, i] * (p[2, i] * x[0, i] - p[3, i] * x[1, i] + p[9, i] - p[7, i])
        _exp_in_place(work[: 2 * n], scratch[: 2 * n], powers[: 2 * n])
        for i in range(n):
            low_e, low_i = work[2 * n + i], work[3 * n + i]
            s_e, s_i = 1 / (1 + to_e[i]) - low_e, 1 / (1 + to_i[i]) - low_i
            out[0, i] = (-x[0, i] + (1 - low_e - p[12, i] * x[0, i]) * s_e) / p[10, i]
            out[1, i] = (-x[1, i] + (1 - low_i - p[12, i] * x[1, i]) * s_i) / p[11, i]
    elif model == 2:  # ReducedWongWang
        for i in range(n):
            y = p[3, i] * (p[1, i] * (p[0, i] * x[0, i] + drive[0, i]) + p[2, i]) - p[4, i]
            z = p[5, i] * y
            rate = (1 + z / 2 if abs(z) < 1e-5 else z / -np.expm1(-z)) / p[5, i]
            out[0, i] = -x[0, i] / p[6, i] + (1 - x[0, i]) * p[7, i] * rate / 1000
    elif model == 3:  # StuartLandau
        for i in range(n):
            growth, omega = p[0, i] - x[0, i] ** 2 - x[1, i] ** 2, 2 * np.pi * p[1, i]
            out[0, i] = (growth * x[0, i] - omega * x[1, i] + drive[0, i]) / 1000
            out[1, i] = (growth * x[1, i] + omega * x[0, i] + drive[1, i]) / 1000
    elif model == 4:  # Kuramoto
        for i in range(n):
            pull = np.cos(x[0, i]) * drive[0, i] - np.sin(x[0, i]) * drive[1, i]
            out[0, i] = (2 * np.pi * p[0, i] + pull) / 1000
    elif model == 5:  # Epileptor
        _epileptor(p, x, drive, out)
    else:  # JansenRit
        _jansen_rit(p, x, drive, out)


@njit(cache=True)
def _epileptor(p, x, drive, out):
    for i in range(x.shape[1]):
        x1, y1, z, x2, y2, g = x[0, i], x[1, i], x[2, i], x[3, i], x[4, i], x[5, i]
        f1 = x1 * x1 * (x1 - 3) if x1 < 0 else (x2 - 0.6 * (z - 4) ** 2) * x1
        f2 = 0.0 if x2 < -0.25 else 6 * (x2 + 0.25)
        out[0, i] = y1 - f1 - z + p[2, i]
        out[1, i] = 1 - 5 * x1 * x1 - y1
        out[2, i] = p[1, i] * (4 * (x1 - p[0, i]) - z - drive[0, i])
        out[3, i] = -y2 + x2 - x2 * x2 * x2 + p[3, i] + 2 * g - 0.3 * (z - 3.5)
        out[4, i] = (f2 - y2) / p[4, i]
        out[5, i] = -0.01 * (g - 0.1 * x1)


@njit(cache=True)
def _jansen_rit(p, x, drive, out):
    for i in range(x.shape[1]):
        a, b, c, top = p[2, i], p[3, i], p[4, i], 2 * p[7, i]
        rate = top / (1 + np.exp(p[8, i] * (p[6, i] - x[1, i] + x[2, i])))
        excite = top / (1 + np.exp(p[8, i] * (p[6, i] - c * x[0, i])))
        inhibit = top / (1 + np.exp(p[8, i] * (p[6, i] - 0.25 * c * x[0, i])))
        for k in range(3):
            out[k, i] = x[k + 3, i] / 1000
        out[3, i] = (p[0, i] * a * rate - 2 * a * x[3, i] - a * a * x[0, i]) / 1000
        push = p[0, i] * a * (p[5, i] + drive[0, i] + 0.8 * c * excite)
        out[4, i] = (push - 2 * a * x[4, i] - a * a * x[1, i]) / 1000
        out[5, i] = (p[1, i] * b * 0.25 * c * inhibit - 2 * b * x[5, i] - b * b * x[2, i]) / 1000


@njit(cache=True, fastmath={"contract", "reassoc"})
def _total_drive(inputs, step, own, instant, x, drive):
    """What a stage feels: inputs, tracts without delay, less its own output where coupling is diffusive."""
    for o in range(drive.shape[0]):
        for i in range(drive.shape[1]):
            drive[o, i] = inputs[o, i, step]
            if own[i] != 0:  # a diffusive node, whose outputs are its first variables
                drive[o, i] -= own[i] * x[o, i]
        for i in range(instant.shape[0]):
            total = 0.0
            for j in range(instant.shape[1]):
                total += instant[i, j] * x[o, j]
            drive[o, i] += total


@njit(cache=True)
def advance(model, method, p, state, inputs, own, instant, noise, dt, trace):
    """Take the block's steps and write the state after each into trace[step].

    Args:
        model: number of the node model.
        method: EULER, HEUN or RK4.
        p: parameter table, (n_parameters, n_regions).
        state: changed in place, (n_variables, n_regions).
        inputs: (n_stages, n_outputs, n_regions, n_steps).
        own: how strongly a region feels its own output, (n_regions,); zero unless coupling is diffusive.
        instant: tracts without delay, (n_regions, n_regions), or no rows where there are none.
        noise: what is added in each step, (n_steps, n_variables, n_regions); may have no steps.
        dt: the time step.
        trace: (n_steps, n_variables, n_regions).
    """
    n = state.shape[1]
    drive, moved = np.zeros((inputs.shape[1], n)), np.empty_like(state)
    k1, k2, k3, k4 = (np.empty_like(state), np.empty_like(state), np.empty_like(state), np.empty_like(state))
    work, scratch = np.empty(4 * n), np.empty(2 * n, np.int64)
    powers = scratch.view(np.float64)
    if model == 1:
        for i in range(n):
            work[2 * n + i] = 1 / (1 + np.exp(p[4, i] * p[5, i]))
            work[3 * n + i] = 1 / (1 + np.exp(p[6, i] * p[7, i]))
    noisy = noise.shape[0] > 0
    for step in range(trace.shape[0]):
        _total_drive(inputs[0], step, own, instant, state, drive)
        _slope(model, p, state, drive, k1, work, scratch, powers)
        if method == EULER:
            state += dt * k1
        elif method == HEUN:
            moved[:] = state + dt * k1
            if noisy:
                moved += noise[step]
            _total_drive(inputs[1], step, own, instant, moved, drive)
            _slope(model, p, moved, drive, k2, work, scratch, powers)
            state += 0.5 * dt * (k1 + k2)
        else:
            moved[:] = state + 0.5 * dt * k1
            _total_drive(inputs[1], step, own, instant, moved, drive)
            _slope(model, p, moved, drive, k2, work, scratch, powers)
            moved[:] = state + 0.5 * dt * k2
            _total_drive(inputs[1], step, own, instant, moved, drive)
            _slope(model, p, moved, drive, k3, work, scratch, powers)
            moved[:] = state + dt * k3
            _total_drive(inputs[2], step, own, instant, moved, drive)
            _slope(model, p, moved, drive, k4, work, scratch, powers)
            state += dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        if noisy:
            state += noise[step]
        trace[step] = state


@njit(cache=True)
def march(model, method, p, state, past, done, block, stages, own, instant, noise, dt, trace):
    """Take many blocks: gather, advance, remember; for models whose outputs are their first variables.

    Args:
        model: number of the node model.
        method: EULER, HEUN or RK4.
        p: parameter table.
        state: changed in place.
        past: ring buffer of outputs, mirrored; changed in place.
        done: how many steps have been taken before.
        block: steps a block.
        stages: (starts, receivers, senders, lags, weights), the tracts of all stages one after the other.
        own: see `advance`.
        instant: see `advance`.
        noise: see `advance`.
        dt: the time step.
        trace: (n_steps, n_variables, n_regions); every step of it is taken.
    """
    starts, receivers, senders, lags, weights = stages
    n_outputs, n, length = past.shape[0], past.shape[1], past.shape[2] // 2
    inputs = np.zeros((starts.size - 1, n_outputs, n, block))
    taken = 0
    while taken < trace.shape[0]:
        size = min(block, trace.shape[0] - taken)
        inputs[:] = 0
        for stage in range(starts.size - 1):
            a, b = starts[stage], starts[stage + 1]
            gather(
                past, done + taken, size, receivers[a:b], senders[a:b], lags[a:b], weights[a:b], inputs[stage]
            )
        added = noise[taken : taken + size] if noise.shape[0] > 0 else noise[:0]
        advance(model, method, p, state, inputs, own, instant, added, dt, trace[taken : taken + size])
        for k in range(taken, taken + size):
            slot = (done + k + 1) % length
            for o in range(n_outputs):
                for i in range(n):
                    past[o, i, slot] = trace[k, o, i]
                    past[o, i, slot + length] = trace[k, o, i]
        taken += size
