# SPDX-License-Identifier: BSD-3-Clause
"""The example assignment's acceptance: right passes, wrong does not, and what is wrong has a name."""

import math

import numpy as np
import pytest

from autograder.authoring import students


def test_is_the_capacitance_that_of_a_sphere(membrane_charge):
    task = membrane_charge.rubric.tasks["capacitance"]
    # 1 uF/cm2 on the 1256.6 um2 of a ball of 20 um is 12.566 pF
    assert task.simulate({"diam": 20})["c"] == pytest.approx(12.566, abs=1e-3)


@pytest.mark.parametrize("student", range(students.STUDENTS))
def test_does_every_mistake_get_its_own_name_alone(membrane_charge, student):
    own = membrane_charge.students[student]
    for name, task in membrane_charge.rubric.tasks.items():
        for way in task.mistakes:
            verdict = membrane_charge.judged(own, membrane_charge.work(own, {name: way.name}))[name]
            assert verdict["points"] < verdict["max_points"]
            assert [one for found in verdict["mistakes"] for one in found["names"]] == [way.name]


def test_does_neuron_charge_the_membrane_as_the_formula_says(membrane_charge):
    task, p = membrane_charge.rubric.tasks["charge"], {"diam": 20, "amp": 30, "dur": 3}
    formula = task.simulate(p)
    neuron = task.simulate(p, by="NEURON", dt_ms=None)
    # only the integrator's own tolerance lies between them: the ramp is a straight line
    assert np.interp(formula["t"], neuron["t"], neuron["v"]) == pytest.approx(formula["v"], abs=1e-6)
    assert formula["rise"] == pytest.approx(30 * 3 / (0.01 * math.pi * 400), rel=1e-12)
