# SPDX-License-Identifier: BSD-3-Clause
"""From membrane currents to the extracellular potential: point sources, line sources, and a recorded cell.

Potentials are in uV, currents in nA, lengths in um, conductivities in S/m. Currents count outward from the
cell. nA / (S/m um) is 1e3 uV. Line source: Holt and Koch 1999, https://doi.org/10.1023/A:1008832702585.
"""

from collections.abc import Callable

import numpy as np

from neuroscales.core.parameters import check_positive
from neuroscales.core.recording import Recording, Signal

_uV = 1e3


def point_uV(
    current_nA: np.ndarray, source_um: np.ndarray, electrode_um: np.ndarray, sigma_S_m: float = 0.3
) -> np.ndarray:
    """Potential of point sources, V = sum of I / (4 pi sigma r).

    Args:
        current_nA: I, shape (..., n_sources).
        source_um: places of the sources, shape (n_sources, 3).
        electrode_um: place of the electrode, shape (3,).
        sigma_S_m: conductivity.

    Returns:
        In uV, shape (...).

    Raises:
        ValueError: an electrode in a source, or a conductivity that is not positive.

    >>> round(float(point_uV([1.0], [[0, 0, 0]], [50.0, 0, 0])), 3)
    5.305
    """
    check_positive("the medium", sigma_S_m=sigma_S_m)
    distance = np.linalg.norm(
        np.asarray(source_um, dtype=float) - np.asarray(electrode_um, dtype=float), axis=-1
    )
    if np.any(distance == 0):
        raise ValueError("the electrode lies in a source: move it away")
    return _uV * np.asarray(current_nA, dtype=float) @ (1 / (4 * np.pi * sigma_S_m * distance))


def line_uV(
    current_nA: np.ndarray,
    start_um: np.ndarray,
    end_um: np.ndarray,
    electrode_um: np.ndarray,
    sigma_S_m: float = 0.3,
) -> np.ndarray:
    """Potential of line sources: each current leaves evenly along its segment.

        V = I / (4 pi sigma L) [asinh((L - h) / rho) + asinh(h / rho)]

    with h the place of the electrode along the segment and rho its distance from the axis.

    Args:
        current_nA: I, shape (..., n_segments).
        start_um: one end of each segment, shape (n_segments, 3).
        end_um: the other, same shape.
        electrode_um: place of the electrode, shape (3,).
        sigma_S_m: conductivity.

    Returns:
        In uV, shape (...).

    Raises:
        ValueError: a segment without length, an electrode on a segment's axis, or a conductivity that is not
            positive.

    >>> round(float(line_uV([1.0], [[0, 0, 0]], [[100, 0, 0]], [50.0, 20.0, 0])), 3)
    8.739
    """
    check_positive("the medium", sigma_S_m=sigma_S_m)
    start, end = np.asarray(start_um, dtype=float), np.asarray(end_um, dtype=float)
    length = np.linalg.norm(end - start, axis=-1)
    if np.any(length == 0):
        raise ValueError("a line source needs a length: use a point source")
    from_start = np.asarray(electrode_um, dtype=float) - start
    along = np.sum(from_start * (end - start), axis=-1) / length
    aside = np.sqrt(np.maximum(0.0, np.sum(from_start**2, axis=-1) - along**2))
    if np.any(aside <= 1e-9 * length):
        raise ValueError("the electrode lies on the axis of a segment: move it at least to the membrane")
    share = (np.arcsinh((length - along) / aside) + np.arcsinh(along / aside)) / length
    return _uV * np.asarray(current_nA, dtype=float) @ (share / (4 * np.pi * sigma_S_m))


def field_potential(
    currents: Recording,
    places_um: np.ndarray,
    electrodes_um: np.ndarray,
    sigma_S_m: float = 0.3,
    name: str = "i_membrane",
) -> Recording:
    """What electrodes record of a cell whose membrane currents are known; each segment is a point source.

    Args:
        currents: with a profile of the total membrane current of each segment in nA, synapses included
            (`neuroscales.brain.lfp.record_membrane_currents` makes one with NEURON).
        places_um: middle of each segment, shape (n_segments, 3).
        electrodes_um: shape (n_electrodes, 3).
        sigma_S_m: conductivity.
        name: of the profile.

    Returns:
        A Recording with the profile ``phi`` in uV; its places are the indices of the electrodes.

    Raises:
        ValueError: another number of places than of segments.
    """
    values = currents.profile(name).values
    places, electrodes = np.asarray(places_um, dtype=float), np.atleast_2d(electrodes_um)
    if places.shape != (values.shape[1], 3):
        raise ValueError(f"{values.shape[1]} segments need as many places in um, not shape {places.shape}")
    phi = [point_uV(values, places, electrode, sigma_S_m) for electrode in electrodes]
    indices = np.arange(len(electrodes), dtype=float)
    return Recording(currents.time, [Signal("phi", np.stack(phi, axis=1), "uV", indices)], currents.time_unit)


def dipole_moment_nA_um(currents: Recording, places_um: np.ndarray, name: str = "i_membrane") -> np.ndarray:
    """Current dipole moment over time, the sum of place times current, shape (n_time, 3)."""
    return currents.profile(name).values @ np.asarray(places_um, dtype=float)


def record_membrane_currents(sections: list, simulate: Callable[[], None]) -> Recording:
    """Run a NEURON simulation and record the membrane current of every segment, synapses included.

    Args:
        sections: the cell's sections; all of them, so that the currents add up to zero.
        simulate: initializes and integrates, such as ``lambda: engine.run(Method(), 60.0, -65.0)``.

    Returns:
        A Recording in ms with the profile ``i_membrane`` in nA, in the order of sections and their segments.
        An electrode current adds to what a segment's membrane gives off, so the sum is then that current.
    """
    from neuron import h

    segments = [segment for section in sections for segment in section]
    cvode = h.CVode()
    before = cvode.use_fast_imem()
    cvode.use_fast_imem(1)
    try:
        time = h.Vector().record(h._ref_t)
        tapes = [h.Vector().record(segment._ref_i_membrane_) for segment in segments]
        simulate()
        values = np.array([np.array(tape) for tape in tapes]).T
        time_ms = np.array(time)
    finally:
        cvode.use_fast_imem(before)
    keep = np.append(np.diff(time_ms) > 0, True)
    places = np.arange(len(segments), dtype=float)
    return Recording(time_ms[keep], [Signal("i_membrane", values[keep], "nA", places)])
