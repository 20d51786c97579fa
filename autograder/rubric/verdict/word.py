# SPDX-License-Identifier: BSD-3-Clause
"""Wording: what is said about one check."""

import math

import numpy as np

from autograder.handin.form import scaled_unit
from autograder.rubric.check import Answers, Check, trace_of
from autograder.rubric.kinds.number import Number
from autograder.rubric.kinds.spikes import Feature, Shape
from autograder.rubric.verdict.judged import Judged

_MANY = 10.0  # from this factor on, up or down, a sentence counts in times and not in per cent
_SAID = {2: "twice", 3: "three times", 4: "four times"}
_PARTS = {2: "half of", 3: "a third of", 4: "a quarter of"}
_POWERS = {
    1: "ten", 2: "a hundred", 3: "a thousand", 4: "ten thousand", 5: "a hundred thousand",
    6: "a million", 9: "a billion", 12: "a trillion",
}  # fmt: skip
_SIMPLE = 0.02  # by how much a ratio may differ from a simple one, which is then offered as "about"


def sentence(judged: Judged, handed: Answers, reference: Answers) -> str:
    """What was compared, by how much it differs, and what was allowed."""
    check, allowed = judged.check, judged.check.size(judged.tolerance)
    if check.unit == "spikes" and not math.isinf(judged.error):
        wrong = f"the reference has {check.value(reference):.0f}{_recording(check, handed)}"
        true = "as in the reference" if judged.passed else wrong
        return f"{check.label}: {check.value(handed):.0f}, {true}."
    if judged.passed:
        if check.value(reference) is None or _is_nan(check.value(reference)):
            return f"{check.label}: as in the reference."
        return f"{check.label}: {shown(check, handed)}, as in the reference within {allowed}."
    if math.isinf(judged.error):
        return f"{check.label}: {_lack(check, handed, reference)}{_recording(check, handed)}."
    half = " That is close: half of the points." if judged.points else ""
    return (
        f"{check.label}: {_off(check, judged, handed, reference)}; "
        f"at most {allowed} is allowed{_recording(check, handed)}.{half}"
    )


def _off(check: Check, judged: Judged, handed: Answers, reference: Answers) -> str:
    """By how much, and in which direction."""
    size = check.size(judged.error)
    if check.how:
        return f"it differs from the reference by {size} ({check.how})"
    mine, true = check.value(handed), check.value(reference)
    side = "above" if mine > true else "below"
    off = f"{shown(check, handed)} is {size} {side} the reference"
    said = simple_ratio(mine / true, check.unit) if true and isinstance(check, Number) else ""
    if not said:  # and what is no number of its own, such as a time in a trace, has no ratio
        return off
    return f"{shown(check, handed)} is {said}" if check.relative else f"{off}, {said}"


def simple_ratio(ratio: float, unit: str) -> str:
    """What a ratio of a number to the reference is in words; empty where a percentage says it better.

    >>> simple_ratio(2.0, "mV"), simple_ratio(0.5, "mV")
    ('twice the reference', 'half of the reference')
    >>> simple_ratio(1e-3, "nA")
    'a thousand times too small: in uA, not in nA?'
    >>> simple_ratio(1.17, "nA"), simple_ratio(-1.0, "nA")
    ('', 'the reference with the other sign')
    """
    if not math.isfinite(ratio) or ratio == 0:
        return ""
    if ratio < 0:
        is_sign = abs(ratio + 1) <= _SIMPLE
        many = f"{ratio:.3g} times the reference" if ratio <= -_MANY else ""
        return "the reference with the other sign" if is_sign else many
    factor = max(ratio, 1 / ratio) if 1 / ratio < math.inf else math.inf
    if math.isinf(factor):
        return ""
    exponent = round(math.log10(factor))
    if exponent in _POWERS and abs(factor / 10.0**exponent - 1) <= _SIMPLE:
        return _power(exponent, ratio > 1, unit)
    whole = round(factor)
    if whole in _SAID and abs(factor / whole - 1) <= _SIMPLE:
        about = "" if abs(factor / whole - 1) <= _SIMPLE / 10 else "about "
        return f"{about}{(_SAID if ratio > 1 else _PARTS)[whole]} the reference"
    if factor < _MANY:
        return ""
    return f"{ratio:.3g} times the reference" if ratio > 1 else f"{factor:.3g} times too small"


def _power(exponent: int, is_large: bool, unit: str) -> str:
    """A power of ten, with the unit that was taken for the one asked for."""
    said = f"{_POWERS[exponent]} times too {'large' if is_large else 'small'}"
    taken = scaled_unit(unit, -exponent // 3 if is_large else exponent // 3) if exponent % 3 == 0 else None
    return f"{said}: in {taken}, not in {unit}?" if taken else said


def _lack(check: Check, handed: Answers, reference: Answers) -> str:
    """Why two answers cannot be compared."""
    if reason := check.lack(handed, reference):
        return reason
    mine, true = check.value(handed), check.value(reference)
    if isinstance(check, Number):
        if mine is None:
            return "there is a spike, and you handed in that there is none"
        if true is None:
            return f"there is no spike to measure, and you handed in {shown(check, handed)}"
        return "no number was handed in"
    values = np.ravel(handed[check.item]) if handed.get(check.item) is not None else np.empty(0)
    if not values.size:
        return "no trace was handed in, and the reference shows one"
    lies = f"its {values.size} samples lie between {values.min():.4g} and {values.max():.4g}"
    if not isinstance(check, Shape) and not _is_nan(mine):
        return f"your trace shows a spike where the reference has none: {lies}"
    return f"your trace does not show it: {lies}"


def _recording(check: Check, handed: Answers) -> str:
    """What is wrong with the record itself: too short, or too coarse to see a spike."""
    if not isinstance(check, Feature) or not check.over.startswith("time"):
        return ""
    time, _ = trace_of(handed, check.time, check.item)
    if len(time) < 3:
        return ""
    if time[-1] < check.end:
        return f" (your record ends at {time[-1]:g} ms, it is needed up to {check.end:g} ms)"
    step = float(np.median(np.diff(time)))
    return f" (your record has one sample every {step:.2g} ms: too coarse for a spike)" if step > 0.15 else ""


def shown(check: Check, answers: Answers) -> str:
    """The figure that was handed in, with its unit."""
    value = check.value(answers)
    if value is None:
        return "none"
    if check.how or _is_nan(value):
        given = answers.get(check.item) if check.how else None
        return "-" if given is None else "a trace" if isinstance(check, Shape) else f"{len(given)} values"
    return f"{value:.0f}" if check.unit == "spikes" else f"{value:.4g} {check.unit}".rstrip()


def _is_nan(value: float | None) -> bool:
    return value is not None and math.isnan(value)


def is_number(value: float | None) -> bool:
    """Whether there is a finite figure."""
    return value is not None and math.isfinite(value)
