import re

import numpy as np
import pytest
from text_play import returns, started

from rewardsmith.envs.text.structured.format_answer import (
    ANIMALS,
    ANSWER_LENGTH,
    COLOURS,
    MOST_THOUGHTS,
    TEXT_LENGTH,
    THOUGHTS,
    TOKENS,
    EasyFormatAnswer,
    FormatAnswer,
)

LEVELS = pytest.mark.parametrize("level", [EasyFormatAnswer, FormatAnswer])
END = TOKENS.index("end")
TERMS = {"tags": 4.0, "order": 0.0, "answer": 2.0, "ending": 0.0, "whole": 2.0}


def references(task):
    """The tokens of the right text in each world, from what the policy sees and the words' meaning."""
    seen = {field.name: task.fields()[field.name] for field in task.spec.fields if field.observed}
    texts = []
    for colour, animal, wanted in zip(
        seen["colour_asked"], seen["animal_asked"], seen["thoughts_wanted"], strict=True
    ):
        answer = [list(COLOURS.values())[colour], list(ANIMALS.values())[animal]]
        texts.append(["<think>", *["so"] * wanted, "</think>", "<answer>", *answer, "</answer>", "end"])
    return texts


def rows(texts):
    """(T, B) tokens, each text filled up with its last token."""
    longest = max(map(len, texts))
    return np.array(
        [[TOKENS.index(word) for word in text + text[-1:] * (longest - len(text))] for text in texts]
    ).T


def verified(text, wanted, answer):
    """Whether a text of words is right, by a regular expression."""
    thought = "|".join(THOUGHTS)
    form = rf"<think>(?: (?:{thought})){{{wanted}}} </think> <answer> (\S+) (\S+) </answer> end"
    found = re.fullmatch(form, " ".join(text))
    return bool(found) and list(found.groups()) == answer


@LEVELS
def test_a_writer_who_knows_the_words_always_succeeds(level):
    task = started(level, 1000, 0)
    for row in rows(references(task)):
        task.step(row)
    assert task.success().all() and task.terminated().all() and (task.metric() == 1.0).all()
    assert not task.fields()["illegal_actions"].any()


@LEVELS
def test_the_verifier_agrees_with_a_regular_expression_on_ten_thousand_texts(level):
    task, rng = started(level, 10_000, 1), np.random.default_rng(2)
    texts = references(task)
    wanted = task.fields()["thoughts_wanted"]
    written = [[] for _ in texts]
    for _ in range(TEXT_LENGTH + 1):
        masks, script = task.action_masks(), task.scripted_actions()
        blind = np.where(masks, rng.random(masks.shape), -1.0).argmax(axis=1)
        row = np.where(rng.random(10_000) < 0.93, script, blind)
        legal = masks[np.arange(10_000), row] & ~task.terminated()
        for world in np.flatnonzero(legal):
            written[world].append(TOKENS[row[world]])
        task.step(row)
    expected = [
        verified(text, count, reference[-4:-2])
        for text, count, reference in zip(written, wanted, texts, strict=True)
    ]
    np.testing.assert_array_equal(task.success(), expected)
    assert 0.1 < np.mean(expected) < 0.95


def test_anything_may_be_written_at_the_hard_level_while_there_is_room():
    task, rng = started(FormatAnswer, 200, 3), np.random.default_rng(4)
    for _ in range(TEXT_LENGTH):
        assert task.action_masks().all()
        task.step(rng.integers(0, END, 200))
    assert (task.action_masks() == (np.arange(END + 1) == END)).all()


def test_the_easy_grammar_keeps_tags_in_turn_but_for_the_two_slips():
    task, rng = started(EasyFormatAnswer, 2000, 5), np.random.default_rng(6)
    for _ in range(task.spec.horizon):
        masks = task.action_masks()
        task.step(np.where(masks, rng.random(masks.shape), -1.0).argmax(axis=1))
    fields = task.fields()
    assert fields["text_complete"].all() and (fields["tags_placed"] == 1.0).all()
    assert (fields["thoughts_written"] + fields["misplaced_tags"]).max() == MOST_THOUGHTS
    assert (fields["words_written"] + fields["stray_tokens"] == ANSWER_LENGTH).all()


@LEVELS
def test_random_play_hardly_ever_succeeds(level):
    task, rng = started(level, 20_000, 7), np.random.default_rng(8)
    for _ in range(task.spec.horizon):
        masks = task.action_masks()
        task.step(np.where(masks, rng.random(masks.shape), -1.0).argmax(axis=1))
    assert task.terminated().all() and task.success().mean() < 0.002


def test_hidden_fields_tell_of_the_answer_only_what_is_written():
    task = started(FormatAnswer, 1000, 9)
    for field in task.spec.fields:
        if not field.observed and field.name != "length_error":
            assert len(np.unique(task.fields()[field.name])) == 1, field.name
    np.testing.assert_array_equal(task.fields()["length_error"], task.fields()["thoughts_wanted"])


def test_a_phrase_number_is_no_key_to_its_word():
    for phrases in (COLOURS, ANIMALS):
        assert list(phrases.values()) != sorted(phrases.values())


@LEVELS
def test_the_human_reward_of_a_solved_episode_is_its_maximum(level):
    task = started(level, 1000, 10)
    wanted = task.fields()["thoughts_wanted"]
    total, terms = returns(task, rows(references(task)))
    np.testing.assert_allclose(total, 8.0 + 0.5 * wanted)
    for name, most in TERMS.items():
        np.testing.assert_allclose(terms[name], most, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(terms["length"], 0.5 * wanted)


def without_a_thought(text):
    return [*text[:1], *text[2:]]


def with_a_thought_too_many(text):
    return [*text[:1], "hmm", *text[1:]]


def with_a_tag_twice(text):
    return ["<think>", *text]


def with_a_word_before_the_tags(text):
    return ["dog", *text]


def with_a_thought_in_the_answer(text):
    return [*text[:-4], "then", *text[-4:]]


def with_the_words_swapped(text):
    return [*text[:-4], text[-3], text[-4], *text[-2:]]


def with_another_animal(text):
    return [*text[:-3], "dog" if text[-3] != "dog" else "cat", *text[-2:]]


def without_the_last_tag(text):
    return [*text[:-2], "end"]


@pytest.mark.parametrize(
    ("defect", "lowered"),
    [
        (without_a_thought, {"length"}),
        (with_a_thought_too_many, {"length"}),
        (with_a_tag_twice, {"order"}),
        (with_a_word_before_the_tags, {"order"}),
        (with_a_thought_in_the_answer, {"order"}),
        (with_the_words_swapped, {"answer"}),
        (with_another_animal, {"answer"}),
        # A text that ends without a tag is at once one that ends too soon.
        (without_the_last_tag, {"tags", "ending"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_planted_defect_lowers_its_own_term_and_the_whole_alone(defect, lowered):
    task = started(FormatAnswer, 1000, 11)
    most = {**TERMS, "length": 0.5 * task.fields()["thoughts_wanted"]}
    _, terms = returns(task, rows([defect(text) for text in references(task)]))
    for name, value in terms.items():
        below = name in {*lowered, "whole"}
        assert ((value < most[name] - 1e-9) == below).all(), name
    assert task.terminated().all() and not task.success().any()


def test_no_failed_episode_reaches_the_reward_of_a_solved_one():
    task, rng = started(FormatAnswer, 5000, 12), np.random.default_rng(13)
    wanted = task.fields()["thoughts_wanted"]

    def slipping():
        for _ in range(TEXT_LENGTH + 1):
            yield np.where(
                rng.random(5000) < 0.9, task.scripted_actions(), rng.integers(0, len(TOKENS), 5000)
            )

    total, _ = returns(task, slipping())
    success = task.success()
    assert 0 < success.sum() < 5000
    assert (total - 0.5 * wanted)[~success].max() < 7.0


def test_the_format_reward_alone_is_earned_in_full_without_an_answer():
    task = started(FormatAnswer, 1000, 14)
    right, _ = returns(task, rows(references(task)), "format-only")
    assert task.success().all()
    hacked = started(FormatAnswer, 1000, 14)
    blind = [[*text[:-4], "frog", "blue", *text[-2:]] for text in references(hacked)]
    proxy, _ = returns(hacked, rows(blind), "format-only")
    np.testing.assert_array_equal(proxy, right)
    assert not hacked.success().any()
    human, _ = returns(started(FormatAnswer, 1000, 14), rows(blind))
    assert (human < right).all()


def test_text_reads_as_a_question_and_a_text():
    task = FormatAnswer(1)
    task.reset(np.arange(1), np.zeros((1, 1)))
    (text,) = references(task)
    question, blank = task.render_text(0).split("\n")
    assert blank == "" and question.startswith("Which animal that")
    for row in rows([text]):
        task.step(row)
    assert task.render_text(0) == f"{question}\n{' '.join(text)}"
