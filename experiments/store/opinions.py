"""What a person said about two candidates, and what the next generation makes of it.

Preferences of people over trained behaviour follow Christiano et al. 2017, "Deep reinforcement learning from
human preferences"; a person's words and edits in the next prompt follow Eureka (Ma et al. 2023) and
Text2Reward (Xie et al. 2023). Nothing is fitted to them here: the proposer reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from ...envs import UserError
from ...reward_gen import Proposal, RewardProgram

if TYPE_CHECKING:
    from .candidate import Candidate

Preference = Literal["first", "second", "equal"]
HUMAN_EDIT = "human edit"
LONGEST_COMMENT = 4_000
LONGEST_PROGRAM = 60_000


@dataclass(frozen=True)
class Opinion:
    """One answer of a person who watched the agents of two candidates.

    Attributes:
        first: id of the candidate that was shown as A.
        second: id of the candidate that was shown as B.
        preferred: whose agent does the task better.
        text: the person's own words; may be empty.
        edits: candidate's id -> what the person made of its program.
        generation: the latest generation when it was said.
    """

    first: int
    second: int
    preferred: Preference
    text: str = ""
    edits: Mapping[int, str] = field(default_factory=dict)
    generation: int = 0

    def __post_init__(self) -> None:
        if self.preferred not in get_args(Preference):
            raise UserError(f"a preference is one of {get_args(Preference)}, got {self.preferred!r:.60}")
        if len(self.text) > LONGEST_COMMENT:
            raise UserError(
                f"a comment has at most {LONGEST_COMMENT:,} characters, got {len(self.text):,}; shorten it"
            )
        if any(len(text) > LONGEST_PROGRAM for text in self.edits.values()):
            raise UserError(f"a program has at most {LONGEST_PROGRAM:,} characters; shorten it")

    @property
    def pair(self) -> frozenset[int]:
        """The ids of the two candidates, whichever was shown first."""
        return frozenset((self.first, self.second))

    def to_json(self) -> str:
        """The whole record as JSON text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Opinion:
        """Read what `to_json` wrote."""
        data = json.loads(text)
        return cls(**{**data, "edits": {int(number): program for number, program in data["edits"].items()}})


def comment_on(opinion: Opinion, candidates: Mapping[int, Candidate]) -> str:
    """The `opinion` as a sentence or two for a prompt, which knows programs by their terms, not their ids."""
    first, second = (_described(candidates[number]) for number in (opinion.first, opinion.second))
    if opinion.preferred == "equal":
        verdict = f"A person watched two trained agents and found neither better: {first}, and {second}."
    else:
        better, worse = (first, second) if opinion.preferred == "first" else (second, first)
        verdict = f"A person watched two trained agents and preferred {better}, over {worse}."
    words = opinion.text.strip()
    return f"{verdict} Their words: {words}" if words else verdict


def human_edits(opinions: Iterable[Opinion], candidates: Iterable[Candidate]) -> list[Proposal]:
    """The edited programs that are no candidates yet, oldest first; one sent twice is one."""
    known = {c.id: c for c in candidates}
    taken = {c.program.digest for c in known.values() if c.operator == HUMAN_EDIT and c.program}
    found = []
    for opinion in opinions:
        for parent, text in opinion.edits.items():
            program = RewardProgram(text, origin=f"{HUMAN_EDIT} of {known[parent].name}")
            if program.digest not in taken:
                taken.add(program.digest)
                found.append(Proposal(text, program, (parent,), HUMAN_EDIT))
    return found


def _described(candidate: Candidate) -> str:
    names = [name for name in candidate.trace.terms if name != "reward"] if candidate.trace else []
    terms = ", ".join(f"`{name}`" for name in names) or "no terms"
    return f"the one whose reward has the terms {terms} (success rate {candidate.success_rate:.2f})"
