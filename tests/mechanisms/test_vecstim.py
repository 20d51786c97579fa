# SPDX-License-Identifier: BSD-3-Clause
"""VecStim fires at the times put in, and at no others."""

import gc
import math

import pytest
from neuron import h

import mechanisms


@pytest.fixture(autouse=True)
def loaded():
    mechanisms.load()
    h.dt = 0.025


def fired(*cells, tstop_ms=20.0, dt_ms=0.025):
    """Times at which each of `cells` sends an event in one run."""
    connections = [h.NetCon(cell, None) for cell in cells]
    recorded = [h.Vector() for _ in cells]
    for connection, vector in zip(connections, recorded, strict=True):
        connection.record(vector)
    h.dt = dt_ms
    h.finitialize(-65)
    while h.t < tstop_ms - dt_ms / 2:
        h.fadvance()
    return [list(vector) for vector in recorded]


def playing(times):
    cell = h.VecStim()
    cell.play(h.Vector(times))
    return cell


def test_does_it_fire_at_the_times_put_in():
    times = [0.0, 1.0, 1.01, 7.123456789, 19.9]
    assert fired(playing(times)) == [times]  # equal, not near: an event keeps the time it was given


def test_do_several_play_side_by_side():
    assert fired(playing([1, 2, 3]), playing([2.5]), playing([0.1, 19])) == [[1, 2, 3], [2.5], [0.1, 19]]


def test_does_every_run_play_anew():
    cell = playing([3, 5])
    assert fired(cell) == fired(cell) == [[3, 5]]


def test_does_a_run_stopped_early_leave_nothing_for_the_next():
    cell = playing([3, 15])
    assert fired(cell, tstop_ms=10) == [[3]]
    assert fired(cell, tstop_ms=10) == [[3]]


@pytest.mark.parametrize("dt_ms", [0.025, 0.1, 1.0])
def test_do_the_times_not_depend_on_the_step(dt_ms):
    assert fired(playing([0.33, 4.71]), dt_ms=dt_ms) == [[0.33, 4.71]]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([5, 1, 3], [1, 3, 5]),
        ([2, 2, 2], [2, 2, 2]),
        ([], []),
        ([-4, -0.001, 6], [6]),
        ([math.nan, 6, math.inf], [6]),
        ([25], []),
    ],
    ids=["unsorted", "repeated", "empty", "negative", "not finite", "after the end"],
)
def test_are_odd_times_played_as_one_would_expect(times, expected):
    assert fired(playing(times)) == [expected]


def test_is_what_was_put_into_the_vector_between_two_runs_played():
    times = h.Vector([3])
    cell = h.VecStim()
    cell.play(times)
    assert fired(cell) == [[3]]
    times.from_python([4, 8])
    assert fired(cell) == [[4, 8]]


def test_is_the_vector_kept_alive_by_the_cell():
    cell = h.VecStim()
    times = h.Vector([3, 4])
    cell.play(times)
    del times
    gc.collect()
    h.Vector([100.0, 200.0])  # would take the place of one that was freed
    assert fired(cell) == [[3, 4]]


def test_is_the_vector_let_go_when_another_is_played_or_the_cell_ends():
    vectors = h.List("Vector")
    before = vectors.count()
    cell = h.VecStim()
    cell.play(h.Vector([1]))
    cell.play(h.Vector([2]))
    assert vectors.count() == before + 1
    del cell
    assert vectors.count() == before


def test_does_play_without_a_vector_end_the_play():
    cell = playing([3])
    cell.play()
    assert fired(cell, h.VecStim()) == [[], []]


def test_is_anything_but_a_vector_refused():
    with pytest.raises(RuntimeError, match="Vector"):
        h.VecStim().play([1, 2])


def test_is_an_index_outside_the_vector_answered_without_reading_there():
    cell = playing([3])
    assert cell.item(0) == 3
    assert math.isnan(cell.item(1)) and math.isnan(cell.item(-1)) and math.isnan(h.VecStim().item(0))


def test_does_an_event_from_outside_do_nothing():
    first, second = playing([3]), playing([5])
    connection = h.NetCon(first, second, 0, 1, 1)
    assert fired(second) == [[5]]
    assert connection.valid()


def test_does_it_open_a_synapse_at_the_right_time():
    soma = h.Section(name="soma")
    synapse = h.ExpSyn(soma(0.5))
    cell = playing([2.0])
    connection = h.NetCon(cell, synapse, 0, 1.5, 0.01)  # threshold, delay 1.5 ms, weight 0.01 uS
    time, conductance = h.Vector().record(h._ref_t), h.Vector().record(synapse._ref_g)
    fired(cell)
    opened = next(t for t, g in zip(time, conductance, strict=True) if g > 0)
    assert opened == pytest.approx(2.0 + connection.delay, abs=0.025 + 1e-9)  # one step: recorded after it


def test_does_it_play_with_a_variable_step():
    cell = playing([1.234, 8.0])
    connection, out = h.NetCon(cell, None), h.Vector()
    connection.record(out)
    soma = h.Section(name="soma")
    soma.insert("hh")
    solver = h.CVode()
    solver.active(True)
    try:
        h.finitialize(-65)
        solver.solve(20)
    finally:
        solver.active(False)
    assert list(out) == [1.234, 8.0]


@pytest.mark.parametrize("threads", [1, 2])
def test_does_it_play_with_psolve_and_in_threads(threads):
    cell, soma = playing([4, 1.5]), h.Section(name="soma")
    connection, out = h.NetCon(cell, h.ExpSyn(soma(0.5))), h.Vector()
    connection.record(out)
    context = h.ParallelContext()
    context.nthread(threads)
    try:
        context.set_maxstep(10)
        h.finitialize(-65)
        context.psolve(20)
    finally:
        context.nthread(1)
    assert list(out) == [1.5, 4]


def test_does_a_restored_run_go_on_with_the_times_that_are_left():
    cell = playing([1, 2, 3])
    connection, out, saved = h.NetCon(cell, None), h.Vector(), h.SaveState()
    connection.record(out)
    context = h.ParallelContext()
    context.set_maxstep(10)
    h.finitialize(-65)
    context.psolve(1.5)
    saved.save()
    h.finitialize(-65)
    saved.restore()
    context.psolve(5)
    assert list(out) == [2, 3]
