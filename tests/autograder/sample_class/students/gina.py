# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Gina handed in the notebook as she got it, but for her id.
# starts from: release
