# SPDX-License-Identifier: BSD-3-Clause
"""The history of a synapse: closed forms, other solvers, and mechanisms that are compiled and graded."""

import itertools
import shutil

import jupytext
import numpy as np
import pytest

from autograder.course.create import create
from autograder.grading.grade import grade
from autograder.handin.cells import grade_id, is_answer
from autograder.rubric import Number
from mechanisms.workbench import write
from neuroscales.synapse.short_term import releases, steady
from tests.acceptance.assignments import held_out, load
from tests.autograder.conftest import put_in

NAME = "short-term-plasticity"
each_student = pytest.mark.parametrize("student", range(10))


@pytest.fixture(scope="module")
def assignment():
    return load(NAME)


@pytest.fixture(scope="module")
def other():
    """The held-out ways: the other published form, solvers, sums, compiled mechanisms."""
    return held_out(NAME)


def answers(assignment, task, own, way=""):
    chosen = assignment.rubric.tasks[task]
    return assignment.bench.answers(chosen, own, chosen.way(way) if way else None)


def values(assignment):
    """What each parameter is drawn from."""
    return {one["name"]: one["values"] for one in assignment.public["parameters"]}


def combinations(assignment, *names):
    """All combinations of some parameters, the others as the first student has them."""
    drawn = values(assignment)
    for chosen in itertools.product(*(drawn[name] for name in names)):
        yield assignment.students[0] | dict(zip(names, chosen, strict=True))


# --- numbers ----------------------------------------


@each_student
def test_are_the_releases_those_of_the_library_and_of_the_other_form(assignment, other, student):
    own = assignment.students[student]
    found = answers(assignment, "train", own)
    spikes_ms = np.append(1000 / own["rate"] * np.arange(8), 7000 / own["rate"] + 500)
    library = releases(assignment.rubric.tasks["mechanism"].simulate.__globals__["terminal"](own), spikes_ms)
    by_other = dict(zip(("u", "R", "released"), other.release_first(own, spikes_ms), strict=True))
    for name, by_library in (("u", library.use), ("R", library.available), ("released", library.released)):
        # three programs for one map: equal to rounding
        assert found[name] == pytest.approx(by_library, rel=1e-12)
        assert found[name] == pytest.approx(by_other[name], rel=1e-12)


def test_are_the_first_two_releases_those_of_paper(assignment):
    own = {"U1": 0.25, "tau_rec": 400, "tau_facil": 100, "rate": 20}
    found = assignment.rubric.tasks["train"].simulate(own)
    # 50 ms later e^-0.5 of u is left, and 1 - e^-0.125 of what was taken is back
    u = 0.25 * np.exp(-0.5) + 0.25 * (1 - 0.25 * np.exp(-0.5))
    R = 1 - 0.25 * np.exp(-0.125)
    assert found["u"][:2] == pytest.approx([0.25, u], rel=1e-12)
    assert found["R"][:2] == pytest.approx([1.0, R], rel=1e-12)
    assert found["released"][:2] == pytest.approx([0.25, u * R], rel=1e-12)


@each_student
def test_does_a_train_settle_where_its_last_spikes_are_and_at_half_of_its_most(assignment, other, student):
    own = assignment.students[student]
    terminal = assignment.rubric.tasks["steady"].simulate.__globals__["terminal"](own)
    found = answers(assignment, "steady", own)
    for rate, released in zip((2, 5, 10, 20, 30), found["released"], strict=True):
        last = other.release_first(own, np.arange(0, 2e4, 1000 / rate))[2][-1]
        # 20 s are more than thirty time constants
        assert released == pytest.approx(last, rel=1e-9)
        assert released == pytest.approx(float(steady(terminal, rate).released), rel=1e-12)
    fast = 1e6 * float(steady(terminal, 1e6).released)
    assert found["most"] == pytest.approx(fast, rel=2e-3), "the limit is reached as 1/rate"
    half = found["half_rate"] * float(steady(terminal, found["half_rate"]).released)
    assert half == pytest.approx(found["most"] / 2, rel=1e-9)


@each_student
def test_is_the_potential_what_a_solver_finds(assignment, other, student):
    own = assignment.students[student]
    found = answers(assignment, "simulation", own)
    t, v = other.potential(own, np.arange(0, 495, 0.05))
    # steps of 0.005 ms, first order: some 10 uV at the steepest
    assert np.abs(np.interp(found["t"], t, v) - found["v"]).max() < 0.02
    assert len(found["t"]) < 20_000, "what is handed in has a place in the form"


@each_student
def test_is_the_step_of_the_rate_what_a_solver_finds_from_rest(assignment, other, student):
    own = assignment.students[student]
    found = answers(assignment, "step", own)
    r, before = other.mean_field(own, found["t"])
    assert found["r"] == pytest.approx(r, rel=1e-5)  # two solvers' tolerances
    assert found["before"] == pytest.approx(before, rel=1e-6)


@each_student
def test_is_learning_the_sum_over_all_pairs_and_triplets(assignment, other, student):
    own = assignment.students[student]
    assert answers(assignment, "window", own)["sixty"] == pytest.approx(
        other.by_pairs(own, own["rate"])[0], rel=1e-9
    )
    found = answers(assignment, "triplets", own)
    for k, rate in enumerate((1, 10, 20, 40, 50)):
        by_pairs, by_triplets = other.by_pairs(own, rate)
        assert found["pair"][k] == pytest.approx(by_pairs, rel=1e-9, abs=1e-9)
        assert found["triplet"][k] == pytest.approx(by_triplets, rel=1e-9, abs=1e-9)


@each_student
def test_is_the_variance_of_the_sum_that_of_its_covariances(assignment, other, student):
    own = assignment.students[student]
    u, _, p = other.release_first(own, 1000 / own["rate"] * np.arange(8))
    back = -np.expm1(-1000 / own["rate"] / own["tau_rec"])
    total = (p * (1 - p)).sum()
    for j in range(8):
        filled = 0.0  # of a place that has just released at spike j
        for k in range(j + 1, 8):
            filled += (1 - filled) * back
            total += 2 * p[j] * (u[k] * filled - p[k])
            filled *= 1 - u[k]
    found = answers(assignment, "vesicles", own)
    assert found["var_sum"] == pytest.approx(own["places"] * total, rel=1e-10)
    assert found["mean8"] == pytest.approx(own["places"] * p[7], rel=1e-12)
    assert found["failures8"] == pytest.approx((1 - p[7]) ** own["places"], rel=1e-12)


# --- is every set of parameters a good one? ----------------------------------------


def test_is_what_the_model_answers_say_so_for_everybody(assignment):
    for own in combinations(assignment, "U1", "tau_rec", "tau_facil", "rate"):
        found = assignment.rubric.tasks["train"].simulate(own)
        assert found["released"][7] < 0.98 * found["released"][0] and found["u"][7] > 1.1 * found["u"][0]
    for own in combinations(assignment, "rate", "tau_plus", "tau_minus"):
        found = assignment.rubric.tasks["window"].simulate(own)
        assert 5 < found["sixty"] < 0.98 * 60 * found["change"][5], "less, and never near nothing"


def test_is_every_lowest_ratio_below_one_and_inside_its_interval(assignment):
    for own in combinations(assignment, "U1", "tau_rec", "tau_facil"):
        found = assignment.rubric.tasks["pairs"].simulate(own, grid_ms=10.0)
        assert found["lowest"] < 1 < found["ratios"][0]


def test_do_no_two_time_constants_hide_a_swap(assignment):
    drawn = values(assignment)
    assert min(drawn["tau_rec"]) >= 2 * max(drawn["tau_facil"])
    assert min(drawn["tau_minus"]) > 1.2 * max(drawn["tau_plus"])
    assert 0.1 not in drawn["tau"], "ExpSyn's own"


@pytest.mark.parametrize(
    "parameter", ["U1", "tau_rec", "tau_facil", "rate", "tau", "tau_plus", "tau_minus", "places"]
)
def test_is_a_neighbors_answer_more_than_three_tolerances_off(assignment, parameter):
    for one, other in itertools.pairwise(values(assignment)[parameter]):
        assert assignment.distance(assignment.students[3], parameter, one, other) > 3


def test_do_four_digits_pass_with_room_to_spare(assignment):
    for own in assignment.students:
        for name, task in assignment.rubric.tasks.items():
            for check in task.checks:
                if isinstance(check, Number):
                    true = assignment.bench.answers(task, own)
                    rounded = true | {check.item: float(f"{true[check.item]:.4g}")}
                    tolerance = assignment.tolerances.by_task[name][check.name]
                    assert check.error(rounded, true) < tolerance / 4


# --- mechanisms ----------------------------------------

SLIPS = {
    "no-room": ("u = u + U1 * (1 - u)", "u = u + U1"),
    "depletion-forgotten": ("    R = R - u * R\n", ""),
    "facilitation-forgotten": ("    u = u * exp(-(t - before) / tau_facil)\n", "    u = 0\n"),
    "begins-empty": ("    INITIAL {\n        u = 0\n        R = 1\n        before = t\n    }\n", ""),
    "R-not-reset": ("        R = 1\n", ""),
    "never-updated": ("    before = t\n}", "    if (before == 0) {\n        before = t\n    }\n}"),
    "weight-forgotten": ("weight * u * R", "1 (uS) * u * R"),
    "sign-of-the-current": ("i = g * (v - e)", "i = g * (e - v)"),
}


def slipped(other, name):
    """The text of the mechanism with one slip."""
    was, now = SLIPS[name]
    assert other.IN_THE_EVENT.count(was) == 1
    return other.IN_THE_EVENT.replace(was, now)


@pytest.fixture(scope="module")
def run(assignment, other):
    """Runs a text under the grader's protocol, for a student's own parameters and for others."""
    own = assignment.students[1]
    task = assignment.rubric.tasks["mechanism"]
    units = {one["name"]: one["unit"] for one in assignment.public["parameters"]}
    return lambda text: other.compiled(text, task.parameter_sets(own, assignment.public), units)


@pytest.mark.slow  # each text is compiled
@pytest.mark.parametrize("text", ["IN_THE_EVENT", "AS_STATES", "RELEASE_FIRST"])
def test_does_a_compiled_mechanism_do_what_the_rubric_says_without_one(assignment, other, run, text):
    found, true = run(getattr(other, text)), answers(assignment, "mechanism", assignment.students[1])
    for name in ("own", "other"):
        assert found[f"{name}.t"] == pytest.approx(true[f"{name}.t"], abs=1e-6)  # steps add up
        # conductances of up to 1 nS: one step late, or not, at the edge of an event
        clear = np.abs(np.gradient(true[f"{name}.g"])) < 0.05
        assert np.abs(found[f"{name}.g"] - true[f"{name}.g"])[clear].max() < 0.02
        assert np.abs(found[f"{name}.v"] - true[f"{name}.v"]).max() < 0.02  # mV


@pytest.mark.slow
@pytest.mark.parametrize("name", SLIPS)
def test_is_a_slip_in_a_compiled_mechanism_called_by_its_name(assignment, other, run, name):
    own = assignment.students[1]
    told = assignment.judged(own, {"mechanism": run(slipped(other, name))})["mechanism"]
    assert told["points"] < told["max_points"]
    assert [found["names"] for found in told["mistakes"]] == [[name]], told["checks"]


@pytest.mark.slow
def test_is_a_mechanism_without_an_initial_block_told_that_its_second_run_begins_where_the_first_ended(
    assignment, other, run
):
    text = other.RELEASE_FIRST.replace("    u = U1\n    spent = 0\n    since = 0\n", "")
    text = text.replace("u = U1 + (u - U1) * exp(", "u = u * exp(")  # u begins at 0, as what nobody sets does
    rise = "    u = u + U1 * (1 - u)\n"
    text = text.replace(rise, "").replace("    spent = spent * exp(", rise + "    spent = spent * exp(")
    own = assignment.students[1]
    told = assignment.judged(own, {"mechanism": run(text)})["mechanism"]
    assert [found["names"] for found in told["mistakes"]] == [["not-reset"]], told["checks"]


# --- through the whole of it ----------------------------------------


@pytest.mark.slow  # three notebooks in the sandbox, and three mechanisms compiled there
def test_does_a_students_mechanism_earn_its_points_through_the_sandbox_and_a_slip_its_name(
    tmp_path, assignment, other
):
    shutil.copytree(assignment.folder, tmp_path / "solutions" / NAME)
    course = create(tmp_path / "course", key="mechanisms", rubrics=tmp_path / "solutions")
    cells = jupytext.read(assignment.folder / f"{NAME}.py").cells
    answers = {grade_id(cell): cell.source for cell in cells if is_answer(cell)}
    del answers["student-id"]
    right = answers["mechanism-answer"]
    texts = {
        "ada": right,
        "bob": right.replace("u = u + U1 * (1 - u)", "u = u + U1"),
        "cleo": right.replace("    R = R - u * R\n", ""),
    }
    for student, text in texts.items():
        put_in(course, student, answers | {"mechanism-answer": text}, NAME)
    names = {"ada": [], "bob": [["no-room"]], "cleo": [["depletion-forgotten"]]}
    for mark in grade(course):
        assert not mark.get("problem"), mark["problem"]
        (told,) = (one for one in mark["result"]["verdicts"] if one["task"] == "mechanism")
        assert [found["names"] for found in told["mistakes"]] == names[mark["student"]]
        assert (told["points"] == told["max_points"]) == (mark["student"] == "ada")
        assert told["points"] > 0, "a mistake with a name keeps a part"


@pytest.mark.slow
def test_does_the_notebooks_trial_show_what_each_event_opens(assignment):
    cells = jupytext.read(assignment.folder / f"{NAME}.py").cells
    sources = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in cells}
    names: dict = {}
    exec(sources["mechanism-answer"], names)
    own = {one["name"]: one["practice"] for one in assignment.public["parameters"]}
    namespace = {"np": np, "n": None}
    exec("import numpy as np\nfrom neuron import n\n" + sources["mechanism-try"], namespace)
    train = assignment.rubric.tasks["train"].simulate(own)
    spikes_ms = [*(1000 / own["rate"] * np.arange(8)), 7000 / own["rate"] + 500]
    opened = write(names["MOD"]).run(namespace["nine_events"], own, spikes_ms)
    # 0.1 ms after the event e^(-0.1/5) is left, and what was open before has closed a little
    assert opened == pytest.approx(train["released"] * np.exp(-0.1 / own["tau"]), rel=0.02)
