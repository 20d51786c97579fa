# SPDX-License-Identifier: BSD-3-Clause
"""Has each question of the classic course and its notebook an answer, and does the homework run?"""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure
from neuroscales.core.engine import neuron_as_found
from tests.pages import names_of

BOOK = Path(__file__).resolve().parents[2] / "book"
RIG = BOOK / "cable/rig"

# of each question the page, the section on it, and words without which the section would not be an answer
ANSWERS = json.loads((Path(__file__).parent / "classic_course.json").read_text(encoding="utf-8"))


def section(html: str, anchor: str) -> str:
    """The part of a page that an anchor leads to, up to the next section."""
    rest = html[html.index(f'id="{anchor}"') :]
    own_heading = re.search(r"</h2>", rest)
    later = rest.find("<h2>", own_heading.end() if own_heading and rest.find("<h2>") < 400 else 0)
    return rest[: later if later > 0 else len(rest)]


@pytest.mark.parametrize("question", ANSWERS)
def test_is_each_question_of_the_classic_course_answered(site, question):
    page, anchor, words = (ANSWERS[question][key] for key in ("page", "section", "words"))
    text = re.sub(r"<(?!figure)[^>]+>", "", section((site / f"{page}.html").read_text(), anchor))
    assert words in re.sub(r"\s+", " ", text), (page, anchor)


@pytest.fixture(scope="module")
def homework(tmp_path_factory):
    """Lines of the homework page's own sessions, typed at the prompt of the rig, and what came of it."""
    folder = tmp_path_factory.mktemp("axon")
    for file in ("hhaxon.py", "axonrig.py"):
        (folder / file).write_text((RIG / file).read_text())

    def type_in(heading: str) -> tuple[list[str], str]:
        after = (BOOK / "cable/homework.md").read_text().split(f"\n## {heading}")[1]
        lines = re.search(r"```python\n(.*?)```", after, re.S)[1]
        command = [sys.executable, "-i", "axonrig.py"]
        done = subprocess.run(command, cwd=folder, input=lines, text=True, capture_output=True, timeout=120)
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
        return done.stdout.splitlines(), folder / "axonrig.png"

    return type_in


def times_ms(line: str) -> list[float]:
    """The spike times in a line that the rig says."""
    return [float(time) for time in re.findall(r"([\d.]+) ms", line)]


def test_does_halving_sodium_in_the_rig_do_what_the_page_says(homework):
    said, _ = homework("Homework 1")
    greeting, below, half = said[:3], said[3:6], said[6:9]
    assert [len(times_ms(line)) for line in greeting] == [1, 1, 1]
    assert all("never" in line for line in below)  # 850 nA is just too little
    assert all("never" in line for line in half)  # and stays so with less sodium


def test_does_each_place_fire_once_when_two_spikes_collide_in_the_rig(homework):
    said, picture = homework("Homework 2")
    assert [len(times_ms(line)) for line in said[3:6]] == [1, 1, 1]
    first, last = times_ms(said[3])[0], times_ms(said[5])[0]
    assert first == last  # the two come from two sides, equally far
    assert said.count("drawn into axonrig.png") == 3
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_do_segments_and_velocity_in_the_rig_agree_with_the_library(homework):
    said, _ = homework("Homework 3")
    coarse, fine = times_ms(said[4])[0], times_ms(said[7])[0]
    for nseg, arrival in ((15, coarse), (43, fine)):
        recording = simulate_squid_axon(SquidAxon(nseg=nseg), [CurrentClamp(0, 1, 0.1, 1720)])
        expected = measure.spike_times(recording.time, recording.values("v"))[0]
        assert arrival == pytest.approx(expected, abs=0.006)  # printed with two decimals
    velocity = float(said[9].removesuffix(" m/s"))
    assert velocity == pytest.approx(5.58, abs=0.01)  # node to node, at dt 0.025 ms


def test_does_the_rig_fire_when_the_anode_is_switched_off(homework):
    said, _ = homework("Homework 4")
    for line in said[3:6]:
        (spike,) = times_ms(line)
        assert 11 < spike < 25


@pytest.fixture
def rig(monkeypatch):
    """What the rig's script holds when it has run; afterwards its axon is gone."""
    monkeypatch.syspath_prepend(str(RIG))
    monkeypatch.delitem(sys.modules, "hhaxon", raising=False)
    with neuron_as_found():
        names = runpy.run_path(str(RIG / "axonrig.py"))
    yield names["run"].__globals__
    names["run"].__globals__.clear()
    del sys.modules["hhaxon"]


def test_is_the_rigs_axon_the_librarys(rig):
    recording = simulate_squid_axon(
        SquidAxon(), [CurrentClamp(0, 1, 0.1, 1720)], record={}, profiles=["v", "h", "gk"]
    )
    names = {"v": "v", "h": "h_hh", "gk": "gk_hh"}
    for name, theirs in names.items():
        values = recording.profile(name).values
        inner = values[:, 1:-1] if name == "v" else values
        np.testing.assert_allclose(rig["recorded"][theirs], inner, atol=1e-9)
    assert recording.profile("v").values.max() > 30


def test_is_the_collision_built_by_hand_the_librarys():
    clamps = [CurrentClamp(place, 1, 0.1, 1720) for place in (0, 1)]
    with names_of("cable/collision", until="explorers.collision()") as names:
        recording = simulate_squid_axon(SquidAxon(), clamps, record={"v": list(names["v_mV"])})
        for place, v_mV in names["v_mV"].items():
            np.testing.assert_allclose(v_mV, recording.values("v", place), atol=1e-9)
            assert v_mV.max() > 30


def test_is_the_anode_break_built_by_hand_the_librarys():
    with names_of("cable/anode-break", until="durations_ms") as names, neuron_as_found():
        names["release"]()
        v_mV = names["broken"].values("v", 0)
        np.testing.assert_allclose(np.array(names["end"]), v_mV, atol=1e-9)
        assert v_mV.min() < -79 and v_mV.max() > 30
