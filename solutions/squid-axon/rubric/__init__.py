# SPDX-License-Identifier: BSD-3-Clause
"""The squid axon's rubric: references, what is compared, correct ways, and the mistakes that have a name."""

from .anode_break import ANODE_BREAK
from .collision import COLLISION
from .model import MODEL
from .resolution import RESOLUTION
from .sodium import SODIUM
from .spike import SPIKE
from .threshold import THRESHOLD
from .velocity import VELOCITY

TASKS = (THRESHOLD, SPIKE, VELOCITY, COLLISION, MODEL, SODIUM, RESOLUTION, ANODE_BREAK)
