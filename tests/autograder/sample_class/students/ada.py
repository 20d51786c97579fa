# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Ada did everything right, the way the solution does it.
# starts from: solution
