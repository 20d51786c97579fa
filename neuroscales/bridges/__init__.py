# SPDX-License-Identifier: BSD-3-Clause
"""Bridges between scales: averaging with care, two scales in one model, and what data can tell."""
