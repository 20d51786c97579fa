# SPDX-License-Identifier: BSD-3-Clause
"""The autograder: students hand in data, and a judge compares it with reference simulations of their own."""
