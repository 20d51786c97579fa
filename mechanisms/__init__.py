# SPDX-License-Identifier: BSD-3-Clause
"""The NMODL mechanisms of the course and the one loader that compiles and loads them."""
