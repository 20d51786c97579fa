# SPDX-License-Identifier: BSD-3-Clause
"""The rubric of the synapse with a history: maps from spike to spike, and the slips that have a name."""

from .mechanism import MECHANISM
from .pairs import PAIRS
from .simulation import SIMULATION
from .steady import STEADY
from .step import STEP
from .train import TRAIN
from .triplets import TRIPLETS
from .vesicles import VESICLES
from .window import WINDOW

TASKS = (TRAIN, STEADY, SIMULATION, MECHANISM, WINDOW, PAIRS, STEP, TRIPLETS, VESICLES)
