# SPDX-License-Identifier: BSD-3-Clause
"""Where a stranger's code runs: kept in, limited, and with nothing coming out but what may."""
