# SPDX-License-Identifier: BSD-3-Clause
"""Has each question of the classic course and its notebook an answer, and does the homework run?"""

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

# question -> page, section on it, words without which the section would not be an answer
ANSWERS = {
    "what is a model good for": ("start/why-model", "three-things-a-model-is-good-for", "plausible"),
    "conceptual and computational model": ("start/why-model", "from-animal-to-program", "conceptual control"),
    "a model in Python and in hoc": ("start/why-model", "from-animal-to-program", "create soma, dendrite"),
    "what moves, what drives it, what is conserved": (
        "start/conserved",
        "two-kinds-of-signal-one-kind-of-bookkeeping",
        "what is conserved",
    ),
    "is NEURON installed and working": ("start/neuron", "is-it-installed", "neuroscales.doctor"),
    "what does the standard run do to dt": ("start/neuron", "what-run-does", "may be changed"),
    "to which potential to initialize": ("start/neuron", "where-to-start-from", "finitialize"),
    "a pulse of one ampere": ("start/neuron", "one-ampere", "1 A"),
    "a pulse of 0.01 ms": ("start/neuron", "short-pulse", "0.01 ms"),
    "what is a range variable": ("start/sections", "anatomy-on-one-side-numerics-on-the-other", "diam"),
    "all nodes of a section": ("start/sections", "where-the-nodes-lie", "allseg"),
    "is the grid fine enough": ("start/sections", "how-many-segments", "nseg"),
    "build the axon": ("cable/squid-axon", "build-it-line-by-line", "20_000"),
    "potential in the middle, along the axon, as a movie": ("cable/collision", "watch-it", "ns-explorer"),
    "threshold to two places": (
        "cable/threshold",
        "find-it-by-hand-then-let-bisection-do-it",
        "Rounded up to two digits",
    ),
    "amplitude and half-width at twice threshold": ("cable/threshold", "measuring-a-spike", "half-width"),
    "half the sodium density": ("cable/sodium", "height-width-and-speed", "Cut the density in half"),
    "the smallest gnabar": ("cable/sodium", "the-smallest-density-has-two-answers", "limit of"),
    "homework 1, the rig": ("cable/homework", "a-model-and-a-rig", "python -i axonrig.py"),
    "homework 1, with NEURON's windows": (
        "cable/homework",
        "the-same-with-neuron-s-windows",
        "session file",
    ),
    "homework 2, what happens": ("cable/collision", "two-waves-or-two-fires", "annihilate"),
    "homework 2, why": ("cable/collision", "why-nothing-passes", "inactivated"),
    "homework 2, plots every 0.1 ms": ("cable/homework", "homework-2-collision", "2.8, 2.9, 3.0"),
    "homework 3, nseg = 15": ("cable/propagation", "what-does-nseg-15-do-and-why", "None of this is biology"),
    "homework 3, velocity over the middle half": (
        "cable/propagation",
        "the-two-percent-mistake",
        "node to node",
    ),
    "homework 4, what happens": ("cable/anode-break", "pull-down-let-go", "after the release"),
    "homework 4, m, h, n and gna, gk": ("cable/anode-break", "what-the-gates-say", "conductances"),
    "homework 4, read about it": ("cable/anode-break", "references", "10.1113/jphysiol.1956.sp005459"),
    "a run in which nothing happens": ("membrane/capacitor", "a-run-in-which-nothing-happens", "No current"),
    "1 nA for 1 ms into a bilayer": ("membrane/capacitor", "a-pulse", "one picocoulomb"),
    "which amplitude gives 10 mV": ("membrane/capacitor", "a-pulse", "By a hundred"),
    "what a real cell would do": ("membrane/capacitor", "a-pulse", "opens pores"),
    "0.01 ms with two steps": ("membrane/capacitor", "shorter-than-a-step", "counts for a whole step"),
    "from ___ to ___ mV, divide by ___": ("membrane/capacitor", "try", "divide the amplitude by ___"),
    "area of cylinder and sphere": ("membrane/capacitor", "a-soma", "the two are equal"),
    "a check that can fail": ("membrane/capacitor", "a-soma", "A check is worth what it would catch"),
    "where pas moves the rest": ("membrane/leak", "insert-it-and-look-where-it-goes", "The rest has moved"),
    "hh without its gates": ("membrane/leak", "how-far-and-how-soon", "gated channels of hh switched off"),
    "reversal potentials": ("membrane/action-potential", "give-the-soma-its-channels", "two batteries"),
    "what ends a spike": ("membrane/action-potential", "who-does-what", "Both gates do"),
    "the jump near 0.08": ("membrane/action-potential", "a-jump", "A density of channels has no threshold"),
    "with and without a dendrite": ("cable/dendrites", "a-soma-gets-company", "a second way out"),
    "a spike along the dendrite": ("cable/dendrites", "along-the-dendrite", "arrive at the far end"),
    "the cable equation": ("cable/cable", "one-slice-one-equation", "length constant"),
    "the dance of a channel": ("membrane/channels", "two-clocks", "dances on this page"),
}


def section(html: str, anchor: str) -> str:
    """The part of a page that an anchor leads to, up to the next section."""
    rest = html[html.index(f'id="{anchor}"') :]
    own_heading = re.search(r"</h2>", rest)
    later = rest.find("<h2>", own_heading.end() if own_heading and rest.find("<h2>") < 400 else 0)
    return rest[: later if later > 0 else len(rest)]


@pytest.mark.parametrize("question", ANSWERS)
def test_is_each_question_of_the_classic_course_answered(site, question):
    page, anchor, words = ANSWERS[question]
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
