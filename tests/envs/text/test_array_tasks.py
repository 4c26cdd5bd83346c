"""Laws that hold for every task whose worlds are rows of arrays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.envs import task_class as find
from rewardsmith.envs import task_names
from rewardsmith.envs.text.array_task import ArrayTask, choose
from rewardsmith.envs.text.token_task import Grammar, TokenTask


def each(kind):
    found = [find(name) for name in task_names(lambda task: issubclass(task, kind))]
    return pytest.mark.parametrize("task_class", found, ids=lambda task: task.spec.name)


TASKS, TEXTS = each(ArrayTask), each(TokenTask)
SEEDS = st.integers(0, 2**32 - 1)


def started(task_class, worlds, rng):
    task = task_class(worlds)
    task.reset(np.arange(worlds), rng.random((worlds, task.draws)))
    return task


def mixed_tokens(task, rng):
    """Mostly legal tokens, some illegal ones and a few that do not exist."""
    scores = rng.random((task.num_worlds, task.spec.action.size))
    legal = np.where(task.action_masks(), scores, -1.0).argmax(axis=1)
    wild = rng.integers(-2, task.spec.action.size + 2, task.num_worlds)
    return np.where(rng.random(task.num_worlds) < 0.8, legal, wild)


def assert_same_state(left, right, worlds=slice(None)):
    for name, array in left.items():
        np.testing.assert_array_equal(array[worlds], right[name][worlds], err_msg=name)


@TASKS
def test_human_reward_stands_beside_the_task(task_class):
    assert "def compute_reward(obs, action, next_obs, xp)" in task_class.human_reward_path().read_text()


@TASKS
@settings(deadline=None, max_examples=25)
@given(seed=SEEDS)
def test_fields_keep_their_declaration(task_class, seed):
    rng = np.random.default_rng(seed)
    task = started(task_class, 20, rng)
    for _ in range(task.spec.horizon):
        task.step(mixed_tokens(task, rng))
        arrays = task.fields()
        assert list(arrays) == [field.name for field in task.spec.fields]
        for field in task.spec.fields:
            values = arrays[field.name]
            assert values.shape == (20, *field.shape) and values.dtype == field.dtype, field.name
            if field.kind == "category":
                assert values.min() >= 0 and values.max() < field.categories, field.name
            if field.kind == "real":
                assert field.low <= values.min() and values.max() <= field.high, field.name


@TASKS
def test_fields_are_fresh_arrays(task_class):
    rng = np.random.default_rng(0)
    task = started(task_class, 50, rng)
    before = task.snapshot()
    for array in task.fields().values():
        array[...] = array.dtype.type(1)
    assert_same_state(before, task.snapshot())
    kept = task.fields()
    copies = {name: array.copy() for name, array in kept.items()}
    for _ in range(6):
        task.step(mixed_tokens(task, rng))
    assert_same_state(copies, kept)


@TASKS
def test_every_field_changes_in_play(task_class):
    rng = np.random.default_rng(1)
    task = started(task_class, 500, rng)
    seen = [task.fields()]
    for _ in range(task.spec.horizon):
        task.step(mixed_tokens(task, rng))
        seen.append(task.fields())
    for field in task.spec.fields:
        assert len(np.unique([arrays[field.name] for arrays in seen])) > 1, field.name


@TASKS
def test_masks_are_exactly_the_tokens_that_count_as_legal(task_class):
    rng = np.random.default_rng(2)
    task = started(task_class, 60, rng)
    for _ in range(task.spec.horizon):
        before, masks, text = task.snapshot(), task.action_masks(), task.fields()
        assert masks.shape == (60, task.spec.action.size) and masks.dtype == bool and masks.any(axis=1).all()
        for token in range(-1, task.spec.action.size + 1):
            task.restore(before)
            task.step(np.full(60, token))
            legal = masks[:, token] if 0 <= token < task.spec.action.size else np.zeros(60, bool)
            after = task.fields()
            np.testing.assert_array_equal(after["illegal_actions"] - text["illegal_actions"], ~legal)
            unchanged = [name for name in text if name not in ("illegal_actions", *task.about_last_action)]
            assert_same_state({name: text[name] for name in unchanged}, after, worlds=~legal)
        task.restore(before)
        task.step(mixed_tokens(task, rng))


@TEXTS
def test_a_complete_text_stays_as_it_is(task_class):
    rng = np.random.default_rng(3)
    task = started(task_class, 100, rng)
    while not task.terminated().all():
        scores = rng.random((100, task.spec.action.size))
        task.step(np.where(task.action_masks(), scores, -1.0).argmax(axis=1))
    outcome, end = task.success(), task.spec.action.size - 1
    assert (task.action_masks() == (np.arange(end + 1) == end)).all()
    for token in (0, end, end):
        task.step(np.full(100, token))
        assert task.terminated().all()
        np.testing.assert_array_equal(task.success(), outcome)


@TASKS
@settings(deadline=None, max_examples=20)
@given(seed=SEEDS)
def test_a_world_alone_equals_the_world_in_a_batch(task_class, seed):
    rng = np.random.default_rng(seed)
    starts = rng.random((5, task_class.draws))
    batch, alone = task_class(5), task_class(1)
    batch.reset(np.arange(5), starts)
    alone.reset(np.arange(1), starts[3:4])
    for _ in range(batch.spec.horizon):
        tokens = mixed_tokens(batch, rng)
        batch.step(tokens)
        alone.step(tokens[3:4])
        assert_same_state(alone.fields(), {name: array[3:4] for name, array in batch.fields().items()})
        for reading in ("success", "terminated", "metric", "action_masks"):
            np.testing.assert_array_equal(getattr(alone, reading)()[0], getattr(batch, reading)()[3])
        assert alone.render_text(0) == batch.render_text(3)


@TASKS
@settings(deadline=None, max_examples=20)
@given(seed=SEEDS)
def test_a_reset_touches_its_worlds_alone_and_forgets_their_past(task_class, seed):
    rng = np.random.default_rng(seed)
    task = started(task_class, 8, rng)
    for _ in range(int(rng.integers(1, task.spec.horizon))):
        task.step(mixed_tokens(task, rng))
    before = task.snapshot()
    worlds = rng.choice(8, size=3, replace=False)
    starts = rng.random((3, task.draws))
    task.reset(worlds, starts)
    others = np.setdiff1d(np.arange(8), worlds)
    assert_same_state(before, task.snapshot(), worlds=others)
    fresh = task_class(3)
    fresh.reset(np.arange(3), starts)
    assert_same_state({name: array[worlds] for name, array in task.snapshot().items()}, fresh.snapshot())


@TASKS
def test_restore_brings_back_the_very_same_future(task_class):
    rng = np.random.default_rng(4)
    task = started(task_class, 1000, rng)
    for _ in range(3):
        task.step(mixed_tokens(task, rng))
    state, seed = task.snapshot(), rng.integers(2**32)

    def continuation():
        branch, fields = np.random.default_rng(seed), [task.fields()]
        for _ in range(task.spec.horizon):
            task.step(mixed_tokens(task, branch))
            fields.append({**task.fields(), "success": task.success(), "metric": task.metric()})
        return fields, task.snapshot()

    first, first_end = continuation()
    task.restore(state)
    second, second_end = continuation()
    for left, right in zip(first, second, strict=True):
        assert_same_state(left, right)
    assert_same_state(first_end, second_end)


@TASKS
def test_restore_refuses_another_number_of_worlds(task_class):
    with pytest.raises(ValueError, match="a snapshot of 3 worlds does not fit 2"):
        task_class(2).restore(task_class(3).snapshot())


def test_a_grammar_refuses_a_node_without_a_way_out():
    with pytest.raises(ValueError, match=r"nodes \[1\] have none"):
        Grammar.of_arrows(2, 3, [(0, 1, 1)])


@given(choices=st.integers(1, 1000))
def test_choose_never_leaves_its_range(choices):
    edges = np.array([0.0, np.nextafter(1.0, 0.0)])
    np.testing.assert_array_equal(choose(edges, choices), [0, choices - 1])


def test_choose_gives_each_choice_its_share():
    counts = np.bincount(choose(np.random.default_rng(5).random(70_000), 7), minlength=7)
    assert np.abs(counts - 10_000).max() < 500
