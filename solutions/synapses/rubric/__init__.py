# SPDX-License-Identifier: BSD-3-Clause
"""The synapses' rubric: closed forms, NEURON's runs, and the mistakes that have a name."""

from .block import BLOCK
from .calcium import CALCIUM
from .coincidence import COINCIDENCE
from .currents import CURRENTS
from .inhibition import INHIBITION
from .network import NETWORK
from .summation import SUMMATION
from .train import TRAIN

TASKS = (TRAIN, INHIBITION, BLOCK, CURRENTS, COINCIDENCE, SUMMATION, NETWORK, CALCIUM)
