# SPDX-License-Identifier: BSD-3-Clause
"""What NEURON takes is taken, what it refuses is told by its line, and what is hardly meant is said.

The files in `mod` are one case each.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from mechanisms import nmodl
from mechanisms.errors import SourceError
from mechanisms.nmodl_text import read_source, without_comments, without_printing
from mechanisms.places import is_plain, plain_name
from mechanisms.workbench import write

MOD = Path(__file__).with_name("mod")
ROOT = Path(__file__).resolve().parents[2]
LEAK = read_source(MOD / "mac_line_ends.mod")

# What is told of each: the line, and a part of the sentence.
REFUSED = {
    "include_missing": (17, "there is no file rates.inc beside it"),
    "old_procedure_solve": (10, "SOLVE takes a DERIVATIVE or KINETIC block, or `SOLVE step` alone"),
    "dash_in_name": (2, "a mechanism's name is letters, digits and _ alone"),
}
ADVISED = {
    "dt_used": (15, "write dt (ms) in ASSIGNED"),
    "current_not_declared": (14, "write NONSPECIFIC_CURRENT i in the NEURON block"),
    "function_returns_nothing": (17, "the FUNCTION gate returns 0 always"),
    "exp_without_units": (28, "mtau lacks its unit: declare mtau (ms)"),
    "solve_without_method": (10, "write SOLVE states METHOD cnexp"),
}
TAKEN = ["printf_for_debugging", "mac_line_ends", "name_of_builtin"]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """A cache of compiled libraries for these tests alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEUROSCALES_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def told(complaints):
    return [(complaint.line, complaint.sentence) for complaint in complaints]


def source_of(case):
    return read_source(MOD / f"{case}.mod")


@pytest.mark.parametrize("case", REFUSED)
def test_is_what_neuron_refuses_told_by_its_line(case):
    line, sentence = REFUSED[case]
    with pytest.raises(SourceError) as refused:
        write(source_of(case))
    assert refused.value.line == line and sentence in refused.value.sentence
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize("case", ADVISED)
def test_is_what_neuron_takes_advised_on_and_never_refused(case):
    line, sentence = ADVISED[case]
    assert nmodl.find_fault(source_of(case)) is None
    ((at, said),) = told(nmodl.find_advice(source_of(case)))
    assert at == line and sentence in said


@pytest.mark.parametrize("case", TAKEN)
def test_is_what_is_right_taken_without_a_word(case):
    assert nmodl.find_fault(source_of(case)) is None
    assert nmodl.find_advice(source_of(case)) == []


@pytest.mark.slow  # two compilations
def test_does_a_step_of_neurons_own_give_the_right_number(capsys):
    decay = write(source_of("dt_used"))
    assert "write dt (ms) in ASSIGNED" in "".join(decay.advice) and "write dt (ms)" in capsys.readouterr().out
    # INITIAL takes no step. 400 steps: y = (1 - dt / 2 tau)^400.
    assert decay.run(stepped, "y") == pytest.approx(
        (1 - 0.025 / 20) ** 400, rel=2e-3
    )  # one step more or less
    assert write(source_of("solve_without_method")).run(stepped, "x") == 1  # as the advice says


def stepped(name):
    from neuron import h

    patch = h.Section(name="patch")
    patch.insert("own")
    h.dt = 0.025
    h.finitialize(-65)
    for _ in range(400):
        h.fadvance()
    return getattr(patch(0.5).own, name)


def load(folder, **environment):
    code = f"import mechanisms; mechanisms.load({str(folder)!r})"
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120)
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("case", REFUSED)
def test_does_load_say_what_write_says(case, tmp_path):
    (tmp_path / f"{case}.mod").write_text(source_of(case))
    line, sentence = REFUSED[case]
    code, said = load(tmp_path)
    assert code == 1
    assert f"SourceError: {case}.mod, line {line}: " in said
    assert sentence in " ".join(said.split())
    assert "\x1b" not in said and "nrnivmodl" not in said.partition("SourceError")[2]


@pytest.mark.slow  # a compilation
def test_does_load_give_the_advice_and_say_whose_a_name_is(tmp_path):
    for case in ("solve_without_method", "name_of_builtin"):
        (tmp_path / case).mkdir()
        (tmp_path / case / f"{case}.mod").write_text(source_of(case))
    code, said = load(tmp_path / "solve_without_method")
    assert code == 0 and "Advice on solve_without_method.mod, line 10" in said
    code, said = load(tmp_path / "name_of_builtin")
    assert code == 1
    assert "NEURON has a mechanism named pas of its own: give yours another name" in said


def test_are_neurons_own_names_known():
    code = (
        "from neuron import h; from mechanisms import loader; print(loader.known_names(h) == loader.BUILT_IN)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.stdout == "True\n"


# --- kinds beside the cases ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("}\nBREAKPOINT", "}\nCOMMENT\ncaf\N{LATIN SMALL LETTER E WITH ACUTE}\nENDCOMMENT\nBREAKPOINT"),
        ("  i = g", '  printf("a: %g, %g\\n", v, exp(v / 10 (mV))) : a remark\n  i = g'),
        ("BREAKPOINT {", "BREAKPOINT {\n  LOCAL x\n  x = erf(0.1)"),  # not NMODL's, but the compiler's
        ("e = -70 (mV)", "e = -70 (mV) <-1e3, 1e3>"),
        ("\n", "\r\n"),
        ("ASSIGNED {", "ASSIGNED {\n  celsius (degC)"),
    ],
    ids=["letter in a block", "printf", "function of C", "limits", "dos", "celsius"],
)
def test_is_what_neuron_builds_no_fault(old, new):
    source = LEAK.replace(old, new)
    assert source != LEAK
    assert nmodl.find_fault(source) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("il = g * (v - e)\n  i = il", []),  # a part of the current
        ("il = g * (v - e)\n  i = g * (v - e)", []),  # a record beside it
    ],
)
def test_is_a_part_of_a_current_no_current_that_is_missing(body, expected):
    source = LEAK.replace("i = g * (v - e)", body).replace("i (mA/cm2)", "i (mA/cm2)  il (mA/cm2)")
    assert told(nmodl.find_advice(source)) == expected


def test_is_an_ions_current_that_is_not_written_told():
    source = LEAK.replace("NONSPECIFIC_CURRENT i", "USEION k READ ek").replace("i = g", "ik = g")
    source = source.replace("i (mA/cm2)", "ik (mA/cm2)  ek (mV)")
    ((line, sentence),) = told(nmodl.find_advice(source))
    assert line == 15 and "write USEION k WRITE ik" in sentence


def test_is_a_block_that_the_checker_of_units_cannot_read_told(tmp_path):
    source = LEAK.replace("BREAKPOINT {", "BREAKPOINT {\n  CONDUCTANCE g")
    assert nmodl.find_fault(source) is None
    for _, sentence in told(nmodl.find_advice(source)):
        assert "units could not be checked" in sentence


def test_are_included_files_read_and_their_mistakes_told(tmp_path):
    source = read_source(MOD / "include_missing.mod")
    rates = tmp_path / "rates.inc"
    rates.write_bytes(b"FUNCTION twice(x) {\r\n  twice = 2 * x\r\n}\r\n")
    assert nmodl.find_fault(source, tmp_path) is None
    rates.write_text("FUNCTION twice(x) {\n  twice = 2 x\n}\n")
    fault = nmodl.find_fault(source, tmp_path)
    assert fault.line == 17 and "of rates.inc: syntax error" in fault.sentence


def test_is_an_include_from_outside_the_folder_not_followed(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "rates.inc").write_text("FUNCTION twice(x) { twice = 2 * x }\n")
    source = read_source(MOD / "include_missing.mod").replace("rates.inc", "../rates.inc")
    assert "there is no file ../rates.inc" in nmodl.find_fault(source, tmp_path / "inside").sentence


def test_is_a_colon_in_a_text_no_comment():
    code = without_comments('  printf("v: %g", v) : say\n')
    assert code.rstrip() == '  printf("v: %g", v)'
    assert without_printing(code).strip() == ""


# --- places -------------------------------------------------------------------------------------------------

PLACES = ["two words", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "\N{CJK UNIFIED IDEOGRAPH-4E2D} $x'"]


@pytest.mark.slow  # a compilation each
@pytest.mark.parametrize("place", PLACES)
def test_do_mechanisms_compile_and_load_wherever_home_and_course_lie(place, tmp_path):
    home, course, temporary = (tmp_path / place / name for name in ("my home", "my course", "temp"))
    for folder in (home, course, temporary):
        folder.mkdir(parents=True)
    (course / "own leak.mod").write_text(LEAK)
    empty = {"NEUROSCALES_CACHE": "", "XDG_CACHE_HOME": ""}
    code, said = load(course, HOME=str(home), TMPDIR=str(temporary), **empty)
    assert (code, said) == (0, "")
    assert [path.suffix for path in (home / ".cache/neuroscales/mechanisms").iterdir()] == [".so"]
    assert list(temporary.iterdir()) == []
    code, said = load(course, HOME=str(home), TMPDIR=str(temporary), PATH="", **empty)  # from the cache
    assert (code, said) == (0, "")


@pytest.mark.slow  # a compilation
def test_does_the_course_itself_lie_where_it_likes(tmp_path):
    """A clone with its environment in it, both under such a path: links stand for them."""
    place = tmp_path / "".join(PLACES)
    place.mkdir()
    (place / "clone").symlink_to(ROOT)
    (place / "packages").symlink_to(sysconfig.get_path("purelib"))
    (place / "bin").symlink_to(sysconfig.get_path("scripts"))
    (place / "leak.mod").write_text(LEAK)
    (place / "cell.swc").write_text("1 1 0 0 0 8 -1\n2 3 0 8 0 1 1\n3 3 0 108 0 1 2\n")
    code = f"""
import sys
sys.path[:] = [{str(place / "clone")!r}, {str(place / "packages")!r}, *sys.path]
import mechanisms, neuron
mechanisms.load({str(place)!r})
from neuroscales.cable.morphology import read_swc
from neuroscales.cable.passive_tree import neuron_impedances_Mohm
print(neuron.__file__, round(neuron_impedances_Mohm(read_swc({str(place / "cell.swc")!r}))[0].real))
"""
    env = {
        **os.environ,
        "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
        "NEUROSCALES_CACHE": str(place / "c"),
    }
    command = [sys.executable, "-S", "-c", code]  # -S: the packages are found under that path alone
    run = subprocess.run(command, env=env, cwd=place, capture_output=True, text=True, timeout=120)
    assert run.stdout == f"{place}/packages/neuron/__init__.py 1399\n", run.stderr


def test_does_a_plain_name_lead_to_the_file(tmp_path):
    path = tmp_path / PLACES[2]
    path.write_text("here")
    with plain_name(path) as name:
        assert is_plain(name) and name.read_text() == "here"
    assert not name.exists() and path.exists()
