# SPDX-License-Identifier: BSD-3-Clause
"""Explorers: interactive figures that are declared once and live on a page, in JupyterLab and on paper."""

from neuroscales.explorer.declare import Control, Line, Run, View
from neuroscales.explorer.explorer import Explorer
from neuroscales.explorer.plane import Curve, Plane
from neuroscales.explorer.predict import Axis, PredictFirst
from neuroscales.explorer.runs import Frame
from neuroscales.explorer.views import SpaceProfile, SpaceTimeMap, Summary, TimeSeries

__all__ = [
    "Axis",
    "Control",
    "Curve",
    "Explorer",
    "Frame",
    "Line",
    "Plane",
    "PredictFirst",
    "Run",
    "SpaceProfile",
    "SpaceTimeMap",
    "Summary",
    "TimeSeries",
    "View",
]
