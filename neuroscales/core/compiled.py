# SPDX-License-Identifier: BSD-3-Clause
"""Machine code for the loops that numpy cannot run at once: numba, with its compiled code cached.

Importing numba takes half a second, so only modules named `*_kernels.py` import this one, and the function
that runs a kernel imports it.
"""

from collections.abc import Callable

from numba import njit


def compiled(function: Callable) -> Callable:
    """Compile a function on its first call, and keep the code for the next process.

    The code goes beside the module, or into the user's cache where that folder cannot be written. Where
    neither can be, as in a sandbox, each process compiles anew instead of failing.

    >>> @compiled
    ... def double(x):
    ...     return 2 * x
    >>> double(21)
    42
    """
    try:
        return njit(cache=True)(function)
    except RuntimeError:  # numba found no folder for its cache
        return njit(function)
