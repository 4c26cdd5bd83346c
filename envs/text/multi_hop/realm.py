"""The realm: a made-up knowledge graph of people, towns and books that `kg-path` asks about.

Every relation pairs its subjects and objects one to one, by a permutation drawn once and for all. So two
walks that part never merge again except by chance, and a wrong hop is not undone by a hub that every path
runs through, such as the one country in which everybody was born.
"""

from __future__ import annotations

import numpy as np

KINDS = ("person", "town", "book")
# Relation -> the kind asked about, the kind that answers, and two ways to ask.
RELATIONS = {
    "mentor": ("person", "person", "the mentor of", "the patient teacher of"),
    "idol": ("person", "person", "the idol of", "the hero worshipped by"),
    "birthplace": ("person", "town", "the birthplace of", "the first home of"),
    "refuge": ("person", "town", "the refuge of", "the hiding place of"),
    "bedside_book": ("person", "book", "the bedside book of", "the nightly comfort of"),
    "mayor": ("town", "person", "the mayor of", "the keeper of the keys of"),
    "founder": ("town", "person", "the founder of", "the first settler of"),
    "next_stop": ("town", "town", "the next stop after", "the place one station beyond"),
    "downriver": ("town", "town", "the town downriver of", "where the boats drift from"),
    "chronicle": ("town", "book", "the chronicle of", "the written past of"),
    "translator": ("book", "person", "the translator of", "the one who brought abroad"),
    "illustrator": ("book", "person", "the illustrator of", "the brush behind"),
    "setting": ("book", "town", "the setting of", "the scene of"),
    "sequel": ("book", "book", "the sequel of", "what happened after"),
    "source": ("book", "book", "the source of", "the older tale behind"),
}
_NAMES = {
    "person": (
        "Ada Bo Cleo Dima Edda Finn Greta Hugo Ines Juri Kaya Leo Mara Nils Oona Pip Quinn Rosa Sven Tilda",
        "Amsel Birch Corvin Dove Elm Falk Gale Hazel Ivory Juniper Kestrel Lark Moss Nettle Otter Plum Quill "
        "Reed Sorrel Thorn Umber Vale Wren Yarrow Zephyr",
    ),
    "town": (
        "Amber Bright Copper Dusk Ever Frost Glimmer Hollow Iron Jade Kings Lantern Mill North Oaken Pebble "
        "Raven Silver Tall Winter",
        "bay bridge brook burgh cliff dale fell field ford gate grove ham haven hill holm keep lake march "
        "mere mouth port stead ton wick wold",
    ),
    "book": (
        "Blind Borrowed Broken Crooked Distant Drowsy Empty Frozen Gentle Golden Hidden Hungry Last Patient "
        "Quiet Restless Secret Stolen Unlikely Velvet",
        "Almanac Balloon Clock Doorbell Engine Fiddle Garden Harvest Island Journey Kettle Letter Mirror "
        "Needle Orchard Piano Question River Staircase Teapot Umbrella Voyage Window Xylophone Yard",
    ),
}
_JOINED = {"person": "{} {}", "town": "{}{}", "book": '"The {} {}"'}
_SEED = 1736

NAMES = tuple(
    _JOINED[kind].format(first, last)
    for kind in KINDS
    for first in _NAMES[kind][0].split()
    for last in _NAMES[kind][1].split()
)
OF_A_KIND = len(NAMES) // len(KINDS)
RELATION_NAMES = tuple(RELATIONS)
# In alphabetical order, so that a phrase's number is no key to its meaning.
PHRASES = tuple(sorted(phrase for relation in RELATIONS.values() for phrase in relation[2:]))
EDGES = len(RELATIONS) // len(KINDS)

# (kinds, EDGES) int64: the relations that an entity of a kind has; the same as (kinds, relations) bool.
RELATIONS_OF = np.array(
    [[n for n, relation in enumerate(RELATIONS.values()) if relation[0] == kind] for kind in KINDS]
)
HAS_EDGE = (RELATIONS_OF[:, :, None] == np.arange(len(RELATIONS))).any(axis=1)
# (relations,) int64: the kind on a relation's other side; (relations, 2) int64: the two ways to ask for it.
KIND_AFTER = np.array([KINDS.index(relation[1]) for relation in RELATIONS.values()])
PHRASES_OF = np.array([[PHRASES.index(phrase) for phrase in relation[2:]] for relation in RELATIONS.values()])


def _targets(rng: np.random.Generator) -> np.ndarray:
    targets = np.repeat(np.arange(len(NAMES))[:, None], len(RELATIONS), axis=1)
    for number, (kind, kind_after, *_) in enumerate(RELATIONS.values()):
        first, first_after = KINDS.index(kind) * OF_A_KIND, KINDS.index(kind_after) * OF_A_KIND
        own = slice(first, first + OF_A_KIND)
        # Drawn again until nobody is their own mentor, or has their own idol as the mentor.
        while (targets[own, number, None] == np.delete(targets[own], number, axis=1)).any():
            targets[own, number] = first_after + rng.permutation(OF_A_KIND)
    return targets


# (entities, relations) int64: the entity that a relation leads to; without such an edge, the same one.
TARGET = _targets(np.random.default_rng(_SEED))
