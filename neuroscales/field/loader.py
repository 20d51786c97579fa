# SPDX-License-Identifier: BSD-3-Clause
"""Loads the compiled loops when a run first needs them."""

from functools import cache
from types import ModuleType


@cache
def kernels() -> ModuleType:
    """The compiled loops; importing numba takes half a second, which closed forms do not need."""
    from neuroscales.field import field_kernels

    return field_kernels
