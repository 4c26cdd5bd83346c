"""What a task is and what is wanted: `Field`, `ActionSpec`, `TaskSpec`.

One declaration makes the observation space, the prompt, the validator's sample data, the reward's
argument and the README's task table, so that they cannot drift apart.
"""

from __future__ import annotations

import dataclasses
import json
import keyword
import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

FieldKind = Literal["real", "category", "flag"]
ActionKind = Literal["box", "discrete", "multi_discrete"]
_DTYPES: dict[str, type] = {"real": np.float64, "category": np.int64, "flag": np.bool_}


@dataclass(frozen=True)
class Field:
    """One named quantity of a task's state.

    Attributes:
        name: attribute under which reward programs read it, e.g. ``handle_pos``.
        meaning: one plain sentence for a reader, human or model.
        shape: shape in one world; a batch of B worlds has ``(B, *shape)``.
        unit: physical unit such as ``m``, ``rad``, ``m/s``; empty for pure numbers.
        kind: ``real`` (float64), ``category`` (int64 in ``[0, categories)``) or ``flag`` (bool).
        categories: number of values of a ``category``; 0 otherwise.
        low: smallest value of a ``real``, where one is known.
        high: largest value of a ``real``, where one is known.
        observed: whether the policy sees it; reward programs see every field.
        labels: for a ``category``, the word for each value; empty where the numbers speak.
    """

    name: str
    meaning: str
    shape: tuple[int, ...] = ()
    unit: str = ""
    kind: FieldKind = "real"
    categories: int = 0
    low: float = -math.inf
    high: float = math.inf
    observed: bool = True
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or keyword.iskeyword(self.name) or self.name.startswith("_"):
            raise ValueError(f"a field's name is a public Python identifier, got {self.name!r}")
        if self.kind not in _DTYPES:
            raise ValueError(f"field {self.name}: kind is one of {sorted(_DTYPES)}, got {self.kind!r}")
        if (self.kind == "category") != (self.categories > 0):
            raise ValueError(f"field {self.name}: a category, and only a category, has categories > 0")
        if self.labels and len(self.labels) != self.categories:
            raise ValueError(f"field {self.name}: {self.categories} categories but {len(self.labels)} labels")

    @property
    def dtype(self) -> type:
        """NumPy scalar type of the field's values."""
        return _DTYPES[self.kind]

    @property
    def size(self) -> int:
        """Number of values in one world."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class ActionSpec:
    """What the agent may do in one step.

    Attributes:
        kind: ``box`` (real vector in [-1, 1]), ``discrete`` (one of `size` choices) or ``multi_discrete``
            (one choice for each of `size` components).
        size: number of components (``box``, ``multi_discrete``) or of choices (``discrete``).
        meaning: one plain sentence.
        labels: a word for each component or choice; may be empty for ``discrete``.
        masked: whether some choices can be illegal (never for ``box``); the task then gives masks.
        choices: number of choices of each component of a ``multi_discrete``; empty otherwise.
    """

    kind: ActionKind
    size: int
    meaning: str
    labels: tuple[str, ...] = ()
    masked: bool = False
    choices: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in get_args(ActionKind):
            raise ValueError(f"an action's kind is one of {get_args(ActionKind)}, got {self.kind!r}")
        if self.labels and len(self.labels) != self.size:
            raise ValueError(f"an action of size {self.size} has {self.size} labels, got {len(self.labels)}")
        if self.masked and self.kind == "box":
            raise ValueError("only a discrete or multi_discrete action can be masked")
        components = self.size if self.kind == "multi_discrete" else 0
        if len(self.choices) != components or min(self.choices, default=1) < 1:
            raise ValueError(
                f"a {self.kind} action of size {self.size} has {components} numbers of choices from 1 up, "
                f"got {self.choices}"
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one world's action; a batch of B worlds has ``(B, *shape)``."""
        return () if self.kind == "discrete" else (self.size,)

    @property
    def dtype(self) -> type:
        """NumPy scalar type of an action as rewards see it."""
        return np.float64 if self.kind == "box" else np.int64

    @property
    def mask_size(self) -> int:
        """Values of one world's mask: the choices of all components, one component after another.

        >>> ActionSpec("multi_discrete", 2, "steer and brake", choices=(5, 2)).mask_size
        7
        """
        return sum(self.choices) if self.kind == "multi_discrete" else self.size


@dataclass(frozen=True)
class TaskSpec:
    """A task as data: everything a proposer may know and nothing it may not.

    Attributes:
        name: short name in kebab case, as on the command line: ``drawer-open``.
        goal: the goal in plain words.
        fields: the named state; the order is that of the policy's observation.
        action: what the agent does in one step.
        horizon: steps after which an episode is truncated.
        tags: words to select tasks by, e.g. ``manipulation``, ``text``, ``easy``.
        metric: meaning of the task metric, a real number reported beside success.
        ends_on_success: whether success terminates the episode.
        step_seconds: simulated time of one step in s; 0 where time has no meaning.
        papers: the papers whose task or reward idea it follows, as ``Author year, title``.
    """

    name: str
    goal: str
    fields: tuple[Field, ...]
    action: ActionSpec
    horizon: int
    tags: tuple[str, ...] = ()
    metric: str = "1 when the episode has succeeded, else 0"
    ends_on_success: bool = False
    step_seconds: float = 0.0
    papers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if len(set(names)) < len(names):
            raise ValueError(f"task {self.name}: field names repeat in {names}")
        if not any(field.observed for field in self.fields):
            raise ValueError(f"task {self.name}: the policy must see at least one field")

    @property
    def gym_id(self) -> str:
        """Gymnasium id, e.g. ``rewardsmith/DrawerOpen-v0``.

        >>> TaskSpec("door-close", "", (Field("x", ""),), ActionSpec("box", 1, ""), 10).gym_id
        'rewardsmith/DoorClose-v0'
        """
        return gym_id_of(self.name)

    def field(self, name: str) -> Field:
        """The field called `name`; KeyError where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"task {self.name} has no field {name!r}; it has {[f.name for f in self.fields]}")

    def to_json(self) -> str:
        """The spec as JSON text; `from_json` gives an equal spec back."""
        return json.dumps(dataclasses.asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> TaskSpec:
        """Read what `to_json` wrote."""
        data = json.loads(text)
        data["fields"] = tuple(Field(**_tuples(field)) for field in data["fields"])
        data["action"] = ActionSpec(**_tuples(data["action"]))
        return cls(**_tuples(data))


def gym_id_of(name: str) -> str:
    """The Gymnasium id of the task called `name`."""
    return "rewardsmith/" + "".join(word.capitalize() for word in name.split("-")) + "-v0"


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
