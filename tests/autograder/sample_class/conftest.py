# SPDX-License-Identifier: BSD-3-Clause
"""The students' files are parts of notebooks: nothing to import, nothing to test."""

collect_ignore_glob = ["students/*.py"]
