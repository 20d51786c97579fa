# SPDX-License-Identifier: BSD-3-Clause
"""The action potential's rubric: one soma and its channels, correct ways, and the mistakes that have a name."""

from .accommodation import ACCOMMODATION
from .channels import CHANNELS
from .equations import EQUATIONS
from .firing import FIRING
from .integrator import INTEGRATOR
from .noise import NOISE
from .patch import PATCH
from .plane import PLANE
from .rebound import REBOUND
from .silence import SILENCE
from .spike import SPIKE
from .temperature import TEMPERATURE

TASKS = (
    SPIKE, EQUATIONS, FIRING, CHANNELS, INTEGRATOR, SILENCE, ACCOMMODATION, TEMPERATURE, REBOUND, NOISE, PLANE, PATCH,
)  # fmt: skip
