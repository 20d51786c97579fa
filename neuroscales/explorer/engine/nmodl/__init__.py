# SPDX-License-Identifier: BSD-3-Clause
"""From a mechanism in NMODL to its module for the page."""

from neuroscales.explorer.engine.nmodl.module import translate
from neuroscales.explorer.engine.nmodl.source import NotTranslated

__all__ = ["NotTranslated", "translate"]
