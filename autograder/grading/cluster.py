# SPDX-License-Identifier: BSD-3-Clause
"""The same work on a Dask cluster: each of its workers starts one of ours, and passes bytes on.

What travels is bytes of JSON (`autograder.grading.parcels`): the assignment with its rubric and one
submission there, one finding back. Nothing is written but on the grader's own machine. Whoever reaches a
Dask scheduler can run what he likes on its workers: use TLS, with certificates of your own.
"""

import atexit
import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor

from distributed import Client
from distributed.security import Security

from autograder.course.folder import CourseError
from autograder.grading.worker import Worker
from autograder.sandbox.limits import Limits

_CONNECT_s = 30
_RETRIES = 2
_seats = threading.local()


def mark(assignment: bytes, submission: bytes) -> bytes:
    """Mark one submission on this machine; called on the cluster's workers.

    Args:
        assignment: As `parcels.pack_assignment` gives it; its isolation must be bubblewrap's.
        submission: As `parcels.pack_submission` gives it.

    Returns:
        What `parcels.unpack_finding` takes.

    Raises:
        ValueError: When something else than that is asked for.
        WorkerLost: When the submission ended two workers.
    """
    if not isinstance(assignment, bytes) or not isinstance(submission, bytes):
        raise ValueError("messages are bytes")
    parcel = json.loads(assignment)
    if parcel["isolation"] != "bubblewrap":
        raise ValueError("a cluster's worker runs no submission without bubblewrap")
    if not hasattr(_seats, "worker"):
        _seats.worker = Worker(Limits(**parcel["limits"]))
        atexit.register(_seats.worker.close)
    return _seats.worker.mark(assignment, submission)


@contextlib.contextmanager
def connected(
    address: str, isolation: str
) -> Iterator[tuple[Executor, Callable[[bytes, bytes], bytes], int]]:
    """A cluster to send work to: its executor, the function it carries out, how many it does at a time.

    TLS is set up as Dask's own configuration says (`distributed.comm.tls`).

    Raises:
        CourseError: When nothing answers at the address, it has no workers, or the isolation is too weak.
    """
    if isolation != "bubblewrap":
        raise CourseError("A cluster's workers run no submission without bubblewrap: leave --isolation out.")
    try:
        client = Client(address, timeout=_CONNECT_s, security=Security(), set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
        raise CourseError(f"No Dask scheduler answers at {address} ({error}).") from None
    with client:
        seats = sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())
        if not seats:
            raise CourseError(f"The scheduler at {address} has no workers: start some with `dask worker`.")
        with client.get_executor(pure=False, retries=_RETRIES) as executor:
            yield executor, mark, seats
