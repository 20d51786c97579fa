# SPDX-License-Identifier: BSD-3-Clause
"""Can a new user go through the page on mechanisms, and does it find what its sentences say?"""

import jupytext
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from neuroscales.synapse import own_mechanism
from neuroscales.synapse.calcium import CalciumEntry
from tests.pages import BOOK, page_fixture

PAGE = "synapse/mechanisms-of-your-own"
pytestmark = pytest.mark.slow


page = page_fixture(PAGE)  # the page to its end


def test_is_the_channel_written_on_the_page_the_librarys(page):
    assert page["CHANNEL"] == own_mechanism.SOURCE
    t_ms = np.linspace(0, 50, 11)
    ours = own_mechanism.gate_after_step(t_ms, -80, -35, 20)
    assert page["closed_form"](t_ms, -35, 20) == pytest.approx(ours, abs=1e-15)


def test_does_the_page_drive_the_cell_as_the_library_does(page):
    library = own_mechanism.simulate_settings([(0.002, 50.0)])[0.002, 50.0]
    t_ms, v_mV = page["with_slow"]
    assert np.array_equal(t_ms, library.time)
    assert np.array_equal(v_mV, library.values("v"))


def test_do_the_mechanisms_pass_the_tests_that_the_page_makes(page):
    assert page["found_mV"] == pytest.approx(page["expected_mV"], rel=1e-9)
    # cnexp is exact while the potential stands still; the electrode's 1 Ohm lets it stray by 1e-6 mV.
    assert page["apart"] < 1e-7 and page["apart_changed"] < 1e-7 and page["apart_warm"] < 1e-7
    assert page["off"] < 1e-12 and page["limited_off"] < 1e-12
    assert page["synapse"].run(page["difference"]) == [0, 0, 0]
    assert np.abs(page["own"] - page["neurons"][0]).max() < 1e-8
    assert np.abs(page["own"] - page["neurons"][1]).max() > 1  # spikes that the table of rates shifts


def test_have_the_methods_the_orders_that_the_page_gives_them(page):
    table = page["table"]
    for name in ("euler", "derivimplicit", "sparse"):
        # First order: ten times the step, ten times the error; the next order adds 0.25 / 50.
        assert table[name, 0.25] / table[name, 0.025] == pytest.approx(10, rel=0.01)
    assert max(table["cnexp", dt] for dt in (0.025, 0.25, 5)) < 1e-7
    assert table["sparse", 5] == pytest.approx(table["derivimplicit", 5], rel=1e-6)
    assert np.abs(page["rough"]["euler"][1]).max() > 5
    tame = page["rough"]["derivimplicit"][1]
    assert tame.min() >= 0 and tame.max() <= 1


def test_do_the_intervals_grow_as_the_page_says(page):
    apart_ms, plain_ms = page["apart_ms"], page["intervals"](page["without"])
    assert len(apart_ms) >= 20  # the prediction is drawn up to the twentieth
    assert np.ptp(plain_ms[1:]) < 0.1 and plain_ms[0] == pytest.approx(14, abs=0.2)
    assert (np.diff(apart_ms[:9]) > -0.05).all() and np.ptp(apart_ms[10:]) < 0.1
    assert 1.15 < apart_ms[-1] / apart_ms[0] < 1.25
    assert page["now_ms"][0] > apart_ms[0] + 1 and page["now_ms"][-1] < apart_ms[-1] - 1
    assert abs(page["now_ms"][-1] / page["now_ms"][0] - 1) < 0.05


def test_do_the_silent_mistakes_show_where_the_page_looks(page):
    gate, current_nA = page["shown"]["slowk"]
    assert gate > 0.8 and current_nA > 1
    assert page["shown"]["nowrite"] == pytest.approx((gate, 0), abs=1e-9)
    assert page["shown"]["noinitial"] == pytest.approx((0, current_nA), abs=1e-3)  # ten time constants later
    assert page["shown"]["backwards"] == pytest.approx((gate, -current_nA), rel=1e-6)  # 1 Ohm


def test_is_every_mistake_of_the_list_told(page, capsys):
    advised = set()
    for mistake, (right, wrong) in page["mistakes"].items():
        assert page["CHANNEL"].count(right) >= 1
        taken = page["attempt"](page["CHANNEL"].replace(right, wrong, 1))
        said = capsys.readouterr().out
        assert ", line " in said
        assert said.startswith("Advice on ") == (taken is not None)
        advised |= {mistake} if taken else set()
    assert advised == {  # NEURON builds these
        "a unit never declared", "a unit that does not fit",
        "an exponent with a unit", "an equation never solved",
    }  # fmt: skip


_SESSION = [
    "broken = CHANNEL.replace('gbar * n', 'gbar n')\nwrite(broken)",
    "mine = write(CHANNEL.replace('= 5 (mV)', '= 4 (mV)'))\nprint(mine.run(step, 'slowk', -20, 0.5)[1][-1])",
    "mine = write(CHANNEL.replace('= 5 (mV)', '= 40 (mV)'))\nprint(mine.run(step, 'slowk', -20, 0.5)[1][-1])",
    "def slip():\n    soma = n.Section('soma')\n    soma.insert('nothing')\n\n\nmine.run(slip)",
    "print(mine.run(intervals, (np.arange(4), np.array([-1, 1, -1, 1]))), 'n' in dir(), hasattr(n, 'slowk'))",
]


def test_can_a_new_user_fail_mend_run_change_and_run_again_in_one_kernel():
    cells = [cell.source for cell in jupytext.read(BOOK / f"{PAGE}.md").cells if cell.cell_type == "code"]
    needed = ("import numpy", "CHANNEL = ", "def attempt", "slow = attempt", "def step", "def drive")
    chosen = [next(cell for cell in cells if word in cell) for word in needed]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in (*chosen, *_SESSION)]
    )
    NotebookClient(notebook, timeout=120, allow_errors=True, kernel_name="python3").execute()
    *prepared, failed, first, second, careless, after = notebook.cells
    assert not any(output.output_type == "error" for cell in prepared for output in cell.outputs)
    (error,) = failed.outputs
    assert "".join(error.traceback).splitlines() == [
        "SourceError: slowk, line 30: NEURON cannot read this line: look for a missing operator,",
        "    name or bracket, here or at the end of line 29",
        "    30 |     ik = gbar n * (v - ek)",
        "  NEURON's words: syntax error: Illegal statement: Illegal block",
    ]
    # After four time constants: s1 + (s0 - s1) e^-4, with s0 and s1 at -80 and -20 mV.
    for cell, slope in ((first, 4), (second, 40)):
        start, end = 1 / (1 + np.exp(50 / slope)), 1 / (1 + np.exp(-10 / slope))
        assert float(cell.outputs[0].text) == pytest.approx(end + (start - end) * np.exp(-4), abs=1e-6)
    (error,) = careless.outputs
    assert error.ename == "RunError"
    assert "in line 3 of slip(), \"soma.insert('nothing')\": " in error.evalue
    assert after.outputs[0].text == "[2] True False\n"


def test_does_the_pool_of_calcium_keep_what_comes_in(page):
    # First order, and 0.1 ms of 50 ms is small; the balance is kept to rounding over 8000 steps.
    assert page["off_mM"][0.1] / page["off_mM"][0.025] == pytest.approx(4, rel=0.01)
    assert page["off_mM"][0.025] < 1e-4 * page["cai_mM"].max()
    assert max(page["lost_mM"].values()) < 1e-12 * page["entered"].max()
    entered_mM = CalciumEntry(0, 200, 0.001).total_mM(1.0)  # the library's count of the same current
    assert page["entered"][-1] == pytest.approx(entered_mM, rel=1e-6)
