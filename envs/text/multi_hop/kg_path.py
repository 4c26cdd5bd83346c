"""A question about a knowledge graph is answered by a walk: "the mayor of the birthplace of Ada Amsel".

The agent stands at one entity of the realm (`realm.py`) and sees which relations lead on from it and the
phrase that the question asks next. It follows edges or goes back, and in the end answers with the entity
where it stands. It must learn which relation each phrase means; whole chains of relations are held out,
their parts are not.

After Kansal and Jha, "Knowledge Graphs are Implicit Reward Models" (2026): the answer alone says little, but
how far the walk covers the graph's own path to the answer can be checked at every hop. That path is
withheld; reward programs see only how much of it has been walked.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...registry import register
from ...spec import ActionSpec, Field, TaskSpec
from ..array_task import ArrayTask, choose
from ..fields import ILLEGAL_ACTIONS, category, flag, number, share
from ..instances import Instances
from .realm import (
    EDGES,
    HAS_EDGE,
    KIND_AFTER,
    KINDS,
    NAMES,
    OF_A_KIND,
    PHRASES,
    PHRASES_OF,
    RELATION_NAMES,
    RELATIONS_OF,
    TARGET,
)

BACK, ANSWER = len(RELATION_NAMES), len(RELATION_NAMES) + 1
SPARE_HOPS = 2
_ACTIONS = (*(f"follow_{relation}" for relation in RELATION_NAMES), "back", "answer")


def _spec(name: str, hops: int, tag: str) -> TaskSpec:
    return TaskSpec(
        name=name,
        goal=(
            f"Answer a question that leads through {hops} relations, such as the mayor of the birthplace of "
            "a person: from the entity at hand follow the edge with the relation that asked_phrase means, "
            "hop by hop, go back after a wrong hop, and answer at the entity that the last relation leads "
            "to. An answer ends the walk, right or wrong."
        ),
        fields=(
            number("hops_done", "length of the walk in hops; going back shortens it", 1 + hops + SPARE_HOPS),
            category(
                "asked_phrase",
                "how the question words the hop that follows a walk of this length; none after the last",
                ("none", *PHRASES),
            ),
            flag(
                "edges",
                f"whether the entity at hand has an edge of the relation: {', '.join(RELATION_NAMES)}",
                (len(RELATION_NAMES),),
            ),
            share(
                "path_covered",
                "length of the walk's beginning that is the question's path, over the length of that path",
                observed=False,
            ),
            Field(
                "wrong_hops",
                "hops of the walk from its first wrong one on, or past the end of the question's path",
                low=0.0,
                high=float(hops + SPARE_HOPS),
                observed=False,
            ),
            flag("answered", "whether an answer has been given", observed=False),
            ILLEGAL_ACTIONS,
        ),
        action=ActionSpec(
            "discrete",
            len(_ACTIONS),
            "follow an edge by its relation, go back one hop, or answer with the entity at hand",
            labels=_ACTIONS,
            masked=True,
        ),
        horizon=4 * hops + 4,
        tags=("text", "knowledge-graph", tag),
        metric="share of the question's path that the walk covers",
        ends_on_success=True,
        papers=(
            "Kansal and Jha 2026, Knowledge Graphs are Implicit Reward Models",
            "Lin et al. 2018, Multi-Hop Knowledge Graph Reasoning with Reward Shaping",
        ),
    )


class Walk(ArrayTask):
    """Questions of one length; subclassing fixes it: ``class Long(Walk, name=..., hops=6, tag="hard")``.

    Args of the subclass statement:
        name: name of the task's spec.
        hops: relations that a question leads through.
        tag: ``easy`` or ``hard``.
    """

    hops: ClassVar[int]
    instances: ClassVar[Instances]
    has_held_out = True
    state_names = ("relations", "phrases", "path", "walk", "depth", "answered")

    def __init_subclass__(cls, *, name: str = "", hops: int = 0, tag: str = "hard") -> None:
        super().__init_subclass__()
        if not name:
            return
        if hops < 1:
            raise ValueError(f"a question leads through at least 1 relation, got hops={hops}")
        cls.hops, cls.spec = hops, _spec(name, hops, tag)
        cls.draws = 2 + hops
        cls.instances = Instances(len(KINDS) * EDGES**hops)

    def _allocate(self) -> None:
        worlds, longest = self.num_worlds, self.hops + SPARE_HOPS
        # Both are as long as the longest walk; phrase 0 is none.
        self.relations = np.zeros((worlds, longest + 1), np.int64)
        self.phrases = np.zeros((worlds, longest + 1), np.int64)
        self.path = np.zeros((worlds, self.hops + 1), np.int64)
        self.walk = np.zeros((worlds, longest + 1), np.int64)
        self.depth = np.zeros(worlds, np.int64)
        self.answered = np.zeros(worlds, bool)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        instance = self.instances.pick(draws[:, 0], self.split)
        kind, *edges = np.unravel_index(instance, (len(KINDS), *[EDGES] * self.hops))
        entity = kind * OF_A_KIND + choose(draws[:, 1], OF_A_KIND)
        self.walk[worlds] = entity[:, None]
        self.path[worlds, 0] = entity
        for hop, edge in enumerate(edges):
            relation = RELATIONS_OF[kind, edge]
            kind, entity = KIND_AFTER[relation], TARGET[entity, relation]
            self.relations[worlds, hop] = relation
            self.phrases[worlds, hop] = 1 + PHRASES_OF[relation, choose(draws[:, 2 + hop], 2)]
            self.path[worlds, hop + 1] = entity
        self.depth[worlds] = 0
        self.answered[worlds] = False

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        follow = np.flatnonzero(legal & (actions < BACK))
        back = np.flatnonzero(legal & (actions == BACK))
        entity, depth = self.entity()[follow], self.depth[follow] + 1
        self.walk[follow, depth] = TARGET[entity, actions[follow]]
        self.depth[follow] = depth
        self.depth[back] -= 1
        self.answered |= legal & (actions == ANSWER)

    def entity(self) -> np.ndarray:
        """(B,) int64: the entity at hand."""
        return self.walk[self._everyone, self.depth]

    def _edges(self) -> np.ndarray:
        """(B, relations) bool: the edges at hand."""
        return HAS_EDGE[self.entity() // OF_A_KIND]

    def _hops_right(self) -> np.ndarray:
        """(B,) int: hops from the start on that follow the question's path."""
        walked = np.arange(self.hops) < self.depth[:, None]
        same = self.walk[:, 1 : 1 + self.hops] == self.path[:, 1:]
        return np.logical_and.accumulate(walked & same, axis=1).sum(axis=1)

    def action_masks(self) -> np.ndarray:
        """(B, actions) bool: edges that exist, back unless at the start, answer; after it nothing else."""
        masks = np.ones((self.num_worlds, len(_ACTIONS)), bool)
        masks[:, :BACK] = self._edges() & (self.depth < self.hops + SPARE_HOPS)[:, None]
        masks[:, BACK] = self.depth > 0
        masks[self.answered, :ANSWER] = False
        return masks

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        right = self._hops_right()
        return {
            "hops_done": self.depth.copy(),
            "asked_phrase": self.phrases[self._everyone, self.depth],
            "edges": self._edges(),
            "path_covered": right / self.hops,
            "wrong_hops": (self.depth - right).astype(np.float64),
            "answered": self.answered.copy(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the answer is the entity that the question's relations lead to, however found."""
        return self.answered & (self.entity() == self.path[:, -1])

    def terminated(self) -> np.ndarray:
        """(B,) bool: an answer ends the episode, right or wrong."""
        return self.answered.copy()

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: share of the question's path covered."""
        return self._hops_right() / self.hops

    def scripted_actions(self) -> np.ndarray:
        """(B,): back from a wrong hop, else along the question's relations, at their end the answer."""
        asked = self.relations[self._everyone, self.depth]
        onward = np.where(self.depth == self.hops, ANSWER, asked)
        return np.where(self.answered, ANSWER, np.where(self._hops_right() < self.depth, BACK, onward))

    def instance_key(self, world: int) -> Hashable:
        """The kind of entity that the question starts from and its chain of relations."""
        return int(self.path[world, 0] // OF_A_KIND), *map(int, self.relations[world, : self.hops])

    def render_text(self, world: int) -> str:
        """The question, the walk so far, the edges at hand and, at the end, the answer."""
        phrases = [PHRASES[number - 1] for number in reversed(self.phrases[world, : self.hops])]
        walk = [NAMES[entity] for entity in self.walk[world, : self.depth[world] + 1]]
        edges = [name for name, there in zip(RELATION_NAMES, self._edges()[world], strict=True) if there]
        lines = [
            f"Find {' '.join(phrases)} {NAMES[self.path[world, 0]]}.",
            f"walk: {' -> '.join(walk)}",
            f"edges: {', '.join(edges)}",
        ]
        return "\n".join([*lines, *([f"answer: {walk[-1]}"] if self.answered[world] else [])])


@register
class KgPathEasy(Walk, name="kg-path-easy", hops=2, tag="easy"):
    """Two hops."""


@register
class KgPath(Walk, name="kg-path", hops=5, tag="hard"):
    """Five hops: a blind walk is right less than once in a thousand times."""
