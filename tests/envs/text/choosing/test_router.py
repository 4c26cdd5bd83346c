import numpy as np
import pytest
from text_play import started

from rewardsmith.envs import FieldView
from rewardsmith.envs.text.choosing.router import (
    ACTIONS,
    ANSWERS,
    SPARE_COINS,
    EasyRouter,
    Router,
    RouterTask,
)
from rewardsmith.envs.text.choosing.router_helpers import (
    COMPETENCE,
    DIFFICULTIES,
    HELPERS,
    KINDS,
    MATTERS,
    PRICES,
)

LEVELS = pytest.mark.parametrize("level", [EasyRouter, Router])
ACCEPT, STOP = ACTIONS.index("accept the answer"), ACTIONS.index("stop")
NAMES = list(HELPERS)


def human_reward():
    names = {}
    exec(Router.human_reward_path().read_text(), names)
    return lambda obs, action, next_obs: names["compute_reward"](obs, action, next_obs, np)


def played(task, rule):
    """Play `rule(task)` to the horizon; rewards (T, B) and the return of each term."""
    reward, rewards, sums = human_reward(), [], {}
    obs = FieldView(task.fields())
    for _ in range(task.spec.horizon):
        actions = rule(task)
        task.step(actions)
        next_obs = FieldView(task.fields())
        value, terms = reward(obs, actions, next_obs)
        np.testing.assert_allclose(value, sum(terms.values()), atol=1e-12)
        rewards.append(value)
        for name, term in terms.items():
            sums[name] = sums.get(name, 0.0) + term
        obs = next_obs
    return np.array(rewards), sums


def by_script(task):
    return task.scripted_actions()


def at_random(rng, stopping=True):
    def rule(task):
        masks = task.action_masks()
        if not stopping:
            masks[:, STOP] &= ~masks[:, :STOP].any(axis=1)
        return np.where(masks, rng.random(masks.shape), -1.0).argmax(axis=1)

    return rule


def asking(choice):
    """Ask for each matter the one helper in `choice` (matters,), and accept."""

    def rule(task):
        fields = task.fields()
        matter = np.minimum(fields["kind"] * len(DIFFICULTIES) + fields["difficulty"], MATTERS - 1)
        going_on = np.where(fields["asked"].any(axis=1), ACCEPT, choice[matter])
        return np.where(task.terminated(), STOP, going_on)

    return rule


def test_the_table_knows_who_is_sure():
    for row, (price, skill) in enumerate(HELPERS.values()):
        assert PRICES[row] == price and set(skill) == set(KINDS)
        for kind, chances in skill.items():
            assert list(chances) == sorted(chances, reverse=True), kind
    assert (COMPETENCE.max(axis=0) == 1.0).all()


@pytest.mark.parametrize("helper", NAMES)
def test_answers_are_right_as_often_as_the_table_says(helper):
    task, row = started(Router, 40_000, 0), NAMES.index(helper)
    matter = task.fields()["kind"] * len(DIFFICULTIES) + task.fields()["difficulty"]
    task.step(np.full(40_000, row))
    right = task.fields()["answer_right"]
    share = np.bincount(matter, right, MATTERS) / np.bincount(matter, minlength=MATTERS)
    np.testing.assert_allclose(share, COMPETENCE[row], atol=0.04)


def test_wrong_answers_are_spread_over_all_others():
    task = started(Router, 40_000, 1)
    off = (task.replies - task.truth[:, :, None])[:, : task.questions] % len(ANSWERS)
    counts = np.bincount(off.ravel(), minlength=len(ANSWERS))[1:]
    np.testing.assert_allclose(counts / counts.sum(), 1 / 3, atol=0.01)


@LEVELS
def test_verifier_and_fields_agree_with_plain_python_on_ten_thousand_episodes(level):
    task, rng = started(level, 10_000, 2), np.random.default_rng(3)
    script, blind = by_script, at_random(rng, stopping=False)
    for _ in range(task.spec.horizon):
        task.step(np.where(rng.random(10_000) < 0.95, script(task), blind(task)))
    fields, disagreements = task.fields(), 0
    success, terminated = task.success(), task.terminated()
    for world in range(10_000):
        question = spend = right = 0
        stopped, told = False, []
        for event in fields["trace"][world]:
            word = task.spec.field("trace").labels[event]
            if word == "none":
                break
            if word == "stop":
                stopped = True
            elif word == "accept the answer":
                most = max(told.count(reply) for reply in told)
                # The latest to have reached the highest count stands.
                stands = max(
                    (reply for reply in told if told.count(reply) == most),
                    key=lambda reply: max(at for at, given in enumerate(told) if given == reply),
                )
                right += stands == task.truth[world, question]
                question, told = question + 1, []
            else:
                spend += int(PRICES[event - 1])
                told.append(task.replies[world, question, event - 1])
        over = spend > fields["budget"][world] or stopped or question == task.questions
        disagreements += fields["spend"][world] != spend
        disagreements += fields["right_accepted"][world] != right
        disagreements += fields["wrong_accepted"][world] != question - right
        disagreements += success[world] != (right == task.questions and spend <= fields["budget"][world])
        disagreements += terminated[world] != over
    assert disagreements == 0
    assert 0.1 < success.mean() < 0.9


@LEVELS
def test_the_cheapest_sure_helpers_solve_every_episode_with_coins_to_spare(level):
    task = started(level, 2000, 4)
    _, terms = played(task, by_script)
    fields = task.fields()
    assert task.success().all() and (task.metric() == 1.0).all()
    assert (fields["budget"] - fields["spend"] == SPARE_COINS).all()
    assert (terms["right"] == task.questions).all() and not terms["wrong"].any()
    assert not terms["overspent"].any()
    np.testing.assert_allclose(terms["cost"], -0.1 * fields["spend"])


def test_random_play_hardly_ever_succeeds():
    for level, most in ((EasyRouter, 0.1), (Router, 0.001)):
        task = started(level, 20_000, 5)
        played(task, at_random(np.random.default_rng(6)))
        assert task.success().mean() < most


def test_asking_the_professor_about_everything_overspends():
    task = started(Router, 5000, 7)
    _, terms = played(task, asking(np.full(MATTERS, NAMES.index("professor"))))
    assert task.success().mean() < 0.05
    over = task.fields()["spend"] > task.fields()["budget"]
    np.testing.assert_array_equal(terms["overspent"], -1.0 * over)


def test_a_wrong_answer_lowers_the_right_term_and_shows_in_the_wrong_one_alone():
    task = started(Router, 3000, 8)
    sure, dishonest = by_script(task), task.replies[:, 0] != task.truth[:, :1]
    cheap = PRICES[sure][:, None] + SPARE_COINS >= PRICES
    fits = dishonest & cheap
    fooled, teller = fits.any(axis=1), fits.argmax(axis=1)

    def rule(task):
        first = fooled & (task.question == 0)
        mistaken = np.where(task.asked[np.arange(3000), teller], ACCEPT, teller)
        return np.where(first, mistaken, by_script(task))

    _, terms = played(task, rule)
    assert fooled.sum() > 1000
    np.testing.assert_array_equal(terms["right"], task.questions - 1.0 * fooled)
    np.testing.assert_array_equal(terms["wrong"], -1.0 * fooled)
    assert not terms["overspent"].any()
    np.testing.assert_array_equal(task.success(), ~fooled)


@LEVELS
def test_traces_replay_to_identical_rewards(level):
    worlds, starts = 500, np.random.default_rng(9).random((500, level.draws))
    task = level(worlds)
    task.reset(np.arange(worlds), starts)
    rewards, _ = played(task, at_random(np.random.default_rng(10)))
    trace = task.fields()["trace"]
    again, step = level(worlds), iter(trace.T)
    again.reset(np.arange(worlds), starts)
    replayed, _ = played(again, lambda _: next(step) - 1)
    np.testing.assert_array_equal(replayed, rewards)
    np.testing.assert_array_equal(again.fields()["trace"], trace)
    np.testing.assert_array_equal(again.success(), task.success())


@pytest.fixture(scope="module")
def sweep():
    """Spend and share of right answers when each question goes to whom a cost coefficient favours."""
    points = []
    for coefficient in (0.0, 0.15, 0.28, 0.35, 1.0):
        worth = COMPETENCE - (coefficient + 1e-9) * PRICES[:, None]
        points.append(outcome(asking(worth.argmax(axis=0))))
    return points


def outcome(rule):
    task = started(Router, 20_000, 11)
    task.budget[:] = task.spec.field("budget").categories - 1
    played(task, rule)
    return task.spend.mean() / np.maximum(task.question, 1).mean(), task.right.sum() / task.question.sum()


def test_a_higher_cost_coefficient_never_spends_more(sweep):
    spends = [spend for spend, _ in sweep]
    assert spends == sorted(spends, reverse=True) and len(set(spends)) == 5


def test_the_sweep_dominates_random_and_single_helper_routing(sweep):
    single = [outcome(asking(np.full(MATTERS, helper))) for helper in range(len(HELPERS))]
    for spend, right in [*single, outcome(at_random(np.random.default_rng(12), stopping=False))]:
        assert any(cost <= spend + 0.02 and share >= right - 0.01 for cost, share in sweep)


def test_the_answer_most_helpers_gave_stands_and_the_latest_of_equals():
    task = Router(1)
    task.reset(np.arange(1), np.zeros((1, task.draws)))
    task.replies[0, 0, :4] = [2, 1, 2, 1]
    for helper, answer, agreement in ((0, 2, 1), (1, 1, 1), (2, 2, 2), (3, 1, 2)):
        task.step(np.array([helper]))
        assert (task.answer[0], task.fields()["agreement"][0]) == (answer, agreement)


def test_masks_follow_the_plain_rules_of_the_desk():
    task, rng = started(Router, 300, 13), np.random.default_rng(14)
    for _ in range(task.spec.horizon):
        fields, masks, over = task.fields(), task.action_masks(), task.terminated()
        for world in range(300):
            asked = fields["asked"][world]
            legal = set() if over[world] else set(np.flatnonzero(~asked))
            legal |= {ACCEPT} if asked.any() and not over[world] else set()
            assert set(np.flatnonzero(masks[world])) == {*legal, STOP}
        task.step(at_random(rng, stopping=False)(task))


def test_hidden_fields_tell_nothing_before_the_first_action():
    task = started(Router, 1000, 15)
    for field in task.spec.fields:
        if not field.observed:
            assert len(np.unique(task.fields()[field.name])) == 1, field.name


def test_an_episode_needs_a_question():
    with pytest.raises(ValueError, match="at least 1 question, got 0"):
        type("Broken", (RouterTask,), {}, name="broken", questions=0)


def test_text_reads_as_questions_and_events():
    task = EasyRouter(1)
    task.reset(np.arange(1), np.zeros((1, task.draws)))
    first = task.render_text(0)
    assert first.startswith("question 1: a sum, easy\nspent 0 of ")
    for word in ("think", "accept the answer", "ask the poet", "stop"):
        task.step(np.array([ACTIONS.index(word)]))
    lines = task.render_text(0).split("\n")
    assert lines[1:3] == ["  think (1): A", "  accepted"]
    assert lines[3].startswith("question 2: ")
    assert lines[4].startswith("  ask the poet (3): ") and lines[5] == "  stopped"
    assert lines[6].startswith("spent 4 of ")
