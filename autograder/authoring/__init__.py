# SPDX-License-Identifier: BSD-3-Clause
"""For who writes an assignment: begin, derive tolerances, measure fairness, make tables."""
