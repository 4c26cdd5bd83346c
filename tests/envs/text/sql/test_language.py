import sqlite3

import numpy as np
import pytest

from rewardsmith.envs.text.sql.language import AGGREGATES, LITERALS, OPERATORS, Dialect
from rewardsmith.envs.text.sql.pets import COLUMNS, SIZES, connect, rows

ONE, TWO, EASY = Dialect(False, 1), Dialect(False, 2), Dialect(True, 0)


def numbers(dialect, words):
    return [dialect.tokens.index(word) for word in words]


def places(dialect, words):
    """The node after each word; every word must be legal."""
    node, passed = 0, []
    for token in numbers(dialect, words):
        assert dialect.grammar.legal[node, token]
        node = dialect.grammar.following[node, token]
        passed.append(dialect.places[node])
    return passed


def legal_words(dialect, words):
    place = places(dialect, words)[-1] if words else "select"
    legal = dialect.grammar.legal[dialect.places.index(place)]
    return {dialect.tokens[token] for token in np.flatnonzero(legal)}


def test_the_places_of_a_query_tell_what_stands_before():
    query = ["town", "FROM pets", "WHERE", "NOT", "3", "<", "age", ";"]
    assert places(ONE, query) == [
        "asked column",
        "table",
        "condition 1",
        "not 1",
        "not 1, literal",
        "not 1, literal compared",
        "end of condition 1",
        "complete query",
    ]


@pytest.mark.parametrize(
    ("dialect", "words", "legal"),
    [
        (EASY, [], {*AGGREGATES, *COLUMNS, ";"}),
        (EASY, ["MAX"], {*COLUMNS, ";"}),
        (EASY, ["MAX", "age", "FROM pets"], {";"}),
        (ONE, [], {*COLUMNS, ";"}),
        (ONE, ["age", "FROM pets"], {"WHERE", ";"}),
        (ONE, ["age", "FROM pets", "WHERE"], {"NOT", *COLUMNS, *LITERALS, ";"}),
        (ONE, ["age", "FROM pets", "WHERE", "NOT"], {*COLUMNS, *LITERALS, ";"}),
        (ONE, ["age", "FROM pets", "WHERE", "town"], {*OPERATORS, ";"}),
        (ONE, ["age", "FROM pets", "WHERE", "town", "<"], {*LITERALS, ";"}),
        (ONE, ["age", "FROM pets", "WHERE", "2", "<"], {*COLUMNS, ";"}),
        (ONE, ["age", "FROM pets", "WHERE", "2", "<", "age"], {";"}),
        (TWO, ["age", "FROM pets", "WHERE", "2", "<", "age"], {"AND", "OR", ";"}),
        (TWO, ["age", "FROM pets", "WHERE", "2", "<", "age", "OR", "kind", "=", "'cat'"], {";"}),
        (TWO, ["age", ";"], {";"}),
    ],
)
def test_what_may_follow(dialect, words, legal):
    assert legal_words(dialect, words) == legal


@pytest.mark.parametrize("dialect", [EASY, ONE, TWO], ids=str)
def test_no_query_is_longer_than_the_longest(dialect):
    reached = {0}
    for _ in range(dialect.longest):
        reached = {
            int(dialect.grammar.following[node, token])
            for node in reached
            for token in np.flatnonzero(dialect.grammar.legal[node])
        }
    assert reached == {len(dialect.places) - 1}


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["COUNT", "kind", "FROM pets", ";"], "SELECT COUNT(kind) FROM pets ;"),
        (["DISTINCT", "name", "FROM pets", ";"], "SELECT DISTINCT name FROM pets ;"),
        (["MIN", ";"], "SELECT MIN ;"),
    ],
)
def test_tokens_become_sql(words, text):
    assert EASY.text(numbers(EASY, words)) == text
    assert EASY.text([*numbers(EASY, words), EASY.blank, EASY.blank]) == text


def test_databases_hold_the_rows_that_they_are_made_of():
    for database, size in enumerate(SIZES):
        connection = connect(database)
        stored = connection.execute("SELECT name, kind, town, age, weight FROM pets").fetchall()
        assert stored == list(rows(database)) and len(stored) == size
        for column, (name, values) in enumerate(COLUMNS.items()):
            assert {row[column] for row in stored} <= set(values), name
        with pytest.raises(sqlite3.OperationalError, match="no such column: price"):
            connection.execute("SELECT price FROM pets")
    assert len({rows(database) for database in range(len(SIZES))}) == len(SIZES) >= 3
