import itertools
import math

import numpy as np
import pytest
from text_play import by_rule, legal_actions, returns, started

from rewardsmith.envs.text.choosing.ranked_list import EasyRankedList, RankedList, RankedListTask
from rewardsmith.envs.text.choosing.ranked_list_shelves import LENGTHS, READERS, SUBJECTS

LEVELS = pytest.mark.parametrize("level", [EasyRankedList, RankedList])
WANTED = {"has one evening": "short", "goes on a long voyage": "long"}


def plain_grades(task):
    """Grades of the books in each world, worked out from the words that the policy sees."""
    seen = {field.name: task.fields()[field.name] for field in task.spec.fields if field.observed}
    graded = []
    for world in range(task.num_worlds):
        wanted = WANTED[READERS[seen["reader"][world]]]
        looks = zip(*(seen[name][world] for name in ("subject", "length", "praised", "known")), strict=True)
        graded.append(
            [
                0
                if SUBJECTS[subject] == "unrelated" or known
                else 1 + (SUBJECTS[subject] == "as asked") + praised + (LENGTHS[length] == wanted)
                for subject, length, praised, known in looks
            ]
        )
    return graded


def plain_ndcg(grades, places):
    def worth(ranked):
        return sum((2**grade - 1) / math.log2(1 + rank) for rank, grade in enumerate(ranked, start=1))

    return lambda ranked: worth(ranked) / worth(sorted(grades, reverse=True)[:places])


def random_rows(task, rng, scripted=0.0):
    """Random legal actions until the horizon, of which a share is what the script does."""
    for _ in range(task.spec.horizon):
        blind = legal_actions(task, rng)
        script = task.scripted_actions()
        yield np.where(rng.random(task.num_worlds) < scripted, script, blind)


@LEVELS
def test_fields_and_verifier_agree_with_plain_python_on_ten_thousand_lists(level):
    task, rng = started(level, 10_000, 0), np.random.default_rng(1)
    grades = plain_grades(task)
    for actions in random_rows(task, rng, scripted=0.6):
        task.step(actions)
    fields, success, disagreements = task.fields(), task.success(), 0
    for world, own in enumerate(grades):
        ranked = [own[book - 1] for book in fields["ranking"][world] if book]
        relevant = [grade for grade in own if grade]
        ideal = sorted(relevant, reverse=True)[: task.places]
        first = [rank for rank, grade in enumerate(ranked, start=1) if grade]
        leading = list(itertools.takewhile(lambda pair: pair[0] == pair[1], zip(ranked, ideal, strict=False)))
        disagreements += success[world] != (bool(fields["list_complete"][world]) and ranked == ideal)
        disagreements += abs(fields["ndcg"][world] - plain_ndcg(own, task.places)(ranked)) > 1e-9
        disagreements += fields["reciprocal_rank"][world] != (1 / first[0] if first else 0.0)
        disagreements += fields["hit"][world] != bool(ranked and ranked[0])
        disagreements += fields["irrelevant_listed"][world] != ranked.count(0)
        disagreements += fields["ideal_places"][world] != len(leading) / len(ideal)
    assert disagreements == 0
    assert 0.1 < success.mean() < 0.9


@LEVELS
def test_an_exhaustive_search_finds_nothing_better_than_the_script(level):
    task = started(level, 4, 2)
    grades = plain_grades(task)
    for actions in by_rule(task, lambda task: task.scripted_actions()):
        task.step(actions)
    for world, own in enumerate(grades):
        ndcg = plain_ndcg(own, task.places)
        best = max(ndcg(ranked) for ranked in itertools.permutations(own, task.places))
        assert task.metric()[world] == pytest.approx(best, abs=1e-12)


def test_books_of_equal_grade_may_swap():
    task = started(RankedList, 3000, 3)
    best = np.where(task.grades == task.grades.max(axis=1, keepdims=True), 1, 0)
    several = best.sum(axis=1) > 1
    last_of_the_best = task.candidates - 1 - best[:, ::-1].argmax(axis=1)
    assert (last_of_the_best != task.scripted_actions())[several].all()
    task.step(last_of_the_best)
    for actions in by_rule(task, lambda task: task.scripted_actions()):
        task.step(actions)
    assert several.any() and task.success().all()


def test_random_play_hardly_ever_succeeds():
    for level, most in ((EasyRankedList, 0.2), (RankedList, 0.01)):
        task = started(level, 20_000, 4)
        for actions in random_rows(task, np.random.default_rng(5)):
            task.step(actions)
        assert task.success().mean() < most


@LEVELS
def test_hidden_fields_tell_nothing_before_the_first_book(level):
    task = started(level, 1000, 6)
    for field in task.spec.fields:
        if not field.observed:
            assert len(np.unique(task.fields()[field.name])) == 1, field.name


@LEVELS
def test_the_human_reward_of_a_solved_episode_is_its_maximum(level):
    task = started(level, 1000, 7)
    total, terms = returns(task, by_rule(task, lambda task: task.scripted_actions()))
    np.testing.assert_allclose(total, 6.0, atol=1e-9)
    for name, most in {"ndcg": 2, "places": 3, "relevance": 0, "whole": 1}.items():
        np.testing.assert_allclose(terms[name], most, atol=1e-9, err_msg=name)


@LEVELS
def test_no_failed_episode_reaches_the_maximum_of_the_human_reward(level):
    task = started(level, 5000, 8)
    total, terms = returns(task, random_rows(task, np.random.default_rng(9), scripted=0.8))
    success = task.success()
    assert 0 < success.sum() < 5000
    assert total[~success].max() < 5.9
    np.testing.assert_array_equal(terms["whole"] == 1.0, success)


def play_with(task, change):
    """The script, but with what `change(script's actions, step)` makes of it."""
    for step in range(task.spec.horizon):
        yield np.where(task.terminated(), task.candidates, change(task.scripted_actions(), step))


def test_an_irrelevant_book_at_the_end_lowers_relevance_and_the_whole_alone():
    task = started(RankedList, 2000, 10)
    room = (task.grades > 0).sum(axis=1) < task.places
    bad = (task.grades == 0).argmax(axis=1)

    def add_a_bad_book(script, step):
        finished = room & (script == task.candidates) & (task.fields()["irrelevant_listed"] == 0)
        return np.where(finished, bad, script)

    _, terms = returns(task, play_with(task, add_a_bad_book))
    assert room.any()
    np.testing.assert_allclose(terms["ndcg"], 2.0, atol=1e-9)
    np.testing.assert_allclose(terms["places"], 3.0, atol=1e-9)
    np.testing.assert_array_equal(terms["relevance"], np.where(room, -0.5, 0.0))
    np.testing.assert_array_equal(terms["whole"], ~room)
    np.testing.assert_array_equal(task.success(), ~room)


def test_a_worse_book_first_lowers_ndcg_and_places_alone():
    task = started(RankedList, 2000, 11)
    worse = np.where(task.grades > 0, task.grades, 9).argmin(axis=1)
    _, terms = returns(task, play_with(task, lambda script, step: worse if step == 0 else script))
    assert (terms["ndcg"] < 2.0).all() and (terms["ndcg"] > 0.5).all()
    assert not terms["places"].any()
    np.testing.assert_array_equal(terms["relevance"], 0.0)
    assert not task.success().any()


def test_a_list_that_stops_short_lowers_ndcg_and_places_alone():
    task = started(RankedList, 2000, 12)
    end = np.full(2000, task.candidates)
    _, terms = returns(task, play_with(task, lambda script, step: end if step == 1 else script))
    assert (terms["ndcg"] < 2.0).all() and (terms["places"] < 3.0).all()
    np.testing.assert_array_equal(terms["relevance"], 0.0)
    assert not task.success().any()


def test_masks_follow_the_plain_rules_of_a_list():
    task, rng = started(RankedList, 300, 13), np.random.default_rng(14)
    for actions in random_rows(task, rng):
        fields, masks = task.fields(), task.action_masks()
        for world in range(300):
            books = set(fields["ranking"][world]) - {0}
            full = len(books) == task.places or fields["list_complete"][world]
            legal = set() if full else set(range(task.candidates)) - {book - 1 for book in books}
            legal |= {task.candidates} if books else set()
            assert set(np.flatnonzero(masks[world])) == legal
        task.step(actions)


@pytest.mark.parametrize(("candidates", "places"), [(11, 5), (4, 4), (3, 0)])
def test_a_list_refuses_sizes_that_break_its_laws(candidates, places):
    with pytest.raises(ValueError, match=f"got {places}, {candidates}"):
        type("Broken", (RankedListTask,), {}, name="broken", candidates=candidates, places=places)


def test_text_reads_as_a_shelf_and_a_list():
    task = started(EasyRankedList, 1, 15)
    first = int(task.scripted_actions()[0])
    title = task.spec.action.labels[first]
    assert task.render_text(0).count("\n") == 5 and task.render_text(0).endswith("Recommended:")
    for actions in by_rule(task, lambda task: task.scripted_actions()):
        task.step(actions)
    assert f"Recommended:\n  1. {title}" in task.render_text(0)
    assert task.render_text(0).endswith("That is my list.")
