"""What the tasks that write queries are: their fields, goal and papers."""

from __future__ import annotations

from ...spec import ActionSpec, Field, TaskSpec
from ..fields import ILLEGAL_ACTIONS, category, flag, share
from .language import Dialect
from .questions import (
    AGGREGATE_WORDS,
    COLUMN_WORDS,
    COMPARISON_WORDS,
    CONDITION_COLUMNS,
    CONNECTIVE_WORDS,
    LITERAL_WORDS,
)


def _fields(dialect: Dialect, asked: int) -> tuple[Field, ...]:
    tokens, conditions = dialect.tokens, (asked,)
    fields = [category("asked_column", "what is to be listed", COLUMN_WORDS)]
    if dialect.aggregates:
        fields.append(category("aggregate", "what is wanted of the asked column", AGGREGATE_WORDS))
    if asked:
        fields += [
            category("condition_columns", "what each condition is about", CONDITION_COLUMNS, conditions),
            category("comparisons", "how it is to compare with its value", COMPARISON_WORDS, conditions),
            category("condition_values", "the value of each condition", LITERAL_WORDS, conditions),
        ]
    if asked > 1:
        fields.append(category("connective", "whether all conditions must hold or one", CONNECTIVE_WORDS))
    return (
        *fields,
        category("place", "the part of the query that has just been written", dialect.places),
        category("last_token", "the token written last", (*tokens, "none")),
        category("written", "all tokens written", (*tokens, "none"), (dialect.longest,), observed=False),
        share(
            "columns_matched",
            "columns both written and asked about, as a share of those written or asked about",
            observed=False,
        ),
        share(
            "bigrams_matched",
            "pairs of neighbouring tokens in both the query and a reference, as a share of those in either",
            observed=False,
        ),
        flag("query_complete", "whether `;` has been written", observed=False),
        flag("query_runs", "whether the query is complete and the databases run it", observed=False),
        share(
            "rows_matched",
            "rows that both the complete query and the reference return, as a share of those that either "
            "does, mean over the databases; 0 before the end or if the query does not run",
            observed=False,
        ),
        ILLEGAL_ACTIONS,
    )


def query_spec(name: str, dialect: Dialect, asked: int, level: str) -> TaskSpec:
    """The spec of the task called `name`, whose questions have `asked` conditions; `level` is a tag."""
    return TaskSpec(
        name=name,
        goal=(
            "Write the SQL query that answers the question about the table "
            "pets(name TEXT, kind TEXT, town TEXT, age INTEGER, weight INTEGER), token by token after "
            "SELECT and up to `;`: "
            f"{'aggregate if any, ' if dialect.aggregates else ''}the asked column, FROM pets"
            f"{', WHERE and each condition asked for' if asked else ''}. Any query counts that "
            "returns the reference's rows, in any order, from all of several differently filled databases."
        ),
        fields=_fields(dialect, asked),
        action=ActionSpec(
            "discrete", len(dialect.tokens), "the next token of the query", labels=dialect.tokens, masked=True
        ),
        horizon=dialect.longest + 3,
        tags=("text", "sql", level),
        metric="share of the rows that the query and the reference return, or either, mean over databases",
        ends_on_success=True,
        papers=(
            "Pourreza et al. 2025, Reasoning-SQL: Reinforcement Learning with SQL Tailored Partial Rewards "
            "for Reasoning-Enhanced Text-to-SQL",
            "Zhong et al. 2020, Semantic Evaluation for Text-to-SQL with Distilled Test Suites",
        ),
    )
