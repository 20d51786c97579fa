# SPDX-License-Identifier: BSD-3-Clause
"""One submission, many, a cluster: from what was handed in to a mark that is kept."""
