# SPDX-License-Identifier: BSD-3-Clause
"""The hash over what derived tables follow from."""

from importlib.metadata import version
from pathlib import Path

from autograder.rubric import Rubric
from autograder.rubric.simulated import code_digest

_DERIVATION = Path(__file__).with_name("derivation.py")


def inputs_digest(loaded: Rubric) -> str:
    """SHA-256 over what the tolerances follow from; NEURON's version.

    That is the code of rubric, protocols, library and judge as far as it moves a number, wherever it stands
    and however it is worded; spec, data and mechanisms.
    """
    digest = code_digest(loaded, [(_DERIVATION, "Derivation")])
    return f"{digest} neuron {version('neuron')}"
