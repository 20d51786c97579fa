# SPDX-License-Identifier: BSD-3-Clause
"""One compartment: the membrane's charge, its leak, and its spikes."""
