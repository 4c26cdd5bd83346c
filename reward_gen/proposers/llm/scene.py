"""A task's state as Python would declare it: classes of typed attributes, one class for each entity.

Text2Reward (Xie et al. 2023, section 2.2) shows a model such an abstraction instead of a list. The classes
are bases of `Scene`, so that a field keeps the flat name under which a program reads it.
"""

from __future__ import annotations

import re

from ....envs import ActionSpec, Field, TaskSpec
from .listing import action_words, meaning_of, range_of

_TYPES = {"real": "Float", "category": "Int", "flag": "Bool"}
_TAKEN = ("Scene", "Action", "Float", "Int", "Bool", "B")
_HEAD = "# Float[B, 3] is an array of floats of shape (B, 3), for B worlds at once; Int and Bool likewise."


def scene(spec: TaskSpec) -> str:
    """The declaration of the state, of the action and of the function that is wanted; it parses as Python."""
    entities = grouped(spec)
    own = entities.pop("", [])
    classes = {_class_name(entity): fields for entity, fields in entities.items()}
    parts = [_HEAD]
    parts += [f"class {name}:\n{_attributes(fields)}" for name, fields in classes.items()]
    parts.append(_scene_class(list(classes), own))
    parts.append(f"{_comment(action_words(spec.action))}\nAction = {_action_type(spec.action)}")
    parts.append(
        "def compute_reward(obs: Scene, action: Action, next_obs: Scene, xp):\n"
        '    """Return the reward, Float[B], and a dict of its named terms, each Float[B]."""'
    )
    return "\n\n".join(parts) + "\n"


def grouped(spec: TaskSpec) -> dict[str, list[Field]]:
    """Entity -> its fields, in the spec's order; under the empty name those that belong to no entity.

    What stands before a field's last word is its entity, as in ``hand_pos``, where several fields share it
    or the field is a physical quantity.
    """
    prefixes = {field.name: field.name.rpartition("_")[0] or field.name for field in spec.fields}
    known = set(prefixes.values())
    groups: dict[str, list[Field]] = {}
    for field in spec.fields:
        groups.setdefault(_shortest(prefixes[field.name], known), []).append(field)
    entities: dict[str, list[Field]] = {"": []}
    for entity, fields in groups.items():
        physical = any(field.unit and field.name != entity for field in fields)
        entities.setdefault(entity if physical or len(fields) > 1 else "", []).extend(fields)
    return entities


def _shortest(prefix: str, known: set[str]) -> str:
    """The shortest entity that begins as `prefix` does: ``hand`` for ``hand_init`` where there is a hand."""
    words = prefix.split("_")
    starts = ("_".join(words[:count]) for count in range(1, len(words)))
    return next((start for start in starts if start in known), prefix)


def _class_name(entity: str) -> str:
    name = "".join(word[:1].upper() + word[1:] for word in entity.split("_"))
    return f"{name}State" if name in _TAKEN else name


def _scene_class(bases: list[str], own: list[Field]) -> str:
    head = f"class Scene({', '.join(bases)}):" if bases else "class Scene:"
    about = '    """One moment of B worlds: `obs` before the action, `next_obs` after it."""'
    return "\n\n".join([f"{head}\n{about}", *([_attributes(own)] if own else [])])


def _attributes(fields: list[Field]) -> str:
    return "\n".join(f"    {field.name}: {_array(field)}\n    {_docstring(field)}" for field in fields)


def _array(field: Field) -> str:
    return f"{_TYPES[field.kind]}[{', '.join(['B', *map(str, field.shape)])}]"


def _docstring(field: Field) -> str:
    text = meaning_of(field, "" if field.labels else range_of(field))
    text = f"{text[:1].upper()}{text[1:]}".replace("\\", "\\\\").replace('"', "'")
    return f'"""{" ".join(text.split())}"""'


def _action_type(action: ActionSpec) -> str:
    kind = "Float" if action.kind == "box" else "Int"
    return f"{kind}[{', '.join(['B', *map(str, action.shape)])}]"


def _comment(text: str) -> str:
    return "# " + re.sub(r"\s+", " ", text)
