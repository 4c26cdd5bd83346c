import numpy as np
import pytest
from text_play import started

from rewardsmith.envs import FieldView
from rewardsmith.envs.text.derivation.arithmetic_chain import (
    ArithmeticChain,
    ArithmeticChainEasy,
    Chain,
)
from rewardsmith.reward_gen import open_reward

MODULUS = ArithmeticChain.modulus
FILLER, END = MODULUS, MODULUS + 1
PLAIN = {"plus": lambda a, b: a + b, "minus": lambda a, b: a - b, "times": lambda a, b: a * b}


class LongChain(Chain, name="long-chain", length=8):
    pass


class WideChain(Chain, name="wide-chain", length=1, modulus=13, operands=12):
    pass


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
        tokens.append(modulus + 1 if word == "none" else PLAIN[word](int(right), int(number)) % modulus)
    return np.array(tokens)


def wrong(digits):
    return (digits + 1) % MODULUS


def returns(task, token_rule):
    """Play all worlds to the horizon; (B,) return of the human reward, and the return of each term."""
    reward, total, sums = open_reward("human", type(task)), np.zeros(task.num_worlds), {}
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


@pytest.mark.parametrize("chain", [ArithmeticChainEasy, ArithmeticChain, LongChain, WideChain])
def test_a_solver_that_reads_the_window_always_succeeds(chain):
    task = started(chain, 1000, 0)
    for _ in range(chain.length + 1):
        assert not task.success().any() and not task.terminated().any()
        task.step(worked_out(task))
    assert task.success().all() and task.terminated().all()
    assert (task.metric() == 1.0).all()
    assert not task.fields()["illegal_actions"].any()


def test_step_labels_agree_with_plain_arithmetic_on_ten_thousand_trajectories():
    worlds, rng = 10_000, np.random.default_rng(1)
    task = started(ArithmeticChain, worlds, 2)
    windows, digits, labels, counts = [], rng.integers(0, MODULUS, (4, worlds)), [], []
    start = task.fields()["running_result"]
    task.step(np.full(worlds, FILLER))
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
        correct, answers = 0, []
        for step in range(4):
            operation = PLAIN[operators[windows[step][0][world]]]
            operand = int(windows[step][1][world])
            expected, true = operation(written, operand) % MODULUS, operation(true, operand) % MODULUS
            written = int(digits[step, world])
            correct += written == expected
            answers.append(written == true)
            disagreements += labels[step][world] != (written == expected)
            disagreements += counts[step][world] != correct
        disagreements += success[world] != all(answers[-2:])
        disagreements += faultless[world] != (correct == 4)
    assert disagreements == 0


@pytest.mark.parametrize(("chain", "modulus"), [(ArithmeticChain, 7), (LongChain, 5), (WideChain, 13)])
def test_a_blind_digit_is_right_once_in_modulus_times(chain, modulus):
    task, rng = started(chain, 40_000, 3), np.random.default_rng(4)
    for _ in range(chain.length):
        task.step(rng.integers(0, modulus, 40_000))
    task.step(np.full(40_000, modulus + 1))
    assert task.terminated().all()
    assert abs(task.success().mean() - modulus**-chain.answer_digits) < 0.01


def test_masks_want_four_digits_and_then_the_end():
    task = started(ArithmeticChain, 30, 5)
    digits, none = [True] * MODULUS, [False] * MODULUS
    for expected in [[*digits, True, False]] * 4 + [[*none, True, True]]:
        for _ in range(2):
            assert (task.action_masks() == expected).all()
            task.step(np.full(30, FILLER))
        task.step(np.where(expected[0], worked_out(task), END))
    assert (task.action_masks() == [*none, False, True]).all()


def test_a_filler_changes_no_word_of_the_text():
    task = started(ArithmeticChain, 100, 12)
    for _ in range(5):
        before = task.fields()
        task.step(np.full(100, FILLER))
        after = task.fields()
        for name in before:
            if name not in ("step_correct", "step_score", "lowest_step_score"):
                np.testing.assert_array_equal(before[name], after[name], err_msg=name)
        assert not after["step_correct"].any()
        task.step(worked_out(task))
    assert task.success().all()


@pytest.mark.parametrize("place", range(4))
def test_one_wrong_step_costs_one_label_and_the_answer(place):
    task = started(ArithmeticChain, 500, 6)
    for step in range(5):
        tokens = worked_out(task)
        task.step(wrong(tokens) if step == place else tokens)
        assert (task.fields()["step_correct"] == (step not in (place, 4))).all()
    fields = task.fields()
    assert (fields["correct_steps"] == 3).all() and fields["answer_complete"].all()
    assert not fields["faultless"].any() and not task.success().any()


def test_a_missing_end_lowers_completeness_alone():
    whole, open_ended = started(ArithmeticChain, 200, 7), started(ArithmeticChain, 200, 7)
    for task, steps in ((whole, 5), (open_ended, 4)):
        for _ in range(steps):
            task.step(worked_out(task))
    for name in ("correct_steps", "faultless", "digits", "illegal_actions"):
        np.testing.assert_array_equal(whole.fields()[name], open_ended.fields()[name])
    assert whole.fields()["answer_complete"].all() and not open_ended.fields()["answer_complete"].any()
    assert not open_ended.success().any()


def test_two_mistakes_that_cancel_succeed_but_are_not_faultless():
    twin, task = started(ArithmeticChain, 500, 8), started(ArithmeticChain, 500, 8)
    total = np.zeros(500)
    reward, obs = open_reward("human", ArithmeticChain), FieldView(task.fields())
    for step in range(5):
        truth = worked_out(twin)
        twin.step(truth)
        tokens = wrong(truth) if step < 2 else truth
        task.step(tokens)
        next_obs = FieldView(task.fields())
        total += reward(obs, tokens, next_obs)[0]
        obs = next_obs
    assert task.success().all() and not task.fields()["faultless"].any()
    assert (total <= 3.0).all()


def test_the_human_reward_of_a_solved_episode_is_its_maximum():
    total, terms = returns(started(ArithmeticChain, 1000, 9), worked_out)
    assert (total == 5.0).all()
    assert (terms["step"] == 4.0).all() and (terms["answer"] == 1.0).all()


def test_no_other_play_reaches_the_maximum_of_the_human_reward():
    rng = np.random.default_rng(10)

    def often_right(task):
        wild = rng.integers(-1, END + 2, task.num_worlds)
        return np.where(rng.random(task.num_worlds) < 0.7, worked_out(task), wild)

    task = started(ArithmeticChain, 3000, 11)
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
    task.reset(np.arange(1), np.zeros((1, task.draws)))
    # Start 3; then times 2, plus 2, minus 1, plus 1.
    task.start[:] = task.running_result[:] = task.true_result[:] = 3
    task.operators[0, :4] = [2, 0, 1, 0]
    task.operands[0, :4] = [2, 2, 1, 1]
    assert task.render_text(0) == "start from 3, modulo 7\n3 * 2 = ?"
    for token in (6, FILLER, 1):
        task.step(np.array([token]))
    assert task.render_text(0) == "start from 3, modulo 7\n3 * 2 = 6\n6 + 2 = 1\n1 - 1 = ?"
    for token in (0, 1, END):
        task.step(np.array([token]))
    assert task.render_text(0).endswith("1 - 1 = 0\n0 + 1 = 1\nend")
    assert task.success().all()


def test_a_chain_refuses_operands_that_the_modulus_does_not_allow():
    for operands in (0, 5):
        with pytest.raises(ValueError, match="operands below 5"):
            type("Broken", (Chain,), {}, name="broken", length=3, modulus=5, operands=operands)
    with pytest.raises(ValueError, match="of 3 digits the last 1 to 3 are the answer, got 4"):
        type("Broken", (Chain,), {}, name="broken", length=3, answer_digits=4)
