import numpy as np
import pytest
from text_play import started

from rewardsmith.agents import seeds
from rewardsmith.agents.train import train
from rewardsmith.envs import FieldView
from rewardsmith.envs.play import random_actions
from rewardsmith.envs.spaces import ObservationEncoder
from rewardsmith.envs.text.dialogue.cafe import HABITS, MENU, OPTIONS, REGULARS, Conversations
from rewardsmith.envs.text.dialogue.clarify import Clarify, ClarifyEasy
from rewardsmith.reward_gen import open_reward

LEVELS = pytest.mark.parametrize("kind", [Clarify, ClarifyEasy], ids=lambda kind: kind.spec.name)
PARTS = tuple(MENU)


def order_of(regular, *left_open, **today):
    """One world: `today` names words of the menu, `left_open` is as the regular always has it."""
    task = Clarify(1)
    for column, (part, words) in enumerate(MENU.items()):
        task.is_open[0, column] = part in left_open
        word = REGULARS[regular][column] if part in left_open else today.get(part, words[0])
        task.wanted[0, column] = words.index(word)
    return task


def do(task, *labels):
    for label in labels:
        task.step(np.array([task.spec.action.labels.index(label)]))
    return {name: array[0] for name, array in task.fields().items()}


def ticket(task):
    words = [MENU[part][option] for part, option in zip(task.parts, task.wanted[0], strict=True)]
    return [f"{part}: {word}" for part, word in zip(task.parts, words, strict=True)]


def by_script(task):
    return task.scripted_actions()


def never_asking(task):
    """Writes what is named, and what is open by luck; then serves."""
    return _writing(task, np.where(task.is_open, task._everyone[:, None] % OPTIONS, task.wanted))


def always_asking(task):
    """Asks about every part in turn before it writes."""
    asks = ~task.asked.all(axis=1)
    return np.where(asks, (~task.asked).argmax(axis=1), _writing(task, task.wanted))


def _writing(task, options):
    blank, count = task.ticket == 0, len(task.parts)
    part = blank.argmax(axis=1)
    write = count + part * OPTIONS + options[np.arange(task.num_worlds), part]
    return np.where(blank.any(axis=1), write, task.spec.action.size - 1)


def returns(task, act):
    """(B,) sums of each term of the human reward until the episode's end."""
    names, sums = {}, {}
    exec(task.human_reward_path().read_text(), names)
    obs = FieldView(task.fields())
    for _ in range(task.spec.horizon + len(task.parts)):
        over, actions = task.terminated(), act(task)
        task.step(actions)
        next_obs = FieldView(task.fields())
        reward, terms = names["compute_reward"](obs, actions, next_obs, np)
        np.testing.assert_allclose(reward, sum(terms.values()), atol=1e-12)
        for name, term in terms.items():
            sums[name] = sums.get(name, 0.0) + np.where(over, 0.0, term)
        obs = next_obs
    return sums


def test_two_regulars_share_every_option_and_no_two_are_alike():
    for column, words in enumerate(MENU.values()):
        assert len(words) == OPTIONS
        assert np.bincount(HABITS[:, column], minlength=OPTIONS).tolist() == [2] * OPTIONS
    assert len(set(REGULARS.values())) == len(REGULARS)


def test_conversations_are_numbered_without_gap_or_repetition():
    conversations = Conversations.with_open(1, 3)
    every = [conversations.pick((np.arange(648) + 0.5) / 648, split) for split in ("train", "held-out")]
    keys = [{(*want, *is_open) for want, is_open in zip(*one, strict=True)} for one in every]
    assert conversations.instances.count == 3 * OPTIONS * OPTIONS**2 == len(keys[0]) + len(keys[1])
    assert not keys[0] & keys[1]


def test_half_of_the_orders_are_clear_and_open_parts_are_some_regulars_habit():
    for kind, most in ((Clarify, 2), (ClarifyEasy, 1)):
        task = started(kind, 20_000, 1)
        left_open = task.is_open.sum(axis=1)
        assert abs((left_open == 0).mean() - 0.5) < 0.02
        for number in range(1, most + 1):
            assert abs((left_open == number).mean() - 0.5 / most) < 0.02
        same = task.wanted[:, None] == HABITS[:, : len(task.parts)]
        assert (same | ~task.is_open[:, None]).all(axis=2).any(axis=1).all()


def test_a_clear_order_is_written_and_served():
    task = order_of("baker", drink="tea", seat="booth")
    fields = do(task, *ticket(task))
    assert fields["right_parts"] == 6 and fields["unsettled"] == 0 and not task.terminated()[0]
    assert do(task, "serve")["served"] and task.success()[0]
    assert "Good morning! Tea, thimble, no milk, no snack, booth, news, please." in task.render_text(0)


def test_one_answer_settles_what_all_who_fit_have_in_common():
    # Sailor and baker drink cocoa, and both sit on the terrace.
    task = order_of("sailor", "drink", "seat")
    assert do(task)["unsettled"] == 2 and do(task)["fitting_regulars"] == 12
    fields = do(task, "Which drink, please?")
    assert fields["unsettled"] == 0 and fields["fitting_regulars"] == 2
    assert do(task, "Which seat, please?")["needless_questions"] == 1
    # Their cups differ.
    task = order_of("sailor", "drink", "cup")
    assert do(task, "Which drink, please?")["unsettled"] == 1
    fields = do(task, "Which cup, please?")
    assert (fields["unsettled"], fields["fitting_regulars"], fields["needless_questions"]) == (0, 1, 0)
    do(task, *ticket(task), "serve")
    assert task.success()[0]


def test_a_named_part_needs_no_question_and_tells_nothing_of_the_guest():
    task = order_of("sailor", "drink", seat="booth")
    fields = do(task, "Which seat, please?")
    assert (fields["needless_questions"], fields["fitting_regulars"], fields["unsettled"]) == (1, 12, 1)
    do(task, "Which drink, please?", *ticket(task), "serve")
    assert task.terminated()[0] and task.metric()[0] == 1.0 and not task.success()[0]


@LEVELS
def test_the_verifier_agrees_with_one_that_reasons_from_what_was_said(kind):
    """10,000 random episodes against a reader of words, who knows the regulars."""
    task, rng = started(kind, 10_000, 2), np.random.default_rng(3)
    wanted, is_open = task.wanted.tolist(), task.is_open.tolist()
    count, serve = len(task.parts), task.spec.action.size - 1
    told = [{} for _ in wanted]
    needless, written = np.zeros(len(wanted)), [{} for _ in wanted]
    fitting, settled = np.full(len(wanted), len(REGULARS)), [set() for _ in wanted]
    for _ in range(task.spec.horizon):
        actions = random_actions(task.spec.action, task.action_masks(), task.num_worlds, rng)
        # Half of the writing is right, so that some episodes succeed.
        right = (actions >= count) & (actions < serve) & (rng.random(len(actions)) < 0.9)
        part = np.where(right, (actions - count) // OPTIONS, 0)
        actions = np.where(right, count + part * OPTIONS + task.wanted[task._everyone, part], actions)
        for world, action in enumerate(actions.tolist()):
            who = [
                habits for habits in HABITS.tolist() if all(habits[k] == v for k, v in told[world].items())
            ]
            known = {k for k in range(count) if not is_open[world][k] or len({h[k] for h in who}) == 1}
            if action < count:
                needless[world] += action in known
                if is_open[world][action]:
                    told[world][action] = wanted[world][action]
            elif action < serve:
                written[world][(action - count) // OPTIONS] = (action - count) % OPTIONS
        task.step(actions)
    for world, answers in enumerate(told):
        who = [habits for habits in HABITS.tolist() if all(habits[k] == v for k, v in answers.items())]
        fitting[world] = len(who)
        settled[world] = {k for k in range(count) if not is_open[world][k] or len({h[k] for h in who}) == 1}
    fields = task.fields()
    assert fields["served"].all()
    np.testing.assert_array_equal(fields["needless_questions"], needless)
    np.testing.assert_array_equal(fields["fitting_regulars"], fitting)
    np.testing.assert_array_equal(fields["unsettled"], [count - len(known) for known in settled])
    expected = [
        not needless[world] and [written[world][k] for k in range(count)] == wanted[world]
        for world in range(len(wanted))
    ]
    np.testing.assert_array_equal(task.success(), expected)
    assert any(expected)


def test_nothing_tells_what_is_open_before_it_is_asked():
    tasks = [order_of(regular, "cup", "paper") for regular in REGULARS]
    for name in tasks[0].fields():
        assert len({task.fields()[name].tobytes() for task in tasks}) == 1, name


def test_a_planted_defect_lowers_its_own_term_alone():
    good = returns(started(Clarify, 1000, 4), by_script)
    left_open = started(Clarify, 1000, 4).is_open.sum(axis=1)
    np.testing.assert_array_equal(good["profile"], left_open)
    assert (good["response"] == 6).all() and (good["service"] == 1).all() and not good["needless"].any()

    def compare(act, lowered):
        bad = returns(started(Clarify, 1000, 4), act)
        for name in good:
            assert (bad[name] <= good[name]).all()
            assert (bad[name] < good[name]).any() == (name in lowered), name

    def asking_needlessly(task):
        return np.where((task.asked | task.ticket > 0).any(axis=1), by_script(task), 0)

    def lucky(task):
        return _writing(task, task.wanted)

    def without_serving(task):
        return np.where((task.ticket > 0).all(axis=1), 0, by_script(task))

    def one_part_wrong(task):
        last = (task.ticket == 0).sum(axis=1) == 1
        unsettled = by_script(task) < len(task.parts)
        return np.where(last & ~unsettled, _writing(task, (task.wanted + 1) % OPTIONS), by_script(task))

    compare(asking_needlessly, {"needless"})
    compare(lucky, {"profile"})
    compare(without_serving, {"service"})
    compare(one_part_wrong, {"response", "service"})


@pytest.mark.parametrize(("kind", "most"), [(Clarify, 0.001), (ClarifyEasy, 0.02)])
def test_random_legal_play_hardly_ever_succeeds(kind, most):
    task, rng = started(kind, 20_000, 5), np.random.default_rng(6)
    for _ in range(task.spec.horizon):
        task.step(random_actions(task.spec.action, task.action_masks(), task.num_worlds, rng))
    assert task.terminated().all() and task.success().mean() < most


def episodes(task, act):
    """(B,) whether it succeeded, (B,) questions asked, (B,) turns taken."""
    turns = np.zeros(task.num_worlds)
    for _ in range(task.spec.horizon):
        turns += ~task.terminated()
        task.step(act(task))
    return task.success(), task.asked.sum(axis=1), turns


def test_asking_where_it_helps_beats_never_asking_and_takes_fewer_turns_than_always_asking():
    wise, never, always = (
        episodes(started(Clarify, 2000, 7), act) for act in (by_script, never_asking, always_asking)
    )
    assert wise[0].all() and never[0].mean() < 0.65 and not always[0].any()
    assert never[2].mean() < wise[2].mean() < always[2].mean()


@pytest.mark.slow
def test_an_agent_learns_to_ask_only_where_the_order_is_ambiguous():
    result = train(
        Clarify,
        open_reward("human", Clarify),
        steps=400_000,
        seed=seeds.training_seed(0),
        eval_seeds=seeds.selection_seeds(0, 20),
    )
    encoder = ObservationEncoder(Clarify.spec)

    def trained(task):
        observation, masks = encoder.encode(task.fields()), task.action_masks()
        return result.model.predict(observation, action_masks=masks, deterministic=True)[0]

    task = started(Clarify.held_out(), 500, 8)
    ambiguous = task.is_open.any(axis=1)
    success, asked, turns = episodes(task, trained)
    assert (asked[ambiguous] > 0).mean() >= 0.9
    assert (asked[~ambiguous] > 0).mean() <= 0.1
    assert success.mean() >= episodes(started(Clarify, 500, 9), never_asking)[0].mean() + 0.15
    assert turns.mean() <= episodes(started(Clarify, 500, 9), always_asking)[2].mean()
