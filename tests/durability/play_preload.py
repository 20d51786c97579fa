# SPDX-License-Identifier: BSD-3-Clause
"""Loaded by a test's Dask worker: it starts the play worker in place of the real one."""

import os

from autograder.grading import worker


def dask_setup(_: object) -> None:
    """Called by Dask when its worker starts."""
    worker.COMMAND = (os.environ["PLAY_WORKER"], os.environ["PLAY_LOG"])
