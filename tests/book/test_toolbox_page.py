# SPDX-License-Identifier: BSD-3-Clause
"""Does the toolbox compute what its sentences say, and does the quiz send its readers there?"""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.pages import page_fixture

APPENDIX = Path(__file__).resolve().parents[2] / "book/appendix"


toolbox = page_fixture("appendix/toolbox")


def test_do_its_examples_agree_with_their_formulas(toolbox):
    assert toolbox["capacitance_pF"] == pytest.approx(50.265, abs=1e-3)
    assert 0.1 * toolbox["resistance_Mohm"] == pytest.approx(3.979, abs=1e-3)
    assert np.abs(toolbox["explicit"]).max() > 5 and toolbox["implicit"].max() == 1
    for f_Hz, gain in toolbox["gain_Mohm"].items():
        # Half a second holds whole waves; steps of 0.01 ms leave a few thousandths at 128 Hz.
        assert gain == pytest.approx(100 / np.hypot(1, 2e-3 * np.pi * f_Hz * 20), rel=0.01)
    assert -1 / toolbox["eigenvalues"] == pytest.approx([4, 20])


def test_are_its_random_events_poisson_to_their_standard_errors(toolbox):
    gaps, counts = toolbox["gaps_s"], toolbox["counts"]
    # 40,000 intervals: CV to 1/sqrt(40,000), 4 of them; 20,000 counts: variance over mean to sqrt(2/20,000).
    assert gaps.std() / gaps.mean() == pytest.approx(1, abs=0.02)
    assert counts.var() / counts.mean() == pytest.approx(1, abs=0.04)
    assert np.mean(counts == 0) == pytest.approx(np.exp(-2), abs=4 * np.sqrt(0.117 / 20_000))
    assert toolbox["cv"] == pytest.approx(0.9, abs=0.02)


def test_does_each_part_of_the_quiz_name_one_section_of_the_toolbox():
    quiz = (APPENDIX / "quiz.md").read_text()
    labels = re.findall(r"^\((toolbox-[a-z]+)\)=$", (APPENDIX / "toolbox.md").read_text(), re.M)
    parts = [part for part in quiz.split("\n## ")[1:] if not part.startswith("References")]
    named = [re.findall(r"<(toolbox-[a-z]+)>", part) for part in parts]
    assert all(len(names) == 1 for names in named)
    assert sorted(names[0] for names in named) == sorted(labels)
    assert all(":::{selfcheck}" in part for part in parts)
    numbers = re.findall(r"^:::\{selfcheck\} (\d+)\. ", quiz, re.M)
    assert numbers == [str(k + 1) for k in range(14)]  # as many as the front page says
