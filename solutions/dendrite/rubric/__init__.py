# SPDX-License-Identifier: BSD-3-Clause
"""The dendrite's rubric: closed forms of the passive cable, and the same in NEURON for ways and mistakes."""

from .cable import CABLE
from .convergence import CONVERGENCE
from .directions import DIRECTIONS
from .frequency import FREQUENCY
from .model import MODEL
from .morphology import MORPHOLOGY
from .profile import PROFILE
from .spike import SPIKE
from .tree import TREE

TASKS = (CABLE, PROFILE, DIRECTIONS, SPIKE, MODEL, FREQUENCY, TREE, CONVERGENCE, MORPHOLOGY)
