import numpy as np
import pytest
from text_play import started

from rewardsmith.agents import seeds
from rewardsmith.agents.evaluate import evaluate
from rewardsmith.agents.train import train
from rewardsmith.envs import FieldView
from rewardsmith.envs.play import random_actions
from rewardsmith.envs.text.dialogue.twenty_questions import TwentyQuestions, TwentyQuestionsEasy
from rewardsmith.envs.text.dialogue.twenty_questions_catalogue import FAMILIES, QUESTIONS
from rewardsmith.reward_gen import open_reward, resolve_reward
from rewardsmith.reward_gen.running.compile import compile_program

LEVELS = pytest.mark.parametrize(
    "kind", [TwentyQuestions, TwentyQuestionsEasy], ids=lambda kind: kind.spec.name
)
WORDS = {name: set(words.split()) for family in FAMILIES.values() for name, words in family.items()}
CHATTY = TwentyQuestions.human_reward_path().with_name("twenty_questions.chatty.reward.py")


def thinking_of(secret, kind=TwentyQuestions):
    """One world whose secret is known to the test, and whose line-up is whoever plays with it."""
    task = started(kind, 500)
    world = int(np.flatnonzero(task.secret == task.names.index(secret))[0])
    one = kind(1)
    one.restore({name: array[world : world + 1] for name, array in task.snapshot().items()})
    return one


def ask(word):
    return np.array([list(QUESTIONS).index(word)])


def guess(task, name):
    return np.array([len(QUESTIONS) + task.names.index(name)])


def asking_mostly(task, rng):
    """Legal actions of which about one in eight is a guess."""
    masks = task.action_masks()
    scores = rng.random(masks.shape) + (np.arange(masks.shape[1]) < len(QUESTIONS)) * rng.choice(
        [0.0, 1.0], (task.num_worlds, 1), p=[1 / 8, 7 / 8]
    )
    return np.where(masks, scores, -1.0).argmax(axis=1)


def returns(task, act, path=None, steps=20):
    """(B,) sums of each term of the human reward, or of the program at `path`, until the episode's end."""
    names, sums = {}, {}
    exec((path or task.human_reward_path()).read_text(), names)
    obs = FieldView(task.fields())
    for turn in range(steps):
        over, actions = task.terminated(), act(task, turn)
        task.step(actions)
        next_obs = FieldView(task.fields())
        reward, terms = names["compute_reward"](obs, actions, next_obs, np)
        np.testing.assert_allclose(reward, sum(terms.values()), atol=1e-12)
        for name, term in terms.items():
            sums[name] = sums.get(name, 0.0) + np.where(over, 0.0, term)
        obs = next_obs
    return sums


def by_script(task, turn):
    return task.scripted_actions()


def without_guessing(task, turn):
    """The next question in the list, for all twenty turns."""
    return np.full(task.num_worlds, turn)


def test_every_word_of_the_catalogue_is_a_question_and_all_families_are_alike():
    assert set.union(*WORDS.values()) == set(QUESTIONS)
    assert {len(family) for family in FAMILIES.values()} == {5}
    assert len(WORDS) == sum(map(len, FAMILIES.values())) == 40


def test_no_two_things_have_the_same_answers():
    assert len({frozenset(words) for words in WORDS.values()}) == len(WORDS)


def test_an_owl_is_found_by_the_answers_that_are_true_of_it():
    task = thinking_of("owl")
    line_up = task.instance_key(0)
    left = set(line_up)
    for word, answer in {
        "animal": "Yes.",
        "soft": "Yes.",
        "night": "Yes.",
        "flies": "Yes.",
        "wheels": "No.",
    }.items():
        task.step(ask(word))
        left = {name for name in left if (word in WORDS[name]) == (word in WORDS["owl"])}
        assert f"{QUESTIONS[word]} {answer}" in task.render_text(0)
        assert {task.names[i] for i in np.flatnonzero(task.fields()["candidates"][0])} == left
        assert task.fields()["uncertainty"][0] == pytest.approx(np.log2(len(left)))
    assert left == {"owl"} and not task.terminated()[0]
    task.step(guess(task, "owl"))
    assert task.success()[0] and task.terminated()[0] and "It is: owl. Yes!" in task.render_text(0)


def test_a_lucky_guess_and_a_wrong_one_lose():
    for name in ("owl", "elephant", "horse"):
        task = thinking_of("owl")
        if name in task.instance_key(0):
            task.step(guess(task, name))
            assert task.terminated()[0] and not task.success()[0]
            task.step(guess(task, "owl"))
            assert not task.success()[0]


@LEVELS
def test_the_verifier_agrees_with_a_search_over_the_catalogue(kind):
    """10,000 episodes, replayed on sets of names."""
    task, rng = started(kind, 10_000, 1), np.random.default_rng(2)
    secrets = [task.names[secret] for secret in task.secret]
    left = [set(task.instance_key(world)) for world in range(task.num_worlds)]
    expected = np.zeros(task.num_worlds, bool)
    for _ in range(task.spec.horizon):
        over, actions = task.terminated(), asking_mostly(task, rng)
        for world in np.flatnonzero(~over):
            if actions[world] < len(QUESTIONS):
                word = list(QUESTIONS)[actions[world]]
                answer = word in WORDS[secrets[world]]
                left[world] = {name for name in left[world] if (word in WORDS[name]) == answer}
            else:
                expected[world] = left[world] == {task.names[actions[world] - len(QUESTIONS)]}
        task.step(actions)
    np.testing.assert_array_equal(task.success(), expected)
    np.testing.assert_array_equal(task.candidates.sum(axis=1), [len(names) for names in left])
    assert expected.any() and not expected.all()


@LEVELS
def test_information_sums_to_the_uncertainty_that_is_gone(kind):
    task, rng = started(kind, 2000, 3), np.random.default_rng(4)
    before = task.fields()["uncertainty"]
    sums = returns(task, lambda task, turn: asking_mostly(task, rng))
    np.testing.assert_allclose(sums["information"], before - task.fields()["uncertainty"], atol=1e-9)
    np.testing.assert_allclose(before, task.spec.field("uncertainty").high, atol=1e-12)


def test_an_answer_is_worth_its_bits_and_a_question_without_news_nothing():
    task = thinking_of("rocket")
    before = task.candidates.sum()
    flying = sum("flies" in WORDS[name] for name in task.instance_key(0))
    assert returns(task, lambda task, turn: ask("flies"), steps=1)["information"] == pytest.approx(
        [np.log2(before / flying)]
    )
    returns(task, lambda task, turn: ask("animal"), steps=1)
    # What flies, is no animal and is one of two things is not at home in water.
    assert returns(task, lambda task, turn: ask("water"), steps=1)["information"] == [0.0]


def test_a_planted_defect_lowers_its_own_term_alone():
    good = returns(started(TwentyQuestions, 500, 5), by_script)
    silent = returns(
        started(TwentyQuestions, 500, 5),
        lambda task, turn: np.where(task.candidates.sum(axis=1) == 1, turn, by_script(task, turn)),
    )
    np.testing.assert_allclose(silent["information"], good["information"], atol=1e-9)
    assert (good["guess"] == 3.0).all() and not silent["guess"].any()

    def wrong_at_last(task, turn):
        others = len(QUESTIONS) + (task.line_up & ~task.candidates).argmax(axis=1)
        return np.where(task.candidates.sum(axis=1) == 1, others, by_script(task, turn))

    wrong = returns(started(TwentyQuestions, 500, 5), wrong_at_last)
    np.testing.assert_allclose(wrong["information"], good["information"], atol=1e-9)
    assert not wrong["guess"].any()


def test_nothing_tells_the_secret_before_the_first_answer():
    task, draws = TwentyQuestions(200), np.random.default_rng(6).random((200, 2))
    draws[:, 0] = 0.4
    task.reset(np.arange(200), draws)
    assert len(np.unique(task.secret)) > 20
    for name, array in task.fields().items():
        assert (array == array[0]).all(), name


@LEVELS
def test_every_thing_is_the_secret_in_training_and_in_held_out_line_ups(kind):
    for split in (kind, kind.held_out()):
        task = started(split, 4000, 7)
        assert set(task.secret) == set(range(len(task.names)))
        assert task.line_up[np.arange(4000), task.secret].all()
        assert (task.line_up.reshape(4000, task.families, -1).sum(axis=2) == task.members - 1).all()


@LEVELS
def test_masks_are_open_questions_and_the_line_up(kind):
    task, rng = started(kind, 300, 8), np.random.default_rng(9)
    for _ in range(8):
        answers, masks = task.fields()["answers"], task.action_masks()
        playing = ~task.terminated()
        np.testing.assert_array_equal(masks[playing, : len(QUESTIONS)], answers[playing] == 0)
        np.testing.assert_array_equal(masks[playing, len(QUESTIONS) :], task.line_up[playing])
        assert masks[~playing, 0].all() and (masks[~playing].sum(axis=1) == 1).all()
        task.step(asking_mostly(task, rng))


@pytest.mark.parametrize(("kind", "most"), [(TwentyQuestions, 0.01), (TwentyQuestionsEasy, 0.1)])
def test_random_legal_play_hardly_ever_succeeds(kind, most):
    task, rng = started(kind, 20_000, 10), np.random.default_rng(11)
    for _ in range(task.spec.horizon):
        task.step(random_actions(task.spec.action, task.action_masks(), task.num_worlds, rng))
    assert task.success().mean() < most


def test_halving_takes_about_as_many_questions_as_there_are_bits():
    task, turns = started(TwentyQuestions, 1000, 12), np.zeros(1000)
    while not task.terminated().all():
        turns += ~task.terminated()
        task.step(task.scripted_actions())
    assert 6.0 <= turns.mean() < 6.5 and turns.max() <= 8


@LEVELS
def test_the_chatty_program_pays_best_who_never_guesses(kind):
    """The trap, by enumeration: what a program prefers is what it trains."""
    chatter = returns(started(kind, 300, 13), without_guessing, CHATTY)["question"]
    solver = returns(started(kind, 300, 13), by_script, CHATTY)["question"]
    np.testing.assert_allclose(chatter, 0.1 * len(QUESTIONS))
    assert len(QUESTIONS) == kind.spec.horizon and (chatter > solver + 1.0).all()
    chatter = sum(returns(started(kind, 300, 13), without_guessing).values())
    solver = sum(returns(started(kind, 300, 13), by_script).values())
    assert (solver > chatter + 2.0).all()


@pytest.mark.parametrize("name", ["human", "chatty"])
def test_both_programs_keep_the_contract(name):
    program = resolve_reward(name, TwentyQuestions)
    assert program is not None
    compile_program(program, TwentyQuestions.spec)


@pytest.mark.slow
@pytest.mark.parametrize(("reward", "low", "high"), [("human", 0.9, 1.0), ("chatty", 0.0, 0.05)])
def test_an_agent_learns_to_guess_from_information_and_to_chat_from_chatter(reward, low, high):
    result = train(
        TwentyQuestionsEasy,
        open_reward(reward, TwentyQuestionsEasy),
        steps=200_000,
        seed=seeds.training_seed(0),
        eval_seeds=seeds.selection_seeds(0, 20),
    )
    found = evaluate(result.model, TwentyQuestionsEasy, seeds.test_seeds(0, 200)).success
    assert low <= found.mean() <= high
