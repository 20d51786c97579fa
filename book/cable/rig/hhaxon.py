# SPDX-License-Identifier: BSD-3-Clause
"""The model: a squid giant axon, and nothing else. No electrodes, no graphs: these belong to the rig."""

from neuron import n

n.load_file("stdrun.hoc")

axon = n.Section("axon")
axon.L = 20_000  # um
axon.diam = 100  # um
axon.nseg = 43
axon.insert(n.hh)
