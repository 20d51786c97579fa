# SPDX-License-Identifier: BSD-3-Clause
"""What makes a page's results old, and what leaves them alone?"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CELL = (
    "---\njupytext:\n  text_representation: {{extension: .md, format_name: myst}}\n"
    "kernelspec: {{name: python3}}\n---\n\n# {name}\n\n```{{code-cell}} ipython3\n{code}\n```\n"
)


@pytest.fixture(scope="module")
def page_keys(extension):
    return extension("page_keys")


@pytest.fixture
def tree(tmp_path):
    """A small repository: two scales that stand on a core, and pages that use one or the other."""
    files = {
        "requirements.lock": "neuron==9.0.2\n",
        "neuroscales/__init__.py": "",
        "neuroscales/core/__init__.py": "",
        "neuroscales/cable/__init__.py": "from neuroscales.cable.axon import run\n",
        "neuroscales/cable/axon.py": "def run():\n    from neuroscales.core import units\n",
        "neuroscales/cable/shapes/tree.swc": "1 1 0 0 0 1 -1\n",
        "neuroscales/core/units.py": "from . import names\n",
        "neuroscales/core/names.py": "",
        "neuroscales/synapse/__init__.py": "",
        "mechanisms/__init__.py": "",
        "mechanisms/gate.mod": "",
        "solutions/axon/fairness.json": "{}",
        "book/_ext/fresh.py": "",
        "book/_ext/explorer.py": "",
        "book/cable/rig.hoc": "",
        "book/cable/axon.md": CELL.format(
            name="axon", code=":tags: [hide-input]\nfrom neuroscales.cable import run"
        ),
        "book/synapse/gaba.md": CELL.format(name="gaba", code="import neuroscales.synapse, mechanisms"),
        "book/start/text.md": "# No code\n",
        "book/start/program.md": CELL.format(name="program", code="import subprocess"),
        "book/teach/fair.md": CELL.format(name="fair", code="open('../../solutions/axon/fairness.json')"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def keys(page_keys, tree):
    sources = page_keys.Sources(tree)
    return {page.stem: sources.key_of_page(page) for page in (tree / "book").rglob("*.md")}


ALL = {"axon", "gaba", "program", "fair"}


@pytest.mark.parametrize(
    ("file", "stale"),
    [
        ("requirements.lock", ALL),
        ("book/_ext/fresh.py", ALL),
        ("neuroscales/__init__.py", {"axon", "gaba", "program"}),
        ("neuroscales/cable/axon.py", {"axon", "program"}),
        ("neuroscales/cable/shapes/tree.swc", {"axon", "program"}),
        ("neuroscales/core/names.py", {"axon", "program"}),
        ("neuroscales/synapse/__init__.py", {"gaba", "program"}),
        ("neuroscales/synapse/new.js", {"gaba", "program"}),
        ("mechanisms/gate.mod", {"gaba", "program"}),
        ("solutions/axon/fairness.json", {"fair", "program"}),
        ("book/cable/rig.hoc", {"axon", "program", "fair"}),
        ("neuroscales/cable/__pycache__/axon.pyc", set()),
        ("book/references.bib", set()),
        ("book/_static/course.css", set()),
        ("book/start/text.md", set()),
    ],
)
def test_are_exactly_the_pages_that_use_a_file_stale_when_it_changes(page_keys, tree, file, stale):
    before = keys(page_keys, tree)
    (tree / file).parent.mkdir(parents=True, exist_ok=True)
    with (tree / file).open("a") as changed:
        changed.write("# changed\n")
    after = keys(page_keys, tree)
    assert {name for name in before if after[name] != before[name]} == stale


@pytest.mark.parametrize(
    ("found", "put", "is_stale"), [("import run", "import run as r", True), ("# axon", "# Axon", False)]
)
def test_does_a_change_of_a_pages_code_make_it_stale_and_one_of_its_text_not(
    page_keys, tree, found, put, is_stale
):
    before = keys(page_keys, tree)
    page = tree / "book/cable/axon.md"
    page.write_text(page.read_text().replace(found, put))
    assert (keys(page_keys, tree) != before) == is_stale


def pages_with_code():
    return sorted(p for p in (ROOT / "book").rglob("*.md") if "```{code-cell}" in p.read_text())


IMPORTS = re.compile(r"^(?:from|import) (?:neuroscales|mechanisms|autograder)\b(?:.*\((?:[^)]*)\)|.*)$", re.M)
OURS = tuple(f"{ROOT / name}/" for name in ("neuroscales", "mechanisms", "autograder", "solutions"))


@pytest.mark.parametrize("folder", ["start", "membrane", "cable", "synapse", "instructors"])
def test_do_the_keys_hold_every_module_that_python_really_loads(page_keys, folder):
    """The imports of each page, run by Python in a new process, against those found by reading."""
    sources = page_keys.Sources(ROOT)
    for page in [page for page in pages_with_code() if page.parent.name == folder]:
        lines = IMPORTS.findall(page_keys.code_of(page.read_text()))
        files = "print(*(getattr(m, '__file__', None) for m in list(sys.modules.values())), sep='\\n')"
        command = [sys.executable, "-c", "\n".join([*lines, "import sys", files])]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert run.returncode == 0, run.stderr
        loaded = {Path(line) for line in run.stdout.splitlines() if line.startswith(OURS)}
        assert loaded <= sources.files_of_page(page), page.name
        assert bool(loaded) == bool(lines)


@pytest.mark.slow  # builds a small book three times
def test_does_the_build_execute_again_the_page_that_uses_what_changed_and_no_other(small_book):
    book = small_book.folder / "book"
    (book / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters: [{file: b/other}]\n")
    (book / "b").mkdir()
    cell = CELL.format(name="Other", code="from neuroscales.core import units").replace(
        "name: python3", "display_name: Python 3, language: python, name: python3"
    )
    (book / "b/other.md").write_text(cell)
    code = "from neuroscales.cable import SquidAxon"
    status, said = small_book.build(code=code)
    assert status == 0, said
    assert re.findall(r"fresh: executed (\S+)", said) and set(re.findall(r"fresh: executed (\S+)", said)) == {
        "index",
        "b/other",
    }
    module = small_book.folder / "neuroscales/cable/squid_axon.py"
    module.write_text(module.read_text() + "# changed\n")
    status, said = small_book.build(code=code)
    assert (status, re.findall(r"fresh: executed (\S+)", said)) == (0, ["index"]), said
    status, said = small_book.build("Another sentence.", code)
    assert (status, re.findall(r"fresh: executed (\S+)", said)) == (0, []), said


def test_is_every_page_with_code_found_and_each_file_beside_it(page_keys):
    sources = page_keys.Sources(ROOT)
    names = {
        page.stem: {f.relative_to(ROOT).as_posix() for f in sources.files_of_page(page)}
        for page in pages_with_code()
    }
    assert {"book/cable/other/cell.hoc", "book/cable/other/README"} <= names["somebody-elses-model"]
    assert "book/cable/rig/axonrig.py" in names["homework"]
    assert "book/instructors/speed.json" in names["speed"]
    assert "book/instructors/firing-curve.json" in names["numerics"]
    assert (
        "solutions/squid-axon/fairness.json" in names["fairness"]
        and "autograder/authoring/tables.py" in names["fairness"]
    )
