# SPDX-License-Identifier: BSD-3-Clause
"""The explorer of the chapter on dendrites."""

import numpy as np

from neuroscales.cable.dendrite import (
    FIRING,
    PASSIVE,
    BallAndStick,
    Dendrite,
    Site,
    simulate_ball_and_stick,
)
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, SpaceProfile, TimeSeries
from neuroscales.membrane.protocols import CurrentPulse

# what happens -> (where, the current, whether the soma has its channels)
_EVENTS: dict[str, tuple[Site, CurrentPulse, bool]] = {
    "action potential in the soma": ("soma", CurrentPulse(2.0, 2.0, 1.0), True),
    "1 ms of current into the soma": ("soma", CurrentPulse(2.0, 1.0, 0.1), False),
    "1 ms of current into the far end": (1.0, CurrentPulse(2.0, 1.0, 0.1), False),
    "steady current into the soma": ("soma", CurrentPulse(2.0, 100.0, 0.1), False),
    "steady current into the far end": (1.0, CurrentPulse(2.0, 100.0, 0.1), False),
}
_ALONG = {"length": 400.0, "length_unit": "um", "along": "Distance from the soma"}


def attenuation() -> Explorer:
    """A soma with its dendrite: what of a potential at one end is left at the other?"""
    what = Control("event", "What happens", "1", range(len(_EVENTS)), start=0, words=tuple(_EVENTS))
    now_and_ever = (
        Line("now", label="now", meaning="membrane potential"),
        Line("highest", label="highest", meaning="reference"),
    )
    at_places = tuple(
        Line("height", place, label, "membrane potential")
        for place, label in (("soma", "soma"), (0.5, "halfway"), (1.0, "far end"))
    )
    return Explorer(
        name="attenuation",
        title="Ball and stick: what is left at the other end",
        model=_event_in_ball_and_stick,
        controls=(
            what,
            Control("Ra_ohm_cm", "Axial resistivity", "ohm cm", (35.4, 70, 100, 150, 200, 300), start=200),
            Control("diam_um", "Dendrite's diameter", "um", (0.5, 1, 2, 4), start=2),
        ),
        views=(
            TimeSeries(at_places, "Height above rest, as a part of the highest", "1", (-0.15, 1.05)),
            SpaceProfile(
                now_and_ever, "Height along the dendrite, as a part of the highest", "1", (-0.15, 1.05),
                places=21, **_ALONG,
            ),
        ),
        describe=_what_is_left,
        caption="The dendrite is 400 µm long and has no channels but a leak. What is brief is lost sooner "
        "than what lasts, and from the far end to the soma more is lost than from the soma to the far end. "
        "In all but the first choice the soma has no channels either.",
        alt="Two panels. Over time, an action potential in the soma, and in the dendrite what is left of it: "
        "halfway a third, at the far end a fifth, later and broader. Along the dendrite, the greatest height "
        "falls from 1 at the soma to 0.2 at the far end, more and more gently.",
        samples=151,
        moment=4.4,
        movie_s=8.0,
    )  # fmt: skip


def _event_in_ball_and_stick(event: float, Ra_ohm_cm: float, diam_um: float) -> Recording:
    site, pulse, fires = list(_EVENTS.values())[int(event)]
    dendrite = Dendrite(diam_um=diam_um, nseg=27, Ra_ohm_cm=Ra_ohm_cm)
    cell = BallAndStick(dendrite=dendrite, soma_membrane=FIRING if fires else PASSIVE)
    recording = simulate_ball_and_stick(
        cell, {site: pulse}, tstop_ms=22.0, record=("soma", 0.5, 1.0), profile=True
    )
    return _as_parts(recording, site)


def _as_parts(recording: Recording, source: Site) -> Recording:
    """Heights above rest as parts of the greatest at the source, and that height itself in mV."""
    rest_mV = recording.values("v", "soma")[0]
    greatest_mV = recording.values("v", source).max() - rest_mV
    profile = recording.profile("v")
    along = (profile.values - rest_mV) / greatest_mV
    highest = np.broadcast_to(along.max(axis=0), along.shape)
    signals = [Signal("now", along, "1", profile.place), Signal("highest", highest, "1", profile.place)]
    for place in ("soma", 0.5, 1.0):
        signals.append(Signal("height", (recording.values("v", place) - rest_mV) / greatest_mV, "1", place))
    signals.append(Signal("greatest", np.full(recording.time.shape, greatest_mV), "mV", source))
    return Recording(recording.time, signals)


def _what_is_left(recording: Recording) -> str:
    """One sentence: the height at the source, and what of it arrives at the other end."""
    greatest = next(signal for signal in recording.signals if signal.name == "greatest")
    source, goal = ("the soma", 1.0) if greatest.place == "soma" else ("the far end", "soma")
    there_mV, part = greatest.values[0], recording.values("height", goal).max()
    arrives = "the far end" if goal == 1.0 else "the soma"
    return (
        f"{there_mV:.3g} mV in {source}, {part * there_mV:.3g} mV in {arrives}: {100 * part:.2g} % arrives."
    ).replace("in the far end", "at the far end")
