# SPDX-License-Identifier: BSD-3-Clause
"""Are the page's mechanisms those of the `.mod` files, all of them, and does a slip in one of them show?"""

import gzip
import re

import numpy as np
import pytest

from mechanisms.loader import FOLDER as MECHANISMS
from neuroscales.explorer.engine import FOLDER, all_modules, joined, sources
from neuroscales.explorer.engine.nmodl import NotTranslated, translate
from tests.explorer.engine.cells import apart, in_neuron, section
from tests.explorer.engine.test_cable import PATCH, RUN


@pytest.mark.parametrize("name", sources())
def test_is_the_committed_module_what_the_translator_makes_of_the_file(name):
    committed = (FOLDER / "mechanisms" / f"{name}.js").read_text(encoding="utf-8")
    assert committed == translate(sources()[name]), "run: python -m neuroscales.explorer.engine"


def test_has_every_mechanism_of_the_course_a_module_and_every_module_a_mechanism():
    made = {path.stem for path in (FOLDER / "mechanisms").glob("*.js")}
    assert made == set(sources())
    assert {path.stem for path in MECHANISMS.glob("*.inc")} <= made
    by_hand = {path.stem for path in MECHANISMS.glob("*.mod")} - made
    assert by_hand == {"vecstim"} and "export const VecStim" in (FOLDER / "stimuli.js").read_text("utf-8")


def test_do_all_top_level_names_of_the_engine_differ():
    # Joined into one script, as the book's pages have them, two of one name would be one.
    names = re.findall(r"^(?:function|class|const|let) (\w+)", joined(), flags=re.MULTILINE)
    assert len(names) == len(set(names)) > 50


def test_is_the_engine_light():
    # The budget of a page is 60 kB; a third of it is left to the twins of the explorers.
    size = len(gzip.compress(joined().encode(), 9))
    print(f"{size} bytes in {len(all_modules())} modules")
    assert 10_000 < size < 40_000


# What the translator refuses, and how it says so.

_TRUNK = """NEURON {{
    SUFFIX own
    NONSPECIFIC_CURRENT i
    RANGE g
    {neuron}
}}
PARAMETER {{ g = 0.001 }}
ASSIGNED {{ v i }}
STATE {{ m }}
BREAKPOINT {{
    {solve}
    {breakpoint}
    i = g * m * (v + 65)
}}
DERIVATIVE states {{
    {derivative}
}}
{rest}
"""


def _own(tmp_path, **parts):
    usual = {"solve": "SOLVE states METHOD cnexp", "derivative": "m' = -m / 3"}
    usual |= dict.fromkeys(("neuron", "breakpoint", "rest"), "")
    file = tmp_path / "own.mod"
    file.write_text(_TRUNK.format(**usual | parts), encoding="ascii")
    return file


REFUSED = {
    "nonlinear": ({"derivative": "m' = -m * m"}, r"line 16: cnexp needs an equation that is linear in m"),
    "method": ({"solve": "SOLVE states METHOD derivimplicit"}, r"line 11: .* by cnexp or sparse"),
    "verbatim": ({"breakpoint": "VERBATIM\n  x();\nENDVERBATIM"}, r"line 12: .* does not translate VERBATIM"),
    "pointer": ({"neuron": "POINTER p"}, r"line 5: the page engine has no Pointer"),
    "electrode": ({"neuron": "ELECTRODE_CURRENT ie"}, r"line 5: the page engine has no ElectrodeCurrent"),
    "ion": ({"neuron": "USEION mg READ mgi"}, r"line 5: the page engine knows na, k and ca"),
    "function": ({"breakpoint": "g = gamma(v)"}, r"line 12: the page engine has no function gamma"),
    "name": ({"breakpoint": "g = nobody"}, r"line 12: what is nobody\?"),
    "hidden v": ({"rest": "FUNCTION f() { f = v * 2 }"}, r"line 18: hand v to the routine as an argument"),
    "block": ({"rest": "DESTRUCTOR { g = 0 }"}, r"line 18: the page engine has no Destructor"),
    "before": ({"rest": "BEFORE BREAKPOINT { g = 1 }"}, r"line 18: .* BEFORE STEP and AFTER SOLVE"),
    "units": ({"rest": "UNITS { R = (mole) (1) }"}, r"line 18: this factor's value"),
    "three of them": (
        {"solve": "SOLVE scheme METHOD sparse", "rest": "KINETIC scheme { ~ m + m + m <-> m (1, 2) }"},
        r"line 18: the page engine knows A <-> B and A \+ B <-> C",
    ),
    "word": ({"rest": "ASSIGNED { new }"}, r"new is a word of JavaScript's"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_is_what_the_translator_does_not_cover_refused_by_its_line(what, tmp_path):
    parts, message = REFUSED[what]
    with pytest.raises(NotTranslated, match=rf"own\.mod.*{message}"):
        translate(_own(tmp_path, **parts))


def test_is_what_the_translator_covers_translated(tmp_path):
    written = translate(_own(tmp_path, derivative="m' = (0.2 * (1 - m) - 3 * m) / 7"))
    rate = "(-1) * (0.2) - (3)"
    assert f"m[_i] += (1 - Math.exp(_dt * ({rate}) / (7))) * (-(0.2) / ({rate}) - m[_i]);" in written


def test_is_a_reaction_that_takes_apart_one_that_binds_in_reverse(tmp_path):
    scheme = "KINETIC scheme { ~ m <-> m + m (2, 3) }"
    written = translate(_own(tmp_path, solve="SOLVE scheme METHOD sparse", rest=scheme))
    assert "_s.bind(0, 0, 0, 3, 2, m[_i], m[_i], m[_i]);" in written and "new SparseStep(1, false)" in written


def test_is_what_neuron_s_parser_does_not_read_refused(tmp_path):
    with pytest.raises(NotTranslated, match=r"own\.mod: NEURON's parser[\s\S]*12"):
        translate(_own(tmp_path, breakpoint="i = = 3"))


_SHARED = """PARAMETER {{ k = 2 }}
ASSIGNED {{ i v }}
BREAKPOINT {{ i = twice(v) }}
FUNCTION twice(x) {{ twice = k * x }}
{more}
"""
_TAKES = """NEURON {{ SUFFIX taker NONSPECIFIC_CURRENT i }}
INCLUDE "shared.inc"
ASSIGNED {{ start }}
INITIAL {{ start = twice(3) }}
{more}
"""


def _taker(tmp_path, mod="", inc=""):
    for name, trunk, more in (("taker.mod", _TAKES, mod), ("shared.inc", _SHARED, inc)):
        (tmp_path / name).write_text(trunk.format(more=more), encoding="ascii")
    return tmp_path / "taker.mod"


def test_is_what_a_file_includes_written_once_and_taken_from_there(tmp_path):
    taker = translate(_taker(tmp_path))
    assert 'import { shared } from "./shared.js";' in taker
    assert "const { twice, currentsAt } = shared(_it);" in taker and "function twice" not in taker
    assert "k[_i] * x" in translate(tmp_path / "shared.inc")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"mod": "BREAKPOINT { i = 2 }"}, r"taker\.mod: shared\.inc has a block of the same kind"),
        ({"inc": "INITIAL { k = 3 }"}, r"shared\.inc, line 5: write this into the \.mod file"),
        ({"inc": "FUNCTION f() { f = start }"}, r"shared\.inc, line 5: what is start\?"),
    ],
)
def test_is_an_include_refused_that_cannot_be_a_module_of_its_own(tmp_path, parts, message):
    file = _taker(tmp_path, **parts)
    with pytest.raises(NotTranslated, match=message):
        [translate(path) for path in (tmp_path / "shared.inc", file)]


# Mutation: a slip in a module must show.

_VOLTS = [-40.0, -55.0]  # where rates are 0/0
_NUMBER = re.compile(r"(?<![\w.\[])\d+\.?\d*(?:e-?\d+)?(?![\w.])")


def _physical(lines: list[str]) -> list[tuple[int, re.Match]]:
    """Line and place of each number of the model in a module.

    Not those of loops, and of the guard at 0/0, which is open below 1e-5 mV: the 2
    of its Taylor series moves a rate by less than a billionth.
    """
    others = ("sizes", "let ", "for (", "1e-06")
    found = []
    for number, line in enumerate(lines):
        if not line.startswith("//") and not any(word in line for word in others):
            found += [(number, match) for match in _NUMBER.finditer(line.split(" - x / y / 2")[0])]
    return [(number, match) for number, match in found if float(match[0]) != 0]


def _mutants(module: str) -> list[tuple[str, str]]:
    """The module once for each of its constants, changed by 0.1 %, with what was changed."""
    lines, mutants = module.split("\n"), []
    for number, match in _physical(lines):
        changed = repr(float(match[0]) * 1.001)
        line = lines[number][: match.start()] + changed + lines[number][match.end() :]
        text = "\n".join([*lines[:number], line, *lines[number + 1 :]])
        mutants.append((f"{match[0]} in {line.strip()}", text))
    return mutants


# The largest difference of any trace from NEURON's, as a part of its range, with variant `k` of hh.
_WORST = """
function worst(k, cell, theirs) {
    MECHANISMS.hh = variants[k];
    return Math.max(...simulate(cell).traces.map((trace, n) => {
        const apart = Math.max(...trace.map((value, place) => Math.abs(value - theirs[n][place])));
        return apart / (Math.max(...theirs[n]) - Math.min(...theirs[n]));
    }));
}
window.engine = { worst: (cells, theirs) => variants.map((_, k) => (
    Math.max(...cells.map((cell, c) => worst(k, cell, theirs[c]))))) };"""


@pytest.mark.browser
def test_does_every_constant_of_hh_s_module_matter(page_with, engine_script):
    # Warmer than 6.3 degC, so that the temperature's factor is at work; and from where a rate is 0/0.
    cells = [PATCH | {"celsius": 12.0}, PATCH | {"celsius": 12.0, "v": -40.0, "tstop": 1.5}]
    theirs = [[trace.tolist() for trace in in_neuron(cell)["traces"]] for cell in cells]
    mutants = [("nothing", joined("mechanisms/hh.js")), *_mutants(joined("mechanisms/hh.js"))]
    assert len(mutants) > 30
    variants = ",\n".join(f"(() => {{ {text}\nreturn hh; }})()" for _, text in mutants)
    call = page_with(f"{engine_script}\nconst variants = [{variants}];{_WORST}")
    worst = dict(zip((what for what, _ in mutants), call("worst", cells, theirs), strict=True))
    call.close()
    assert worst.pop("nothing") < 1e-9
    assert not {what for what, difference in worst.items() if difference < 1e-6}


@pytest.mark.browser
@pytest.mark.parametrize("v", _VOLTS)
def test_are_the_rates_right_where_they_are_0_over_0(page, v):
    cell = RUN | {"sections": [section("soma", mechanisms={"hh": {}})], "v": v, "tstop": 0.1,
                  "record": [[["soma", 0.5], name, "hh"] for name in ("m", "n")]}  # fmt: skip
    ours, theirs = page("simulate", cell), in_neuron(cell)
    for one, other in zip(ours["traces"], theirs["traces"], strict=True):
        assert np.isfinite(one).all() and apart(one, other) < 1e-9
