# SPDX-License-Identifier: BSD-3-Clause
"""The NMODL mechanisms of the course and the one loader that compiles and loads them.

    import mechanisms
    mechanisms.load()

After that `h.VecStim` and the other mechanisms of this folder are there, in every notebook and test alike.
To write one of your own in a notebook, see `mechanisms.workbench`.
"""

from mechanisms.loader import MechanismError, load

__all__ = ["MechanismError", "load"]
