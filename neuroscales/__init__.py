# SPDX-License-Identifier: BSD-3-Clause
"""Neuroscales: models of the nervous system, from the charge on a patch of membrane to the whole brain."""

import os

# Without this NEURON prints a warning about the missing display into the first cell of every page.
os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
