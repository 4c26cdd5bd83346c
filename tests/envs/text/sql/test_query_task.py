import itertools

import numpy as np
import pytest
from text_play import by_rule, legal_actions, returns, started

from rewardsmith.envs.text.sql.execution import answers_to, equal
from rewardsmith.envs.text.sql.pets import AGES, COLUMNS, KINDS, NAMES, TOWNS, WEIGHTS
from rewardsmith.envs.text.sql.query_task import EasyQuery, OneCondition, TwoConditions

LEVELS = pytest.mark.parametrize(
    "level", [EasyQuery, OneCondition, TwoConditions], ids=lambda level: level.spec.name
)
PROGRESS = ("columns_matched", "bigrams_matched", "query_runs", "rows_matched", "query_complete")
# Every pet that there can be: the meaning of a condition is which of these it picks.
GRID = np.meshgrid(NAMES, KINDS, TOWNS, AGES, WEIGHTS, indexing="ij")
EVERY_PET = {name: values.ravel() for name, values in zip(COLUMNS, GRID, strict=True)}
COMPARE = {
    "<": np.less,
    "<=": np.less_equal,
    "=": np.equal,
    ">=": np.greater_equal,
    ">": np.greater,
    "<>": np.not_equal,
}
MIRRORED = {"<": ">", "<=": ">=", "=": "=", ">=": "<=", ">": "<", "<>": "<>"}


def asking(level, text):
    """One world with the question whose text is `text`."""
    task, number = level(1), next(i for i in range(level.questions.count) if level.questions.text(i) == text)
    task.question[:] = number
    return task


def write(task, words):
    for word in words:
        task.step(np.full(task.num_worlds, task.spec.action.labels.index(word)))
    return {name: values[0] for name, values in task.fields().items()}


def with_slips(rng, share):
    """The script, but for a share of random tokens, and wherever the script's token is illegal."""

    def rule(task):
        tokens = task.scripted_actions()
        fits = task.action_masks()[np.arange(task.num_worlds), np.minimum(tokens, task.dialect.end)]
        follow = fits & (tokens <= task.dialect.end) & (rng.random(task.num_worlds) >= share)
        return np.where(follow, tokens, legal_actions(task, rng))

    return rule


def holds(*words):
    """Which of all pets meet a condition without its NOT, by SQLite's rules on types."""
    if len(words) == 1:  # a number is true unless it is 0, and no text here is a number
        return np.full(len(EVERY_PET["age"]), words[0].isdigit() or words[0] in ("age", "weight"))
    left, operator, right = words
    if left not in COLUMNS:
        left, operator, right = right, MIRRORED[operator], left
    column = EVERY_PET[left]
    if left in ("age", "weight"):
        if right.startswith("'"):  # a number is less than any text
            return np.full(len(column), operator in ("<", "<=", "<>"))
        return COMPARE[operator](column, int(right))
    return COMPARE[operator](column, right.strip("'"))  # a number beside a text column becomes text


def meaning(words):
    """Column and picked pets of a complete query of `words`, None where it is no query."""
    if len(words) < 3 or words[1] != "FROM pets":
        return None
    column, rest, picked = words[0], list(words[2:-1]), np.ones(len(EVERY_PET["age"]), bool)
    while rest:
        ends = [place for place, word in enumerate(rest) if place and word in ("AND", "OR")]
        (opening, *condition), rest = rest[: (*ends, len(rest))[0]], rest[(*ends, len(rest))[0] :]
        negated = condition[:1] == ["NOT"]
        condition = condition[negated:]
        if len(condition) not in (1, 3):
            return None
        now = holds(*condition) ^ negated
        picked = picked | now if opening == "OR" else picked & now
    return column, picked.tobytes()


def near_misses(level, seed):
    """Complete queries of 10,000 worlds, most of them nearly right: the task and each one's words."""
    task = started(level, 10_000, seed)
    rule = with_slips(np.random.default_rng(seed + 1), 0.12)
    for _ in range(level.dialect.longest):
        task.step(rule(task))
    assert task.terminated().all()
    return task, words_of(level, task.written), words_of(level, task.questions.reference[task.question])


def words_of(level, tokens):
    labels = (*level.spec.action.labels, "")
    return [[labels[token] for token in row if labels[token]] for row in tokens.tolist()]


@LEVELS
def test_a_writer_of_the_reference_succeeds_with_all_progress_at_one(level):
    task = started(level, 500, 0)
    total, terms = returns(task, by_rule(task, lambda task: task.scripted_actions()))
    assert task.success().all() and (task.metric() == 1.0).all()
    for name in PROGRESS:
        assert (task.fields()[name] == 1).all(), name
    for name, most in {"linking": 1, "ngrams": 3, "syntax": 0.5, "execution": 1, "match": 2}.items():
        np.testing.assert_allclose(terms[name], most, err_msg=name)
    np.testing.assert_allclose(total, 7.5)


@pytest.mark.parametrize("level", [OneCondition, TwoConditions], ids=lambda level: level.spec.name)
def test_success_is_equality_of_meaning_on_ten_thousand_trajectories(level):
    task, written, references = near_misses(level, 1)
    means, wanted = list(map(meaning, written)), list(map(meaning, references))
    complete = np.array([found is not None for found in means])
    right = np.array([found == meant for found, meant in zip(means, wanted, strict=True)])
    in_other_words = np.array([own != plain for own, plain in zip(written, references, strict=True)])
    np.testing.assert_array_equal(task.fields()["query_runs"], complete)
    assert task.success()[right].all()
    assert 1000 < right.sum() < 9000 and (right & in_other_words).sum() > 20
    assert (task.success() & ~right).sum() <= 2


def test_several_databases_reject_what_one_alone_accepts():
    task, written, references = near_misses(TwoConditions, 3)
    means, wanted = list(map(meaning, written)), list(map(meaning, references))
    wrong = np.array([found not in (None, meant) for found, meant in zip(means, wanted, strict=True)])
    text = TwoConditions.dialect.text
    counts = answers_to([text(tokens) for tokens in task.written[wrong]])
    expected = answers_to([text(tokens) for tokens in task.questions.reference[task.question[wrong]]])
    accepted = [equal(counts[:, :few], expected[:, :few]).mean() for few in (1, 2, 3, 4)]
    assert wrong.sum() > 1500
    assert accepted[0] > 0.01
    assert accepted[2] <= accepted[0] / 10
    assert accepted[3] <= 5e-4


@pytest.mark.parametrize(
    "words",
    [
        "age >= 3",
        "3 <= age",
        "NOT age < 3",
        "NOT 3 > age",
        "age > 2",
        "NOT 2 >= age",
    ],
)
def test_equal_meaning_in_other_words_has_the_same_outcome(words):
    task = asking(OneCondition, "all names of the pets whose age is at least three")
    fields = write(task, ["name", "FROM pets", "WHERE", *words.split(), ";"])
    assert task.success().all() and task.terminated().all() and task.metric()[0] == 1.0
    assert fields["columns_matched"] == fields["rows_matched"] == 1.0 and fields["query_runs"]
    assert (fields["bigrams_matched"] == 1.0) == (words == "age >= 3")


@pytest.mark.parametrize(
    ("words", "lowered"),
    [
        ("name,FROM pets,WHERE,age,>=,3", {"query_complete", "query_runs", "rows_matched"}),
        ("kind,FROM pets,WHERE,age,>=,3,;", {"columns_matched", "bigrams_matched", "rows_matched"}),
        ("name,FROM pets,WHERE,weight,>=,3,;", {"columns_matched", "bigrams_matched", "rows_matched"}),
        ("name,FROM pets,WHERE,age,<,3,;", {"bigrams_matched", "rows_matched"}),
        ("name,FROM pets,WHERE,NOT,age,<,3,;", {"bigrams_matched"}),
        ("name,FROM pets,WHERE,age,>=,;", {"query_runs", "rows_matched", "bigrams_matched"}),
        ("age,FROM pets,WHERE,name,>=,3,;", {"bigrams_matched", "rows_matched"}),
    ],
)
def test_a_planted_defect_lowers_its_own_progress_alone(words, lowered):
    task = asking(OneCondition, "all names of the pets whose age is at least three")
    fields = write(task, words.split(","))
    # A missing end also lacks the last pair of tokens.
    expected = lowered | ({"bigrams_matched"} if "query_complete" in lowered else set())
    assert {name for name in PROGRESS if fields[name] < 1} == expected


def test_progress_counts_shares_as_the_query_grows():
    task = asking(OneCondition, "all names of the pets whose age is at least three")
    # The reference has 7 tokens, so 7 pairs; a wrong token breaks two pairs and adds two to the union.
    expected = [
        ("name", 1 / 2, 1 / 7),
        ("FROM pets", 1 / 2, 2 / 7),
        ("WHERE", 1 / 2, 3 / 7),
        ("weight", 1 / 3, 3 / 8),
        (">=", 1 / 3, 3 / 9),
        ("3", 1 / 3, 4 / 9),
        (";", 1 / 3, 5 / 9),
    ]
    for word, columns, bigrams in expected:
        fields = write(task, [word])
        assert (fields["columns_matched"], fields["bigrams_matched"]) == pytest.approx((columns, bigrams)), (
            word
        )
    assert 0.0 < fields["rows_matched"] < 1.0 and fields["query_runs"] and not task.success().any()


@LEVELS
def test_bigrams_matched_is_the_overlap_of_the_sets_of_pairs(level):
    task, rng = started(level, 1000, 5), np.random.default_rng(6)
    rule = with_slips(rng, 0.3)

    def pairs(tokens):
        tokens = [None, *(token for token in tokens.tolist() if token != level.dialect.blank)]
        return set(itertools.pairwise(tokens))

    for _ in range(level.dialect.longest):
        task.step(rule(task))
        got = task.fields()["bigrams_matched"]
        for world in range(1000):
            own, reference = (
                pairs(text[world]) for text in (task.written, level.questions.reference[task.question])
            )
            assert got[world] == pytest.approx(len(own & reference) / len(own | reference))


@LEVELS
def test_a_failed_episode_stays_below_the_maximum_of_the_human_reward(level):
    task = started(level, 4000, 7)
    total, terms = returns(task, by_rule(task, with_slips(np.random.default_rng(8), 0.1)))
    success = task.success()
    assert 0 < success.sum() < 4000
    assert total[~success].max() < 5.5
    np.testing.assert_array_equal(terms["match"], 2.0 * success)
    np.testing.assert_array_equal(terms["syntax"], 0.5 * task.fields()["query_runs"])
    np.testing.assert_allclose(terms["linking"], task.fields()["columns_matched"])
    np.testing.assert_allclose(terms["execution"], task.fields()["rows_matched"])


@LEVELS
def test_hidden_fields_tell_nothing_before_the_first_token(level):
    task = started(level, 1000, 9)
    for field in task.spec.fields:
        if not field.observed:
            values = task.fields()[field.name]
            assert (values == values[0]).all(), field.name


@pytest.mark.parametrize(
    ("level", "most"), [(EasyQuery, 0.05), (OneCondition, 1e-3), (TwoConditions, 1e-4)], ids=str
)
def test_random_grammatical_play_hardly_succeeds(level, most):
    task, rng = started(level, 20_000, 10), np.random.default_rng(11)
    for _ in range(level.dialect.longest):
        task.step(legal_actions(task, rng))
    assert task.terminated().all() and task.success().mean() <= most


@LEVELS
def test_questions_differ_and_each_is_drawn(level):
    texts = [level.questions.text(number) for number in range(level.questions.count)]
    assert len(set(texts)) == len(texts)
    drawn = set()
    for kind in (level, level.held_out()):
        task = kind(20_000)
        task.reset(np.arange(20_000), (np.arange(20_000)[:, None] + 0.5) / 20_000)
        drawn |= {task.instance_key(world) for world in range(20_000)}
    assert drawn == set(range(level.questions.count))


@LEVELS
def test_every_reference_returns_rows(level):
    queries = [level.dialect.text(tokens) for tokens in level.questions.reference]
    returned = answers_to(queries).sum(axis=(1, 2))
    assert (returned >= 1).all()


def test_each_word_of_a_held_out_question_occurs_in_training():
    for level in (EasyQuery, OneCondition, TwoConditions):
        words = []
        for kind in (level, level.held_out()):
            task = started(kind, 5000, 12)
            texts = {number: level.questions.text(number) for number in np.unique(task.question)}
            words.append({word for text in texts.values() for word in text.split()})
        assert words[1] <= words[0]


def test_text_reads_as_a_question_and_a_query():
    task = asking(TwoConditions, "all ages of the pets whose kind is exactly cat or whose weight is over two")
    assert task.render_text(0).endswith("query: SELECT")
    write(task, ["age", "FROM pets", "WHERE", "kind", "=", "'cat'", "OR", "NOT", "weight", "<=", "2", ";"])
    assert task.render_text(0) == (
        "question: all ages of the pets whose kind is exactly cat or whose weight is over two\n"
        "query: SELECT age FROM pets WHERE kind = 'cat' OR NOT weight <= 2 ;"
    )
    assert task.success().all()
