"""The planted exploit: which forms of a step reward are best served by never answering, and which are not."""

from itertools import product

import numpy as np
import pytest

from rewardsmith.agents import train
from rewardsmith.envs import FieldView, task_class
from rewardsmith.envs.text.derivation.arithmetic_chain import ArithmeticChainEasy
from rewardsmith.reward_gen import open_reward

TASKS = pytest.mark.parametrize(
    "name", ["arithmetic-chain-easy", "arithmetic-chain", "sat-repair-easy", "sat-repair"]
)
REPAIRED = pytest.mark.parametrize("form", ["min", "clip", "delta"])


def program(form):
    return str(ArithmeticChainEasy.human_reward_path().with_name(f"derivation.{form}.reward.py"))


def opened(form, task):
    return open_reward(program(form), task, trusted=True)


def played(task, forms, tokens):
    """Play (T, B) `tokens`; the step scores (T, B), the lowest ones and what each form's learnt part pays."""
    rewards = {form: opened(form, type(task)) for form in forms}
    obs, scores, lowest, paid = FieldView(task.fields()), [], [], {form: [] for form in forms}
    outcome = np.zeros(task.num_worlds)
    for row in tokens:
        action = row(task) if callable(row) else row
        task.step(action)
        next_obs = FieldView(task.fields())
        for form, reward in rewards.items():
            value, terms = reward(obs, action, next_obs)
            paid[form].append(value - terms["outcome"])
        outcome += terms["outcome"]
        scores.append(next_obs.step_score)
        lowest.append(next_obs.lowest_step_score)
        obs = next_obs
    return np.array(scores), np.array(lowest), {form: np.array(rows) for form, rows in paid.items()}, outcome


class ShortChain(ArithmeticChainEasy):
    """Eight tokens, so that every way to write a text can be tried."""


ShortChain.spec = type(ArithmeticChainEasy.spec)(**{**vars(ArithmeticChainEasy.spec), "horizon": 8})


def every_text():
    """Each sequence of eight tokens out of: think aloud, a right digit, a wrong digit, end. One a world."""
    kinds = np.array(list(product(range(4), repeat=ShortChain.spec.horizon))).T
    task = ShortChain(kinds.shape[1])
    modulus = ShortChain.modulus

    def token(kind):
        def act(task):
            right = np.where(task.node < task.length, task.scripted_actions(), 0)
            return np.choose(
                kind,
                [np.full(len(kind), modulus), right, (right + 1) % modulus, np.full(len(kind), modulus + 1)],
            )

        return act

    return task, [token(row) for row in kinds]


@pytest.fixture(scope="module")
def enumeration():
    task, tokens = every_text()
    _, _, paid, outcome = played(task, ["sum", "min", "clip", "delta"], tokens)
    legal = task.illegal == 0
    returns = {form: np.where(legal, rows.sum(axis=0) + outcome, -np.inf) for form, rows in paid.items()}
    return returns, task.complete(), outcome > 0


def test_the_sum_is_largest_for_texts_that_never_answer(enumeration):
    returns, complete, _ = enumeration
    assert returns["sum"].max() == pytest.approx(7 * 0.95)
    assert returns["sum"][complete].max() == pytest.approx(4 * 0.95 + 3 * 0.5 + 1.0)
    assert not complete[returns["sum"] > returns["sum"].max() - 1e-9].any()


@REPAIRED
def test_the_other_forms_are_largest_for_texts_that_answer_rightly(form, enumeration):
    returns, complete, right = enumeration
    best = returns[form] > returns[form].max() - 1e-9
    assert best.any() and complete[best].all() and right[best].all()


@TASKS
def test_the_fixture_prefers_fillers_to_right_steps_and_those_to_wrong_ones(name):
    task = task_class(name)(300)
    task.reset(np.arange(300), np.random.default_rng(0).random((300, task.draws)))
    filler = task.spec.action.size - 2
    task.step(np.full(300, filler))
    assert (task.fields()["step_score"] == 0.95).all()
    task.step(task.scripted_actions())
    assert (task.fields()["step_score"] == 0.5).all() and task.fields()["step_correct"].all()
    right = task.scripted_actions()
    masks = task.action_masks()
    masks[np.arange(300), right] = False
    masks[:, filler:] = False
    task.step(masks.argmax(axis=1))
    fields = task.fields()
    np.testing.assert_array_equal(fields["step_score"], np.where(fields["step_correct"], 0.5, 0.05))
    np.testing.assert_array_equal(fields["lowest_step_score"], fields["step_score"])
    for left in range(task.spec.horizon - 3, 0, -1):
        task.step(np.full(300, filler))
        assert (task.fields()["step_score"] == (0.95 if left > 1 else 0.0)).all()
    assert not task.fields()["lowest_step_score"].any()


@TASKS
def test_in_random_episodes_payments_add_up_as_the_papers_promise(name):
    worlds, rng = 2000, np.random.default_rng(1)
    task = task_class(name)(worlds)
    task.reset(np.arange(worlds), rng.random((worlds, task.draws)))

    def often_right(task):
        # Ends are rare, so that long texts are among them.
        liked = rng.random((worlds, task.spec.action.size)) * ([1.0] * (task.spec.action.size - 1) + [0.5])
        drawn = np.where(task.action_masks(), liked, -1.0).argmax(axis=1)
        return np.where(rng.random(worlds) < 0.4, task.scripted_actions(), drawn)

    ended = []

    def noted(task):
        ended.append(task.complete())
        return often_right(task)

    scores, lowest, paid, _ = played(task, ["sum", "min", "clip", "delta"], [noted] * task.spec.horizon)
    ended = np.array([*ended[1:], task.complete()])
    scored = np.where(ended, np.inf, scores)
    steps = np.minimum.accumulate(scored)
    np.testing.assert_array_equal(lowest, np.minimum(steps, 1.0))
    np.testing.assert_allclose(1.0 + paid["min"].cumsum(axis=0), lowest, atol=1e-12)
    assert (paid["min"] <= 0.0).all()
    np.testing.assert_allclose(paid["sum"], scores)
    assert (paid["clip"] <= 0.0).all() and (paid["clip"].sum(axis=0) >= -0.5 * task.spec.horizon).all()
    delta = paid["delta"].cumsum(axis=0)
    np.testing.assert_allclose(delta, scores, atol=1e-12)
    assert delta.max() <= 0.95 + 1e-12 and np.abs(delta[-1]).max() < 1e-12
    assert paid["sum"].sum(axis=0).max() > 0.95


@TASKS
def test_the_verdict_is_given_on_complete_texts_alone(name):
    task = task_class(name)(200)
    task.reset(np.arange(200), np.random.default_rng(2).random((200, task.draws)))
    while not task.terminated().all():
        assert not task.fields()["verdict"].any()
        task.step(task.scripted_actions())
    assert (task.fields()["verdict"] == 2).all()


def success_after_training(form):
    reward = opened(form, ArithmeticChainEasy)
    result = train(ArithmeticChainEasy, reward, steps=300_000, seed=0, eval_seeds=range(10**6, 10**6 + 100))
    return result.evaluation.success.mean()


@pytest.mark.slow
def test_training_on_the_sum_ends_in_thinking_aloud():
    assert success_after_training("sum") < 0.3


@pytest.mark.slow
@pytest.mark.parametrize("form", ["min", "clip"])
def test_training_on_the_minimum_or_on_clipped_scores_answers(form):
    assert success_after_training(form) >= 0.8
