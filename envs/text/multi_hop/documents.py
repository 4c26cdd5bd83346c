"""The documents that `retrieval-qa` searches: a sentence for every topic and every person in the store.

Topics and people of a store are numbers from 0; `facts` (n, topics, people) int64 are the people named by
the documents of n stores, each by the one on a topic about a person.
"""

from __future__ import annotations

import numpy as np

from .realm import NAMES, OF_A_KIND

# Topic -> what a document on it says, and two ways to ask.
TOPICS = {
    "rooms": ("{} rents a room from {}", "the landlord of", "whoever collects the rent from"),
    "work": ("{} works for {}", "the employer of", "whoever pays the wages of"),
    "lessons": ("{} takes lessons from {}", "the tutor of", "whoever sets homework for"),
    "health": ("{} is treated by {}", "the doctor of", "whoever feels the pulse of"),
    "coats": ("{} has coats made by {}", "the tailor of", "whoever takes the measurements of"),
    "chess": ("{} plays chess against {}", "the chess partner of", "whoever says checkmate to"),
}
TOPIC_NAMES = tuple(TOPICS)
RESULTS = 5
CASTS = OF_A_KIND

# The people of a store are every 53rd in the list of names, so that their first names differ, too.
_STRIDE = 53


def phrases(topics: int) -> tuple[str, ...]:
    """The ways to ask for the first `topics` topics, in alphabetical order: their numbers are no key."""
    return tuple(sorted(phrase for name in TOPIC_NAMES[:topics] for phrase in TOPICS[name][1:]))


def phrases_of(topics: int) -> np.ndarray:
    """(topics, 2) int64: the numbers of each topic's phrases among `phrases(topics)`."""
    words = phrases(topics)
    return np.array([[words.index(phrase) for phrase in TOPICS[name][1:]] for name in TOPIC_NAMES[:topics]])


def draw_facts(uniform: np.ndarray) -> np.ndarray:
    """Uniform numbers (n, topics, people) -> facts of the same shape.

    Each topic leads once round all people, so that nobody is their own landlord and no two share one.
    """
    circle = uniform.argsort(axis=2)
    facts = np.zeros_like(circle)
    np.put_along_axis(facts, circle, np.roll(circle, 1, axis=2), axis=2)
    return facts


def _layouts() -> np.ndarray:
    rng = np.random.default_rng(_STRIDE)
    offsets = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
    return np.stack([rng.permutation(offsets) for _ in range(64)])


# (layouts, RESULTS, 2) int64: how far each result's topic and person are from those searched for. One
# result is the document searched for, two are on other topics, two about other people.
_LAYOUT = _layouts()


def results(
    cast: np.ndarray, topic: np.ndarray, person: np.ndarray, topics: int, people: int
) -> tuple[np.ndarray, np.ndarray]:
    """Search n stores: (n, RESULTS) int64 topics and people of the documents found.

    Args:
        cast: (n,) number of each store's cast; the same search in it gives the same results.
        topic: (n,) topics searched for.
        person: (n,) people whom the searches are about.
        topics: number of topics in each store.
        people: number of people in each store.
    """
    layout = _LAYOUT[(cast + 7 * topic + 11 * person) % len(_LAYOUT)]
    return (topic[:, None] + layout[:, :, 0]) % topics, (person[:, None] + layout[:, :, 1]) % people


def name(cast: int, person: int) -> str:
    """What a person of a cast is called."""
    return NAMES[(cast + _STRIDE * person) % OF_A_KIND]


def sentence(cast: int, facts: np.ndarray, topic: int, person: int) -> str:
    """What the document on a topic about a person says, in a store with facts (topics, people)."""
    return TOPICS[TOPIC_NAMES[topic]][0].format(name(cast, person), name(cast, facts[topic, person]))
