# SPDX-License-Identifier: BSD-3-Clause
"""When does a derived table become stale, and when do old marks not hold? Only when a number moves."""

import json
import shutil
from pathlib import Path

import pytest

from autograder import rubric
from autograder.authoring import inputs
from autograder.rubric import fingerprint, simulated
from autograder.rubric.fingerprint import Code

ROOT = Path(__file__).resolve().parents[2]

_RUBRIC = '''\
"""A cell that is charged."""

import json
from pathlib import Path

import numpy as np

from autograder.rubric import metrics
from autograder.rubric import Number, Task, driven, load_module, mistake, variant
from neuroscales.synapse.receptors import AmpaNmda

PROTOCOL = load_module(Path(__file__).with_name("protocol_model.py"))
TAU = 10.0
_PATHS = "soma dend".split()


def _charge(t, tau=TAU):
    """What the membrane does."""
    if tau <= 0:
        raise ValueError("tau must be positive")
    return 1 - np.exp(-t / tau)  # toward 1


def answer(p, *, factor=1.0, receptor=AmpaNmda):
    return {"v": factor * _charge(p["t"]), "text": float(f"{p['t']:.3g}"), "at": PROTOCOL.AT, "n": _PATHS}


ANSWER = Task(
    "answer",
    answer,
    (
        Number("v", "v", "The potential of the cell", "mV", 3, relative=True, finest=0.002),
        driven("w", "t", 5.0, "the trace", 2, "Trace"),
    ),
    mistakes=(mistake("twice", "it was doubled", factor=2.0, unseen="it cannot show here"),),
)
TASKS = (ANSWER,)
'''


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "charge"
    made.mkdir()
    (made / "rubric.py").write_text(_RUBRIC)
    (made / "protocol_model.py").write_text("AT = 5.0\n\n\ndef run(model):\n    return model(AT)\n")
    (made / "spec.json").write_text(json.dumps({"parameters": []}))
    (made / "acceptance.json").write_text(json.dumps({"inputs": "1", "tasks": {"answer": {"checks": {}}}}))
    return made


def tables_of(folder):
    return inputs.inputs_digest(rubric.load(folder))


def edited(file, *pairs):
    text = file.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def split(folder):
    """The same rubric as a folder of three files."""
    package = folder / "rubric"
    package.mkdir()
    head, _, rest = _RUBRIC.partition("TAU = 10.0")
    charge, _, task = rest.partition("def answer")
    (package / "membrane.py").write_text(
        '"""Shared."""\n\nimport numpy\n\nTAU = 10.0\n'
        + charge.replace("_charge", "charge").replace("np.", "numpy.")
    )
    imports = head.replace("__file__).with_name(", "__file__).parents[1].joinpath(").partition('"""\n\n')[2]
    (package / "answer.py").write_text(
        imports.replace("import numpy as np\n", "")
        + "from . import membrane\n\n\ndef answer"
        + task.replace("_charge", "membrane.charge")
        .replace("_PATHS", "membrane._PATHS")
        .replace("TASKS = (ANSWER,)\n", "")
        .replace("ANSWER", "TASK")
    )
    (package / "__init__.py").write_text(
        '"""The tasks."""\n\nfrom .answer import TASK as CHARGE\n\nTASKS = (CHARGE,)\n'
    )
    (folder / "rubric.py").unlink()


_WORDS = [
    ("The potential of the cell", "Its voltage"),
    ('"the trace", 2, "Trace"', '"a trace", 2, "Course"'),
    ("it was doubled", "you doubled it"),
    ("it cannot show here", "no way to see it"),
    ("tau must be positive", "tau > 0 is needed"),
]
_LAYOUT = [
    ("# toward 1", "# it saturates"),
    ("What the membrane does", "Its charge"),
    ("from autograder.rubric import metrics\n", ""),
    ("def _charge(t, tau=TAU)", "def _charge(t: float, tau: float = TAU) -> float"),
    ("import numpy as np", "import numpy"),
]
_NUMBERS = [
    ("-t / tau", "-t / (2 * tau)"),
    ("TAU = 10.0", "TAU = 10.5"),
    ("finest=0.002", "finest=0.003"),
    (".3g", ".4g"),
    ("factor=2.0", "factor=3.0"),
    ("soma dend", "soma axon"),
    ("np.exp", "np.expm1"),
    ('unseen="it cannot show here"', 'unseen=""'),
    ('"v", "The', '"u", "The'),
    ("relative=True", "relative=False"),
    ("tau <= 0", "tau < 0"),
]


@pytest.mark.parametrize("change", _WORDS)
def test_does_wording_leave_the_tables_fresh_and_yet_change_the_pages_that_are_made(folder, change):
    tables, marks = tables_of(folder), rubric.digest(folder)
    edited(folder / "rubric.py", change)
    assert tables_of(folder) == tables
    assert rubric.digest(folder) != marks


@pytest.mark.parametrize("change", _LAYOUT)
def test_do_imports_comments_and_annotations_leave_tables_and_marks_as_they_are(folder, change):
    tables, marks = tables_of(folder), rubric.digest(folder)
    extra = [("np.exp", "numpy.exp")] if change[1] == "import numpy" else []
    edited(folder / "rubric.py", change, *extra)
    assert (tables_of(folder), rubric.digest(folder)) == (tables, marks)


@pytest.mark.parametrize("change", _NUMBERS)
def test_does_what_moves_a_number_stale_tables_and_marks(folder, change):
    tables, marks = tables_of(folder), rubric.digest(folder)
    edited(folder / "rubric.py", change)
    assert tables_of(folder) != tables
    assert rubric.digest(folder) != marks


def test_does_a_rubric_that_is_split_into_a_folder_keep_its_tables_and_marks(folder):
    tables, marks, tasks = tables_of(folder), rubric.digest(folder), rubric.load(folder).tasks
    split(folder)
    assert (tables_of(folder), rubric.digest(folder)) == (tables, marks)
    again = rubric.load(folder).tasks
    own = {"t": 3.0}
    assert again["answer"].simulate(own) == tasks["answer"].simulate(own)
    edited(folder / "rubric" / "membrane.py", ("-t / tau", "-t / (2 * tau)"))
    assert tables_of(folder) != tables
    assert rubric.digest(folder) != marks
    assert rubric.load(folder).tasks["answer"].simulate(own) != tasks["answer"].simulate(own), "loaded anew"


@pytest.mark.parametrize("name", ["protocol_model.py", "spec.json", "cell.swc"])
def test_do_protocol_spec_and_data_count(folder, name):
    tables, marks = tables_of(folder), rubric.digest(folder)
    text = {"spec.json": '{"parameters": [1]}', "cell.swc": "1 1 0 0 0 1 -1"}
    (folder / name).write_text(text.get(name, "AT = 6.0\n"))
    assert tables_of(folder) != tables
    assert rubric.digest(folder) != marks


def test_do_tolerances_count_for_marks_and_their_hash_does_not(folder):
    marks = rubric.digest(folder)
    (folder / "acceptance.json").write_text(json.dumps({"inputs": "2", "tasks": {"answer": {"checks": {}}}}))
    assert rubric.digest(folder) == marks
    row = {"inputs": "2", "tasks": {"answer": {"checks": {"v": {"tolerance": 1.0}}}}}
    (folder / "acceptance.json").write_text(json.dumps(row))
    assert rubric.digest(folder) != marks


def test_do_the_mechanisms_count_that_the_library_names_and_those_they_include(folder):
    code = Code()
    code.written([(folder / "rubric.py", "TASKS")])
    found = {path.name for path in simulated._mechanisms(code.words)}
    assert {"simple_ampa_nmda.mod", "ampa_nmda.inc"} <= found
    code = Code()
    code.written([(ROOT / "neuroscales" / "membrane" / "patch.py", "input_resistance_Mohm")])
    assert simulated._mechanisms(code.words) == []


# --- the library ----------------------------------------


@pytest.fixture
def library(tmp_path):
    """A copy of the library, and a function that writes out what a model of it needs."""
    root = tmp_path / "library"
    for name in ("core", "membrane"):
        kept = shutil.ignore_patterns("__pycache__", "*.js")
        shutil.copytree(ROOT / "neuroscales" / name, root / "neuroscales" / name, ignore=kept)
    start = [(root / "neuroscales" / "membrane" / "patch.py", "simulate_patch")]
    return root, lambda: Code(root).digest(start)


def test_is_a_model_followed_through_the_library(library):
    root, digest = library
    before = digest()
    engine = root / "neuroscales" / "core" / "engine.py"
    assert "class Method" in engine.read_text()
    engine.write_text(engine.read_text().replace("class Method", "class Method2"))
    assert digest() != before


def test_does_a_function_that_no_model_calls_leave_the_tables_fresh(library):
    root, digest = library
    before = digest()
    patch = root / "neuroscales" / "membrane" / "patch.py"
    patch.write_text(patch.read_text() + "\n\ndef plot_something(axes):\n    axes.plot([1, 2])\n")
    assert digest() == before


def test_does_a_function_that_moves_to_another_module_leave_the_tables_fresh(tmp_path):
    package = tmp_path / "neuroscales"
    package.mkdir()
    (package / "__init__.py").write_text("")
    half = "def half(x):\n    return math.sqrt(x) / 2\n\n\n"
    model = "def model(x):\n    return _half(x)\n"
    (package / "one.py").write_text("import math\n\n\n" + half.replace("half", "_half") + model)

    def digest():
        return Code(tmp_path).digest([(package / "one.py", "model")])

    before = digest()
    (package / "two.py").write_text("from math import sqrt\n\n\n" + half.replace("math.", ""))
    (package / "one.py").write_text("from neuroscales import two\n\n\n" + model.replace("_half", "two.half"))
    assert digest() == before
    (package / "one.py").write_text("from neuroscales.two import half as _half\n\n\n" + model)
    assert digest() == before
    (package / "two.py").write_text("import math\n\n\n" + half.replace("/ 2", "/ 3"))
    assert digest() != before


def test_does_the_hash_know_the_code_that_compares():
    """Every rule of comparing and deriving is in it; sentences and pictures are not."""
    rubrics = rubric.file_of(ROOT / "solutions" / "squid-axon")
    start = [(inputs._DERIVATION, "Derivation"), (rubrics, "TASKS")]
    written = "\n".join(Code(without=simulated._NO_NUMBER).written(start))
    names = ("candidates", "signature", "Bench", "CAP", "ROOM", "spiking_features", "rounded_threshold")
    for name in (*names, "difference", "without_repeats", "Feature", "students"):
        assert f"name={name}," in written or f"Name({name})" in written, name
    assert "_sentence" not in written and "too coarse for a spike" not in written


@pytest.mark.parametrize(
    ("text", "is_prose"),
    [
        ("the clamp sits in the middle", True),
        ("Peak", False),
        ("hh", False),
        ("\n    NEURON { SUFFIX kx }\n", False),
        ("forall delete_section()", False),
        (": ", True),
        ("mS cm-2", False),
    ],
)
def test_is_wording_told_from_what_the_engine_reads(text, is_prose):
    assert fingerprint._is_prose(text) is is_prose
