# SPDX-License-Identifier: BSD-3-Clause
"""Write, fail, mend, run, change, run again: all in one session, which this process is."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from neuron import h

from mechanisms import MechanismError, loader, nmodl
from mechanisms.crossing import CrossingError, pack
from mechanisms.fresh import RunError
from mechanisms.workbench import SourceError, write
from neuroscales.core.recording import Recording, Signal

LEAK = """
NEURON { SUFFIX own_leak  NONSPECIFIC_CURRENT i  RANGE g, e }
UNITS { (mV) = (millivolt)  (mA) = (milliamp)  (S) = (siemens) }
PARAMETER { g = 0.001 (S/cm2)  e = -70 (mV) }
ASSIGNED { v (mV)  i (mA/cm2) }
BREAKPOINT { i = g * (v - e) }
"""
TRAPS = """
NEURON { SUFFIX own_traps  RANGE which, x }
PARAMETER { which = 0 }
ASSIGNED { x }
INITIAL {
    while (which == 1) { x = x + 1 }
    if (which == 2) {
VERBATIM
        abort();
ENDVERBATIM
    }
}
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache of compiled libraries for these tests alone."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEUROSCALES_CACHE", str(folder))
        yield folder / "mechanisms"


@pytest.fixture(scope="module")
def leak(cache):
    return write(LEAK)


@pytest.fixture(scope="module")
def traps(cache):
    return write(TRAPS)


def settle(g_S_cm2, e_mV=-70.0):
    """Potential after 20 ms from -50 mV, of a patch that has nothing but the leak."""
    from neuron import h

    patch = h.Section(name="patch")
    patch.insert("own_leak")
    patch(0.5).own_leak.g, patch(0.5).own_leak.e = g_S_cm2, e_mV
    h.dt = 0.001
    h.finitialize(-50)
    h.ParallelContext().set_maxstep(10)
    h.ParallelContext().psolve(2)
    return patch(0.5).v


@pytest.mark.slow
def test_does_a_session_write_fail_mend_run_change_and_run_again(leak):
    with pytest.raises(SourceError) as refused:
        write(LEAK.replace("(v - e)", "(v - e"))
    assert refused.value.line == 6
    first = write(LEAK).run(settle, 0.001)
    # 1 mS/cm2 on 1 uF/cm2: 1 ms. Implicit Euler with 1 us errs by half a step: 2 * 0.0005 * 20 e^-2 < 0.003.
    assert first == pytest.approx(-70 + 20 * np.exp(-2), abs=3e-3)
    changed = write(LEAK.replace("i = g * (v - e)", "i = 2 * g * (v - e)"))
    assert changed.names == leak.names == ("own_leak",)
    second = changed.run(settle, 0.001)
    assert second == pytest.approx(-70 + 20 * np.exp(-4), abs=3e-3)
    assert write(LEAK).run(settle, 0.001) == first
    assert "own_leak" not in loader.known_names(h)


def test_is_a_version_compiled_once(leak, cache):
    before = leak.library.stat().st_mtime_ns
    count = len(list(cache.iterdir()))
    assert write(LEAK).library == leak.library
    assert leak.library.stat().st_mtime_ns == before
    assert len(list(cache.iterdir())) == count


def test_does_the_fresh_process_know_nothing_of_this_one(leak):
    def look():
        from neuron import h

        return len(list(h.allsec())), h.celsius, os.getpid()

    here = h.Section(name="here")
    count, celsius, pid = leak.run(look)
    assert (count, celsius) == (0, 6.3)
    assert pid != os.getpid() and here in list(h.allsec())


def test_do_functions_and_values_of_the_notebook_come_along(leak):
    scale, table = 3.0, np.arange(4)

    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    def experiment(n, *, offset=1):
        return scale * table.sum() + offset, even(n), h.celsius, Path.cwd()

    assert leak.run(experiment, 7, offset=2) == (20.0, False, 6.3, Path.cwd())


def test_does_a_recording_come_back_whole(leak):
    def record():
        return {"run": Recording([0, 1, 2], [Signal("v", [-70, -69, -68], "mV", 0.5)])}

    found = leak.run(record)["run"]
    assert found.time.tolist() == [0, 1, 2]
    assert found.values("v", 0.5).tolist() == [-70, -69, -68]


def test_is_what_the_function_prints_printed_here(leak, capsys):
    def talk():
        print("so far so good")

    leak.run(talk)
    assert capsys.readouterr().out == "so far so good\n"


def test_is_an_exception_told_with_the_line_of_the_notebook(leak):
    def careless():
        patch = h.Section(name="patch")
        patch.insert("own_leak")
        patch(0.5).own_leak.gbar = 1

    with pytest.raises(RunError) as told:
        leak.run(careless)
    assert "of careless(), 'patch(0.5).own_leak.gbar = 1': AttributeError" in str(told.value)


def test_is_an_endless_loop_ended_and_told(traps):
    began = time.monotonic()
    with pytest.raises(RunError, match=r"nothing came back within 3 s.*does a WHILE"):
        traps.run(spring, 1, timeout_s=3)
    assert time.monotonic() - began < 60  # ended, not waited out


def spring(which):
    patch = h.Section(name="patch")
    patch.insert("own_traps")
    patch(0.5).own_traps.which = which
    h.finitialize(-65)
    return "survived"


def test_is_a_crash_told_and_the_session_none_the_worse(traps):
    with pytest.raises(RunError, match=r"the process crashed \(SIGABRT\)"):
        traps.run(spring, 2)
    assert traps.run(spring, 0) == "survived"


def test_is_an_exit_from_within_told(leak):
    with pytest.raises(RunError, match=r"ended by itself before the function did \(exit code 3\)"):
        leak.run(os._exit, 3)


def test_is_what_lives_in_one_process_refused_at_either_door(leak):
    here = h.Section(name="here")
    with pytest.raises(CrossingError, match=r"here is one of NEURON's Section objects"):
        leak.run(lambda: here.L)
    with pytest.raises(CrossingError, match=r"there is one of NEURON's Section objects"):
        leak.run(lambda: h.Section(name="there"))
    with pytest.raises(CrossingError, match="cannot leave its process"):
        pack(step for step in range(3))

    class Cell:
        pass

    with pytest.raises(CrossingError, match="class Cell was made in the notebook"):
        leak.run(lambda: Cell())

    with pytest.raises(CrossingError) as told:
        leak.run(lambda: here.L)
    assert told.value._render_traceback_() == [f"CrossingError: {told.value}"]


@pytest.mark.slow
def test_is_a_name_that_neuron_has_built_in_refused(cache):
    with pytest.raises(MechanismError, match="NEURON has a mechanism named pas of its own"):
        write(LEAK.replace("own_leak", "pas")).run(settle, 1)


@pytest.mark.slow
def test_does_neuron_lose_a_term_where_cnexp_does_not_apply_and_is_that_told(cache):
    (advice,) = write(SQUARE, check_units=False).advice
    assert advice.startswith("Advice on own_square, line 5: ") and "not linear in n" in advice
    sound = write(SQUARE.replace("cnexp", "derivimplicit")).run(settled_square)
    assert sound == pytest.approx(0.5, abs=1e-6)  # n' = 0 at n^2 = 1/4, and ten time constants to get there
    assert write(SQUARE).run(settled_square) < 0.1  # it sinks where it should rise


SQUARE = """
NEURON { SUFFIX own_square }
STATE { n }
BREAKPOINT { SOLVE gate METHOD cnexp }
DERIVATIVE gate { n' = (0.25 - n*n) * 1 (/ms) }
INITIAL { n = 0.1 }
"""


def settled_square():
    patch = h.Section(name="patch")
    patch.insert("own_square")
    h.finitialize(-65)
    h.ParallelContext().set_maxstep(10)
    h.ParallelContext().psolve(20)
    return patch(0.5).own_square.n


@pytest.mark.slow
def test_is_what_the_cpp_compiler_refuses_told_by_its_line(cache):
    broken = TRAPS.replace("abort();", "abort(nothing_of_the_kind);")
    with pytest.raises(SourceError) as told:
        write(broken)
    assert told.value.line == 9
    assert "the C++ compiler refuses" in told.value.sentence and "nothing_of_the_kind" in told.value.sentence


@pytest.mark.slow
def test_are_units_that_do_not_fit_told_and_taken(cache, capsys):
    careless = LEAK.replace("g = 0.001 (S/cm2)", "g = 0.001")
    taken = write(careless)
    assert "line 6: the units of the two sides" in taken.advice[0]
    assert capsys.readouterr().out == taken.advice[0] + "\n"
    assert taken.run(settle, 0.001) < -60
    assert write(careless, check_units=False).advice == ()


def test_is_a_missing_compiler_told_in_one_sentence(cache, monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(MechanismError, match="without no-such-compiler: install a C") as told:
        write(LEAK.replace("-70", "-71"))
    assert "\n" not in str(told.value)


def test_does_a_notebook_print_the_line_and_the_sentence_and_no_traceback():
    with pytest.raises(SourceError) as told:
        write(LEAK.replace("(v - e)", "(v - f)"))
    (shown,) = told.value._render_traceback_()
    assert shown.splitlines() == [
        "SourceError: own_leak, line 6: f is declared nowhere: declare it in PARAMETER, ASSIGNED",
        "    or STATE, or as LOCAL",
        "     6 | BREAKPOINT { i = g * (v - f) }",
        "  NEURON's words: Warning: f undefined",
    ]


GATE = """
NEURON { SUFFIX own_gate }
STATE { n }
BREAKPOINT { SOLVE gate METHOD cnexp }
DERIVATIVE gate { n' = -n / 5 }
"""


@pytest.mark.parametrize("comment", ["", ": SOLVE gate METHOD cnexp"])
def test_is_an_equation_that_nothing_solves_told(comment):
    forgotten = GATE.replace("SOLVE gate METHOD cnexp", f"{comment}\n")
    (told,) = nmodl.find_advice(forgotten, check_units=False)
    assert "nothing solves" in told.sentence and "SOLVE gate METHOD cnexp" in told.sentence
    assert forgotten.splitlines()[told.line - 1].startswith("DERIVATIVE gate")
    scheme = forgotten.replace("DERIVATIVE gate { n' = -n / 5 }", "KINETIC gate { ~ n <-> c (1, 2) }")
    (told,) = nmodl.find_advice(scheme.replace("{ n }", "{ n c }"), check_units=False)
    assert "METHOD sparse" in told.sentence


def test_is_a_solve_of_another_name_still_told_by_its_line(cache):
    with pytest.raises(SourceError, match=r"cnexp cannot solve gates: there is no block") as told:
        write(GATE.replace("SOLVE gate ", "SOLVE gates "), check_units=False)
    assert told.value.line == 4


@pytest.mark.parametrize(
    ("asked", "error", "sentence"),
    [
        (lambda: write(), ValueError, "takes the text of a mechanism"),
        (lambda: write(3), TypeError, "NMODL as text, not int"),
        (lambda: write(Path("leak.mod")), TypeError, "NMODL as text, not"),
        (lambda: write("x" * 300_000), ValueError, "too long"),
        (lambda: write(LEAK, LEAK), ValueError, "two of the sources have one name"),
        (lambda: write(LEAK).run(3), TypeError, "takes a function"),
        (lambda: write(LEAK).run(settle, timeout_s=0), ValueError, "timeout_s must be positive"),
    ],
)
def test_is_bad_input_told_in_one_sentence(leak, asked, error, sentence):
    with pytest.raises(error, match=sentence):
        asked()


@pytest.mark.parametrize("stop", ["time", "reader"])
def test_is_nothing_left_running_when_the_time_is_up_or_the_reader_interrupts(leak, tmp_path, stop):
    def linger(file):
        file.write_text(str(os.getpid()))
        time.sleep(300)

    def press(signum, frame):
        raise KeyboardInterrupt

    file, before = tmp_path / "pid", signal.signal(signal.SIGALRM, press)
    try:
        signal.setitimer(signal.ITIMER_REAL, 5 if stop == "reader" else 0)
        with pytest.raises(KeyboardInterrupt if stop == "reader" else RunError):
            leak.run(linger, file, timeout_s=300 if stop == "reader" else 5)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text()), 0)


def test_does_nothing_outlive_a_notebook_that_is_killed(tmp_path):
    def end_alone(file):
        write(LEAK).run(lambda: (file.write_text(str(os.getpid())), time.sleep(300)), timeout_s=300)

    file = tmp_path / "pid"
    notebook = multiprocessing.get_context("fork").Process(target=end_alone, args=(file,))
    notebook.start()
    wait_until(lambda: file.exists() and file.read_text())
    notebook.kill()
    notebook.join()
    wait_until(lambda: not Path(f"/proc/{file.read_text()}").exists())


def wait_until(happened, seconds=120):
    """Generous: a busy machine is slow, and this ends as soon as it has happened."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)
