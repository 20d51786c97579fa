# SPDX-License-Identifier: BSD-3-Clause
"""What every scale shares: the Recording, units, measures, NEURON as an engine, and the one figure style."""

from neuroscales.core import measure, style, units
from neuroscales.core.recording import Recording, Signal

__all__ = ["Recording", "Signal", "measure", "style", "units"]
