# SPDX-License-Identifier: BSD-3-Clause
"""Assignments with their rubric, tolerances and judge in this very process."""

import pytest

from tests.acceptance.assignments import Assignment, load


@pytest.fixture
def assignment(request) -> Assignment:
    """The assignment of the test's parameter."""
    return load(request.param)


@pytest.fixture(scope="session")
def squid_axon() -> Assignment:
    return load("squid-axon")


@pytest.fixture(scope="session")
def membrane_charge() -> Assignment:
    return load("membrane-charge")
