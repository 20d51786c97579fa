# SPDX-License-Identifier: BSD-3-Clause
"""The assignment's files are a notebook and a rubric, no tests."""

collect_ignore_glob = ["assignment/*"]
