"""What the router is asked for and told by: goal, fields and actions for any number of questions."""

from __future__ import annotations

from ...spec import ActionSpec, Field, TaskSpec
from ..fields import ILLEGAL_ACTIONS, category, flag, number
from .router_helpers import DIFFICULTIES, HELPERS, KINDS, PRICES, skills

SPARE_COINS = 2
ACTIONS = (
    *(name if name == "think" else f"ask the {name}" for name in HELPERS),
    "accept the answer",
    "stop",
)
LONGEST_TURN = len(HELPERS) + 1


def router_spec(name: str, questions: int, tags: tuple[str, ...]) -> TaskSpec:
    """Episodes of `questions` questions."""
    most = int(questions * PRICES.max()) + SPARE_COINS
    return TaskSpec(
        name=name,
        goal=(
            f"Get right answers to {questions} questions in turn without spending more than the budget. For "
            "each question think or ask helpers, as often as you like but each of them once; the answer that "
            "most of them gave stands, the latest of equals. Accept it to go on to the next question. "
            "Spending more than the budget or `stop` ends the episode. Prices, and chances to be right on "
            f"questions that are {'/'.join(DIFFICULTIES)}: {'; '.join(map(skills, HELPERS))}."
        ),
        fields=(
            number("question", "number of questions done", questions + 1),
            category("kind", "what the question at hand is about", (*KINDS, "none")),
            category("difficulty", "how hard it is", (*DIFFICULTIES, "none")),
            flag("asked", f"who has been asked about it: {', '.join(HELPERS)}", (len(HELPERS),)),
            number("agreement", "how many of them gave the answer that stands", len(HELPERS) + 1),
            number("spend", "coins spent in this episode", most + int(PRICES.max()) + 1),
            number("budget", "coins that may be spent in this episode", most + 1),
            flag("answer_right", "whether the answer that stands is right", observed=False),
            Field("right_accepted", "right answers accepted", low=0.0, high=questions, observed=False),
            Field("wrong_accepted", "wrong answers accepted", low=0.0, high=questions, observed=False),
            flag("stopped", "whether the episode was ended by `stop`", observed=False),
            category(
                "trace",
                "the legal actions of the episode in order",
                ("none", *ACTIONS),
                (questions * LONGEST_TURN,),
                observed=False,
            ),
            ILLEGAL_ACTIONS,
        ),
        action=ActionSpec("discrete", len(ACTIONS), "whom to ask, or what to do", ACTIONS, masked=True),
        horizon=questions * LONGEST_TURN,
        tags=tags,
        metric="share of the questions whose accepted answer is right",
        ends_on_success=True,
        papers=(
            "Zhang et al. 2025, Router-R1: Teaching LLMs Multi-Round Routing and Aggregation via "
            "Reinforcement Learning",
        ),
    )
