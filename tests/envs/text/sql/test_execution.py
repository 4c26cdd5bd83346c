from collections import Counter

import numpy as np
import pytest

from rewardsmith.envs.text.sql import execution
from rewardsmith.envs.text.sql.execution import answers, answers_to, equal, overlap, runs
from rewardsmith.envs.text.sql.pets import SIZES, rows


def judged(query, reference):
    counts = answers_to([query, reference])
    return bool(equal(counts[:1], counts[1:])[0]), float(overlap(counts[:1], counts[1:])[0])


def test_answers_count_the_rows_that_plain_python_finds():
    counts = answers("SELECT town FROM pets WHERE NOT age < 3 ;")
    for database, row in enumerate(counts):
        expected = Counter(town for _, _, town, age, _ in rows(database) if age >= 3)
        found = {execution._RESULTS[place]: int(row[place]) for place in np.flatnonzero(row)}
        assert found == expected


@pytest.mark.parametrize(
    ("query", "reference"),
    [
        ("SELECT name FROM pets WHERE age >= 3", "SELECT name FROM pets WHERE 3 <= age"),
        ("SELECT name FROM pets WHERE age >= 3", "SELECT name FROM pets WHERE NOT age < 3"),
        ("SELECT name FROM pets WHERE age >= 3", "SELECT name FROM pets WHERE NOT 3 > age"),
        ("SELECT name FROM pets WHERE age >= 3", "SELECT name FROM pets WHERE age > 2"),
        ("SELECT age FROM pets WHERE kind <> 'cat'", "SELECT age FROM pets WHERE NOT 'cat' = kind"),
        (
            "SELECT age FROM pets WHERE kind = 'dog' AND weight < 3",
            "SELECT age FROM pets WHERE 3 > weight AND NOT kind <> 'dog'",
        ),
        ("SELECT COUNT(name) FROM pets", "SELECT COUNT(weight) FROM pets"),
        ("SELECT age FROM pets", "SELECT age FROM pets ORDER BY weight"),
    ],
)
def test_equal_meaning_in_different_words_is_equal(query, reference):
    assert judged(query, reference) == (True, 1.0)


@pytest.mark.parametrize(
    ("query", "reference"),
    [
        ("SELECT name FROM pets WHERE age > 3", "SELECT name FROM pets WHERE age >= 3"),
        ("SELECT name FROM pets WHERE 3 >= age", "SELECT name FROM pets WHERE age >= 3"),
        ("SELECT kind FROM pets WHERE age >= 3", "SELECT town FROM pets WHERE age >= 3"),
        ("SELECT DISTINCT town FROM pets", "SELECT town FROM pets"),
        ("SELECT age FROM pets", "SELECT weight FROM pets"),
    ],
)
def test_another_meaning_is_not_equal(query, reference):
    same, share = judged(query, reference)
    assert not same and share < 1.0


@pytest.mark.parametrize(
    "query",
    ["SELECT ;", "SELECT age ;", "SELECT MAX ;", "SELECT age FROM pets WHERE ;", "SELECT price FROM pets"],
)
def test_a_query_that_does_not_run_equals_nothing_not_even_itself(query):
    assert not runs(answers_to([query])).any()
    assert judged(query, query) == (False, 0.0)


def test_the_overlap_is_that_of_multisets_of_rows():
    _, share = judged("SELECT name FROM pets WHERE age < 3", "SELECT name FROM pets")
    young = [sum(age < 3 for *_, age, _ in rows(database)) for database in range(len(SIZES))]
    assert share == pytest.approx(np.mean([few / size for few, size in zip(young, SIZES, strict=True)]))


def test_a_query_is_executed_once_for_all_worlds(monkeypatch):
    asked = []

    class Recorder:
        def execute(self, query):
            asked.append(query)
            return self

        def fetchall(self):
            return []

    answers.cache_clear()
    monkeypatch.setattr(execution, "_databases", lambda: (Recorder(),) * len(SIZES))
    try:
        answers_to(["SELECT 1", "SELECT 2", "SELECT 1"])
        answers_to(["SELECT 2"])
    finally:
        answers.cache_clear()
    assert asked == ["SELECT 1"] * len(SIZES) + ["SELECT 2"] * len(SIZES)
