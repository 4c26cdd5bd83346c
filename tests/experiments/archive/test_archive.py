from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_candidates import trained

from rewardsmith.experiments.archive import FROM_ONE_CELL, Archive, behaviour, cell_of, novelty

outcomes = st.lists(
    st.tuples(st.sampled_from([0.0, 0.3, 0.6, 1.0]), st.floats(-1, 1), st.sampled_from(["near", "open"])),
    min_size=1,
    max_size=12,
)


def told(candidates, **settings) -> Archive:
    archive = Archive(**settings)
    for candidate in candidates:
        archive.tell(candidate)
    return archive


def parents_of(archive: Archive, *which: int, **more: int) -> list[int]:
    return [standing.candidate.id for standing in archive.ask(*which, **more)]


def made(found) -> list:
    return [
        trained(number, success, metric=metric, dominant=dominant, generation=number // 4)
        for number, (success, metric, dominant) in enumerate(found)
    ]


@given(outcomes)
def test_telling_more_never_makes_the_best_worse(found):
    archive, best = Archive(), None
    for candidate in made(found):
        archive.tell(candidate)
        assert best is None or archive.leading.rank >= best.rank
        best = archive.leading
    assert best.candidate.rank == max(candidate.rank for candidate in made(found))


@settings(deadline=None)
@given(outcomes, st.randoms())
def test_the_order_of_telling_does_not_matter(found, random):
    candidates = made(found)
    shuffled = random.sample(candidates, len(candidates))
    first, second = told(candidates), told(shuffled)
    assert parents_of(first, 5, 6) == parents_of(second, 5, 6)
    assert first.cells.keys() == second.cells.keys()


@given(outcomes, st.integers(1, 5))
def test_parents_stand_near_the_best_who_comes_first(found, count):
    archive = told(made(found))
    parents = [standing.candidate for standing in archive.ask(5, count)]
    assert 1 <= len(parents) <= count
    assert parents[0].id == archive.leading.candidate.id
    assert min(parent.success_rate for parent in parents) >= archive.leading.success_rate / 2
    assert max(Counter(cell_of(parent) for parent in parents).values()) <= FROM_ONE_CELL


def test_only_earlier_generations_become_parents():
    archive = told([trained(0, 0.3, generation=0), trained(1, 1.0, generation=1)])
    assert parents_of(archive, 1, 4) == [0]
    assert archive.ask(0, 4) == []


def test_a_candidate_that_was_not_trained_is_no_parent():
    archive = told([])
    archive.tell(trained(0, 1.0).__class__(id=0, generation=0, state="rejected", answer=""))
    assert archive.leading is None and archive.ask(1, 4) == []


def test_islands_keep_apart_until_they_send_each_other_their_best():
    candidates = [
        trained(0, 1.0, island=0, dominant="near"),
        trained(1, 0.6, island=0, dominant="open"),
        trained(2, 0.6, island=1, dominant="turn"),
    ]
    archive = told(candidates, islands=2, migrate_every=2)
    assert parents_of(archive, 1, 4, island=1) == [2]
    assert parents_of(archive, 2, 4, island=1) == [0, 2]
    assert set(parents_of(archive, 2, 4, island=0)) == {0, 1, 2}


def test_a_migrant_that_is_beaten_at_home_stays_where_it_went():
    candidates = [
        trained(0, 0.6, island=0, generation=0),
        trained(1, 1.0, island=0, generation=3, lines=9),
        trained(2, 0.5, island=1, generation=0, dominant="turn"),
    ]
    archive = told(candidates, islands=2, migrate_every=2)
    assert parents_of(archive, 3, 4, island=1) == [0, 2]
    assert parents_of(archive, 4, 4, island=1) == [1, 0, 2]


def test_programs_of_another_size_or_dominant_term_have_another_cell():
    short = cell_of(trained(0, 0.0))
    assert cell_of(trained(1, 1.0, metric=3.0)) == short
    assert cell_of(trained(2, 0.0, lines=20)).size > short.size
    assert cell_of(trained(3, 0.0, dominant="open")).dominant == "open"


def test_novelty_brings_the_odd_one_forward():
    usual = [trained(n, 0.0, metric=0.01 * n, dominant=f"term{n}") for n in range(5)]
    odd = trained(5, 0.0, metric=-9.0, length=3, dominant="odd")
    archive = told([*usual, odd], novelty=0.0)
    assert parents_of(archive, 1, 6)[-1] == 5
    assert parents_of(told([*usual, odd], novelty=0.9), 1, 6)[1] == 5


@given(st.lists(st.tuples(*[st.floats(-5, 5)] * 3), min_size=2, max_size=8), st.floats(0.1, 9))
def test_novelty_does_not_depend_on_the_unit_of_a_dimension(points, factor):
    points = np.round(np.array(points), 3)
    scaled = points * np.array([factor, 1.0, 1.0])
    assert novelty(list(scaled)) == pytest.approx(novelty(list(points)), abs=1e-6)


def test_a_behaviour_is_told_by_what_the_agent_did():
    assert behaviour(trained(0, 0.5, metric=2.0, length=7)) == pytest.approx([0.5, 2.0, 0.0, 7.0, 0.0])
