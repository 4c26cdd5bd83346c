import numpy as np
import pytest

from rewardsmith.envs import FieldView
from rewardsmith.envs.text.arithmetic_chain import ArithmeticChain, Chain

END = 5
PLAIN = {"plus": lambda a, b: a + b, "minus": lambda a, b: a - b, "times": lambda a, b: a * b}


class LongChain(Chain, name="long-chain", length=8):
    pass


class WideChain(Chain, name="wide-chain", length=3, modulus=11):
    pass


def human_reward():
    names = {}
    exec(ArithmeticChain.human_reward_path().read_text(), names)
    return lambda obs, action, next_obs: names["compute_reward"](obs, action, next_obs, np)


def started(worlds, seed, chain=ArithmeticChain):
    task = chain(worlds)
    task.reset(np.arange(worlds), np.random.default_rng(seed).random((worlds, task.draws)))
    return task


def worked_out(task):
    """What someone who knows arithmetic writes next, from the observed fields alone."""
    seen = {field.name: task.fields()[field.name] for field in task.spec.fields if field.observed}
    words = {name: task.spec.field(name).labels for name in ("operator", "operand", "running_result")}
    modulus = len(words["running_result"])
    tokens = []
    for operator, operand, left in zip(*(seen[name] for name in words), strict=True):
        word = words["operator"][operator]
        number = words["operand"][operand]
        right = words["running_result"][left]
        tokens.append(modulus if word == "none" else PLAIN[word](int(right), int(number)) % modulus)
    return np.array(tokens)


def wrong(digits):
    return (digits + 1) % 5


def returns(task, token_rule):
    """Play all worlds to the horizon; (B,) return of the human reward, and the return of each term."""
    reward, total, sums = human_reward(), np.zeros(task.num_worlds), {}
    obs = FieldView(task.fields())
    for _ in range(task.spec.horizon):
        tokens = token_rule(task)
        task.step(tokens)
        next_obs = FieldView(task.fields())
        value, terms = reward(obs, tokens, next_obs)
        assert value.shape == (task.num_worlds,)
        total += value
        for name, term in terms.items():
            sums[name] = sums.get(name, 0.0) + term
        obs = next_obs
    return total, sums


@pytest.mark.parametrize("chain", [ArithmeticChain, LongChain, WideChain])
def test_a_solver_that_reads_the_window_always_succeeds(chain):
    task = started(1000, 0, chain)
    for _ in range(chain.length + 1):
        assert not task.success().any() and not task.terminated().any()
        task.step(worked_out(task))
    assert task.success().all() and task.terminated().all()
    assert (task.metric() == 1.0).all()
    assert not task.fields()["illegal_actions"].any()


def test_step_labels_agree_with_plain_arithmetic_on_ten_thousand_trajectories():
    worlds, rng = 10_000, np.random.default_rng(1)
    task = started(worlds, 2)
    windows, digits, labels, counts = [], rng.integers(0, 5, (4, worlds)), [], []
    start = task.fields()["running_result"]
    for row in digits:
        window = task.fields()
        windows.append((window["operator"], window["operand"]))
        task.step(row)
        labels.append(task.fields()["step_correct"])
        counts.append(task.fields()["correct_steps"])
    task.step(np.full(worlds, END))
    success, faultless = task.success(), task.fields()["faultless"]
    operators = task.spec.field("operator").labels
    disagreements = 0
    for world in range(worlds):
        written = true = int(start[world])
        correct = 0
        for step in range(4):
            operation = PLAIN[operators[windows[step][0][world]]]
            operand = int(windows[step][1][world])
            expected, true = operation(written, operand) % 5, operation(true, operand) % 5
            written = int(digits[step, world])
            correct += written == expected
            disagreements += labels[step][world] != (written == expected)
            disagreements += counts[step][world] != correct
        disagreements += success[world] != (written == true)
        disagreements += faultless[world] != (correct == 4)
    assert disagreements == 0


@pytest.mark.parametrize(("chain", "modulus"), [(ArithmeticChain, 5), (LongChain, 5), (WideChain, 11)])
def test_blind_digits_are_right_once_in_modulus_times(chain, modulus):
    task, rng = started(40_000, 3, chain), np.random.default_rng(4)
    for _ in range(chain.length):
        task.step(rng.integers(0, modulus, 40_000))
    task.step(np.full(40_000, modulus))
    assert task.terminated().all()
    assert abs(task.success().mean() - 1 / modulus) < 0.01


def test_masks_want_four_digits_and_then_the_end():
    task = started(30, 5)
    digits_only, end_only = [True] * 5 + [False], [False] * 5 + [True]
    for expected in [digits_only] * 4 + [end_only] * 3:
        assert (task.action_masks() == expected).all()
        task.step(np.argmax(task.action_masks(), axis=1))


@pytest.mark.parametrize("place", range(4))
def test_one_wrong_step_costs_one_label_and_the_answer(place):
    task = started(500, 6)
    for step in range(5):
        tokens = worked_out(task)
        task.step(wrong(tokens) if step == place else tokens)
        assert (task.fields()["step_correct"] == (step not in (place, 4))).all()
    fields = task.fields()
    assert (fields["correct_steps"] == 3).all() and fields["answer_complete"].all()
    assert not fields["faultless"].any() and not task.success().any()


def test_a_missing_end_lowers_completeness_alone():
    whole, open_ended = started(200, 7), started(200, 7)
    for task, steps in ((whole, 5), (open_ended, 4)):
        for _ in range(steps):
            task.step(worked_out(task))
    for name in ("correct_steps", "faultless", "digits", "illegal_actions"):
        np.testing.assert_array_equal(whole.fields()[name], open_ended.fields()[name])
    assert whole.fields()["answer_complete"].all() and not open_ended.fields()["answer_complete"].any()
    assert not open_ended.success().any()


def test_two_mistakes_that_cancel_succeed_but_are_not_faultless():
    twin, task = started(500, 8), started(500, 8)
    total = np.zeros(500)
    reward, obs = human_reward(), FieldView(task.fields())
    for step in range(5):
        truth = worked_out(twin)
        twin.step(truth)
        tokens = wrong(truth) if step < 3 else truth
        task.step(tokens)
        next_obs = FieldView(task.fields())
        total += reward(obs, tokens, next_obs)[0]
        obs = next_obs
    assert task.success().all() and not task.fields()["faultless"].any()
    assert (total <= 3.0).all()


def test_the_human_reward_of_a_solved_episode_is_its_maximum():
    total, terms = returns(started(1000, 9), worked_out)
    assert (total == 5.0).all()
    assert (terms["step"] == 4.0).all() and (terms["answer"] == 1.0).all()


def test_no_other_play_reaches_the_maximum_of_the_human_reward():
    rng = np.random.default_rng(10)

    def often_right(task):
        wild = rng.integers(-1, 7, task.num_worlds)
        return np.where(rng.random(task.num_worlds) < 0.7, worked_out(task), wild)

    task = started(3000, 11)
    total, terms = returns(task, often_right)
    faultless = task.fields()["faultless"] & task.fields()["answer_complete"]
    assert 0 < faultless.sum() < 3000
    np.testing.assert_array_equal(total == 5.0, faultless)
    np.testing.assert_array_equal(terms["answer"], faultless)
    assert total.max() == 5.0
    np.testing.assert_array_equal(total, sum(terms.values()))


@pytest.mark.parametrize(("length", "modulus"), [(0, 5), (3, 1), (3, 6), (3, 9)])
def test_a_chain_refuses_sizes_that_break_its_laws(length, modulus):
    with pytest.raises(ValueError, match=f"prime modulus, got {length} and {modulus}"):
        type("Broken", (Chain,), {}, name="broken", length=length, modulus=modulus)


def test_text_shows_the_equations_so_far_and_not_the_future():
    task = ArithmeticChain(1)
    # Start 3; then times 2, plus 4, minus 1, plus 1.
    draws = [3 / 5, 2 / 3, 0.0, 1 / 3, 0.0, 1 / 4, 3 / 4, 0.0, 0.0]
    task.reset(np.arange(1), np.array([draws]) + 1e-9)
    assert task.render_text(0) == "start from 3, modulo 5\n3 * 2 = ?"
    for digit in (1, 4):
        task.step(np.array([digit]))
    assert task.render_text(0) == "start from 3, modulo 5\n3 * 2 = 1\n1 + 4 = 4\n4 - 1 = ?"
    for token in (3, 4, END):
        task.step(np.array([token]))
    assert task.render_text(0).endswith("4 - 1 = 3\n3 + 1 = 4\nend")
