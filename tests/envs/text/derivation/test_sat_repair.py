import numpy as np
import pytest
from text_play import legal_actions, started

from rewardsmith.envs import FieldView
from rewardsmith.envs.text.derivation.formulas import distances_to
from rewardsmith.envs.text.derivation.sat_repair import Repair, SatRepair, SatRepairEasy
from rewardsmith.reward_gen import open_reward

LEVELS = pytest.mark.parametrize("level", [SatRepairEasy, SatRepair])


def holds(clauses, assignment):
    """Whether plain Python finds every clause true; `assignment` is a list of bools."""
    return all(any(assignment[abs(literal) - 1] == (literal > 0) for literal in clause) for clause in clauses)


@LEVELS
def test_the_committed_solutions_are_those_of_the_solver(level):
    solvers = pytest.importorskip("pysat.solvers")
    formulas = level(1).formulas
    for literals, satisfied in list(zip(formulas.literals, formulas.satisfied, strict=True))[:60]:
        with solvers.Glucose4(bootstrap_with=literals.tolist()) as solver:
            models = {tuple(literal > 0 for literal in model) for model in solver.enum_models()}
        found = {
            tuple(bool(number >> bit & 1) for bit in range(level.variables))
            for number in np.flatnonzero(satisfied)
        }
        assert models == found


@LEVELS
def test_the_clauses_hold_exactly_where_the_solver_says(level):
    formulas = level(1).formulas
    np.testing.assert_array_equal(formulas.unsatisfied == 0, formulas.satisfied)
    assert formulas.satisfied.any(axis=1).all()
    assert len({literals.tobytes() for literals in formulas.literals}) == len(formulas.literals)
    rows = np.arange(len(formulas.starts))[:, None]
    assert (formulas.distances[rows, formulas.starts] == level.distance).all()


def test_distances_agree_with_brute_force():
    rng = np.random.default_rng(0)
    satisfied = rng.random((20, 64)) < 0.05
    satisfied[:, 5] = True
    apart = np.array([[bin(one ^ other).count("1") for other in range(64)] for one in range(64)])
    expected = np.where(satisfied[:, None], apart, 99).min(axis=2)
    np.testing.assert_array_equal(distances_to(satisfied), expected)


def test_labels_and_outcome_agree_with_brute_force_on_ten_thousand_trajectories():
    worlds, rng = 10_000, np.random.default_rng(1)
    task = started(SatRepairEasy, worlds, 2)
    formulas, variables = task.formulas, SatRepairEasy.variables
    # Solutions by plain Python, from the clauses alone.
    numbers = [[bool(number >> bit & 1) for bit in range(variables)] for number in range(1 << variables)]
    solutions = [[bits for bits in numbers if holds(clauses, bits)] for clauses in formulas.literals.tolist()]

    def nearest(world, bits):
        return min(
            sum(a != b for a, b in zip(bits, other, strict=True)) for other in solutions[task.formula[world]]
        )

    before = [row.tolist() for row in task.fields()["assignment"]]
    distances = [nearest(world, bits) for world, bits in enumerate(before)]
    for step in range(3):
        tokens = legal_actions(task, rng)
        tokens = np.where(tokens == variables + 1, variables, tokens)
        task.step(tokens)
        labels = task.fields()["step_correct"]
        for world, token in enumerate(tokens.tolist()):
            if token < variables:
                before[world][token] = not before[world][token]
            now = nearest(world, before[world])
            assert labels[world] == (now < distances[world]), (world, step)
            distances[world] = now
        np.testing.assert_array_equal(task.fields()["assignment"], before)
        np.testing.assert_array_equal(task.fields()["distance"], distances)
    task.step(np.full(worlds, variables + 1))
    right = [
        holds(formulas.literals[task.formula[world]].tolist(), bits) for world, bits in enumerate(before)
    ]
    np.testing.assert_array_equal(task.success(), right)
    assert 0 < np.mean(right) < 0.5


@LEVELS
def test_gains_are_what_flips_bring(level):
    task, rng = started(level, 200, 3), np.random.default_rng(4)
    for _ in range(4):
        seen, state = task.fields(), task.snapshot()
        best = np.full((200, level.variables), -99.0)
        for first in range(level.variables):
            task.restore(state)
            task.assignment ^= 1 << first
            one = seen["unsatisfied"] - task.fields()["unsatisfied"]
            np.testing.assert_array_equal(seen["gain"][:, first], one)
            best[:, first] = one
            for second in range(level.variables):
                if second != first:
                    task.assignment ^= 1 << second
                    best[:, first] = np.maximum(best[:, first], seen["unsatisfied"] - task._unsatisfied())
                    task.assignment ^= 1 << second
        np.testing.assert_array_equal(seen["gain_of_two"], best)
        task.restore(state)
        task.step(legal_actions(task, rng))


def test_a_flip_cannot_be_taken_back_at_once_but_later():
    task = started(SatRepair, 50, 5)
    filler = SatRepair.variables
    assert task.action_masks().all()
    for tokens in (3, filler):
        task.step(np.full(50, tokens))
        assert (task.action_masks().all(axis=1) == 0).all() and not task.action_masks()[:, 3].any()
    before = task.fields()
    task.step(np.full(50, 3))
    np.testing.assert_array_equal(task.fields()["assignment"], before["assignment"])
    assert (task.fields()["illegal_actions"] == 1).all()
    task.step(np.full(50, 4))
    assert task.action_masks()[:, 3].all() and not task.action_masks()[:, 4].any()
    assert task.fields()["flipped"].sum() == 100


@LEVELS
def test_the_script_takes_as_many_flips_as_are_needed(level):
    task = started(level, 500, 6)
    for flip in range(level.distance):
        assert (task.fields()["distance"] == level.distance - flip).all()
        task.step(task.scripted_actions())
        assert task.fields()["step_correct"].all()
    assert not task.fields()["unsatisfied"].any() and not task.success().any()
    task.step(task.scripted_actions())
    assert task.success().all() and (task.metric() == 1.0).all()


def test_an_early_end_is_wrong_for_good():
    task = started(SatRepair, 20, 7)
    task.step(np.full(20, SatRepair.variables + 1))
    assert task.terminated().all() and not task.success().any()


def test_the_human_reward_pays_progress_clauses_and_the_answer_apart():
    reward = open_reward("human", SatRepair)
    task, rng = started(SatRepair, 500, 8), np.random.default_rng(9)
    first = obs = FieldView(task.fields())
    sums = {"nearer": 0.0, "clauses": 0.0, "answer": 0.0}
    for _ in range(SatRepair.spec.horizon):
        tokens = np.where(rng.random(500) < 0.9, task.scripted_actions(), legal_actions(task, rng))
        task.step(tokens)
        next_obs = FieldView(task.fields())
        total, terms = reward(obs, tokens, next_obs)
        np.testing.assert_allclose(total, sum(terms.values()))
        for name, term in terms.items():
            sums[name] = sums[name] + term
        obs = next_obs
    np.testing.assert_allclose(sums["nearer"], first.distance - obs.distance)
    np.testing.assert_allclose(sums["clauses"], 0.1 * (first.unsatisfied - obs.unsatisfied))
    np.testing.assert_array_equal(sums["answer"], 5.0 * task.success())
    assert 0 < task.success().sum() < 500


def test_the_script_finds_its_way_back_from_anywhere_by_legal_flips():
    task, rng = started(SatRepair, 500, 11), np.random.default_rng(12)
    for _ in range(4):
        task.step(
            np.where(task.action_masks()[:, : SatRepair.variables], rng.random((500, 14)), -1.0).argmax(
                axis=1
            )
        )
    for _ in range(16):
        task.step(task.scripted_actions())
    assert task.success().all() and not task.illegal_actions().any()


def test_what_the_policy_sees_leaves_the_right_flip_open():
    """The flip that gains most is often wrong, and so is the one that gains most with a second."""
    task = started(SatRepair, 4000, 13)
    seen = task.fields()
    for name in ("gain", "gain_of_two"):
        best = np.where(seen[name] == seen[name].max(axis=1, keepdims=True), 1.0, 0.0).argmax(axis=1)
        nearer = task.formulas.distances[task.formula, task.assignment ^ (1 << best)] < seen["distance"]
        assert 0.5 < nearer.mean() < 0.97
    hidden = {field.name for field in SatRepair.spec.fields if not field.observed}
    assert {"distance", "step_correct", "step_score", "verdict"} <= hidden


def test_text_shows_which_clauses_fail():
    task = started(SatRepair, 1, 10)
    text = task.render_text(0)
    assert text.count("<- fails") == int(task.fields()["unsatisfied"][0]) > 0
    assert text.splitlines()[-1].startswith("x1 is ")
    for _ in range(SatRepair.distance + 1):
        task.step(task.scripted_actions())
    assert "fails" not in task.render_text(0) and task.render_text(0).endswith("end")


def test_a_level_without_arguments_is_that_of_its_base():
    assert SatRepair.held_out().spec is SatRepair.spec
    assert not hasattr(Repair, "spec")
