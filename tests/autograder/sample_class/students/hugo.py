# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Hugo typed Ada's id, so that everything is right for Ada's axon, not for his own.
# starts from: solution

# %% student-id
student = "ada"
