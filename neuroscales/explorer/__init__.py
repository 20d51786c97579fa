# SPDX-License-Identifier: BSD-3-Clause
"""Explorers: interactive figures that are declared once and live on a page, in JupyterLab and on paper."""

from neuroscales.explorer.declare import Control, Line, TimeSeries, View
from neuroscales.explorer.explorer import Explorer, Frame

__all__ = ["Control", "Explorer", "Frame", "Line", "TimeSeries", "View"]
