# SPDX-License-Identifier: BSD-3-Clause
"""Does the build stop where a page is wrong, and run again where a result would be old?"""

import re

import pytest

pytestmark = pytest.mark.slow

GOOD_QUESTION = """
:::{selfcheck} What is $1 + 1$?
:right: 2

- Three.

  No.

- Two.

  It is.
:::
"""


def test_does_a_right_page_build(small_book):
    code = "from neuroscales.core.prose import quote\nprint(6 * 7)\nquote(weak=f'{0.5:.2f} nA')"
    status, said = small_book.build(GOOD_QUESTION + "\nIt takes {glue:text}`weak`.\n", code)
    assert status == 0, said
    assert ">42\n" in small_book.page()
    assert re.search(r"It takes <span[^>]*>0\.50 nA</span>\.", small_book.page())


def test_does_a_failing_cell_turn_the_build_red_and_say_why(small_book):
    status, said = small_book.build(code='raise RuntimeError("planted")')
    assert status != 0
    assert "planted" in said


def test_does_a_warning_of_a_cell_turn_the_build_red(small_book):
    status, said = small_book.build(code='import warnings; warnings.warn("planted")')
    assert status != 0
    assert "stderr" in said


def test_do_figures_without_words_turn_the_build_red(small_book):
    (small_book.folder / "book/dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    code = """
from IPython.display import HTML, display
import matplotlib.pyplot as plt
display(HTML("<img src='data:,' alt='a dot'>"))
display(HTML("<figure><svg></svg><figcaption>A drawing.</figcaption></figure>"))
drawn, _ = plt.subplots()
plt.close()
display(drawn)
"""
    status, said = small_book.build("![](dot.svg)", code)
    assert status != 0
    faults = [line for line in said.splitlines() if "neuroscales.core.style.figure" in line]
    counts = {f: sum(f in x for x in faults) for f in ("no alternative text", "no caption", "no aria-label")}
    # No alternative text: the image of the text, matplotlib's own. No caption: the latter, the dot.
    assert counts == {"no alternative text": 2, "no caption": 2, "no aria-label": 1}, said


def test_do_questions_that_are_not_well_formed_say_what_is_wrong(small_book):
    wrong = {
        GOOD_QUESTION.replace(":right: 2", ":right: 3"): "must be a number from 1 to 2",
        GOOD_QUESTION.replace(":right: 2\n", ""): "must be a number from 1 to 2",
        GOOD_QUESTION.replace("  It is.\n", ""): "needs a first paragraph and an explanation",
        GOOD_QUESTION.replace("- Two.", "- 2."): "needs a first paragraph and an explanation",
        GOOD_QUESTION.replace("- Three.\n\n  No.\n", ""): "at least two options",
    }
    status, said = small_book.build("\n".join(wrong))
    assert status != 0
    errors = [line for line in said.splitlines() if "ERROR: selfcheck" in line]
    assert len(errors) == len(wrong), said
    assert all(sentence in error for sentence, error in zip(wrong.values(), errors, strict=True)), said


def test_does_a_changed_default_change_the_number_on_the_page(small_book):
    code = "from neuroscales.cable import SquidAxon\nprint(SquidAxon().diam_um)"
    assert small_book.build(code=code)[0] == 0
    assert "100.0" in small_book.page()

    status, said = small_book.build(code=code)
    assert status == 0
    assert "sources have changed" not in said  # nothing has: the cache is kept

    module = small_book.folder / "neuroscales/cable/squid_axon.py"
    before = module.read_text()
    assert "diam_um: float = 100.0" in before
    module.write_text(before.replace("diam_um: float = 100.0", "diam_um: float = 137.0"))
    status, said = small_book.build(code=code)
    assert status == 0, said
    assert "sources have changed" in said
    assert "137.0" in small_book.page()
    assert "100.0" not in small_book.page()


def test_does_a_changed_file_beside_a_page_change_the_number_on_it(small_book):
    figures = small_book.folder / "book/instructors/figures.json"
    figures.parent.mkdir()
    code = "import json\nprint(json.load(open('instructors/figures.json'))['seconds'])"
    for seconds in (41, 97):
        figures.write_text(f'{{"seconds": {seconds}}}')
        status, said = small_book.build(code=code)
        assert status == 0, said
        assert f">{seconds}\n" in small_book.page()
