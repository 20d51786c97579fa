# SPDX-License-Identifier: BSD-3-Clause
"""What people read: feedback, the class report, and tables for learning platforms."""
