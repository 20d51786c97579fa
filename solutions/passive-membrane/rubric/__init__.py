# SPDX-License-Identifier: BSD-3-Clause
"""A bilayer, a soma with a leak, and a soma with one process: references, correct ways, and named mistakes."""

from .bilayer import BILAYER
from .leak import LEAK
from .model import MODEL
from .neurite import NEURITE
from .short import SHORT
from .soma import SOMA

TASKS = (BILAYER, SOMA, LEAK, MODEL, NEURITE, SHORT)
