import itertools

import numpy as np
import pytest
from text_play import legal_actions, started

from rewardsmith.envs import FieldView
from rewardsmith.envs.text.multi_hop.kg_path import ANSWER, BACK, KgPath, KgPathEasy, Walk
from rewardsmith.envs.text.multi_hop.realm import (
    HAS_EDGE,
    KINDS,
    NAMES,
    OF_A_KIND,
    PHRASES,
    RELATION_NAMES,
    RELATIONS,
    TARGET,
)

MEANING = {phrase: name for name, relation in RELATIONS.items() for phrase in relation[2:]}
LEVELS = pytest.mark.parametrize("kind", [KgPathEasy, KgPath])


def walk_of(name, *steps):
    """Entities visited from `name` along relations, by name."""
    entity = NAMES.index(name)
    visited = [name]
    for step in steps:
        entity = TARGET[entity, RELATION_NAMES.index(step)]
        visited.append(NAMES[entity])
    return visited


def reward_of(kind):
    names = {}
    exec(kind.human_reward_path().read_text(), names)
    return names["compute_reward"]


def term_sums(task, rows):
    """(B,) sum of each human-reward term over the steps `rows`."""
    reward, sums, before = reward_of(type(task)), {}, FieldView(task.fields())
    for actions in rows:
        task.step(actions)
        after = FieldView(task.fields())
        value, terms = reward(before, actions, after, np)
        np.testing.assert_allclose(value, sum(terms.values()), atol=1e-12)
        sums = {name: sums.get(name, 0.0) + term for name, term in terms.items()}
        before = after
    return sums


def gold_rows(task):
    return [*task.relations[:, : task.hops].T, np.full(task.num_worlds, ANSWER)]


def stray_relation(task, hop=0):
    """(B,) relations of the entities at hand other than those asked for."""
    other = task.action_masks()[:, :BACK].copy()
    other[np.arange(task.num_worlds), task.relations[:, hop]] = False
    return other.argmax(axis=1)


def test_names_and_phrases_are_unique():
    assert len(set(NAMES)) == len(NAMES) == OF_A_KIND * len(KINDS)
    assert len(set(PHRASES)) == len(PHRASES) == 2 * len(RELATIONS)


def test_every_relation_pairs_its_kinds_one_to_one():
    entities = np.arange(len(NAMES))
    for number, (kind, kind_after, *_) in enumerate(RELATIONS.values()):
        own = entities[entities // OF_A_KIND == KINDS.index(kind)]
        met = TARGET[own, number]
        np.testing.assert_array_equal(
            np.sort(met), entities[entities // OF_A_KIND == KINDS.index(kind_after)]
        )
        assert (HAS_EDGE[:, number] == [name == kind for name in KINDS]).all()


def test_the_edges_of_an_entity_lead_to_different_ones():
    for entity in range(len(NAMES)):
        met = TARGET[entity, HAS_EDGE[entity // OF_A_KIND]]
        assert len({entity, *met}) == 1 + len(met)


def test_no_two_chains_of_relations_lead_to_one_place_by_a_rule():
    """Two chains of two hops from the same towns agree on no more than a few of all 500."""
    towns = OF_A_KIND * KINDS.index("town") + np.arange(OF_A_KIND)
    ends = []
    for first, second in itertools.product(range(len(RELATIONS)), repeat=2):
        middle = TARGET[towns, first]
        if HAS_EDGE[KINDS.index("town"), first] and HAS_EDGE[middle[0] // OF_A_KIND, second]:
            ends.append(TARGET[middle, second])
    assert len(ends) == 25
    for left, right in itertools.combinations(ends, 2):
        assert (left == right).mean() < 0.02


def test_a_hand_made_walk():
    """Ada Amsel's birthplace's mayor: asked, walked with one detour, answered."""
    task = KgPathEasy(1)
    task.walk[:] = NAMES.index("Ada Amsel")
    names = walk_of("Ada Amsel", "birthplace", "mayor")
    task.path[0] = [NAMES.index(name) for name in names]
    task.relations[0, :2] = [RELATION_NAMES.index("birthplace"), RELATION_NAMES.index("mayor")]
    task.phrases[0, :2] = [1 + PHRASES.index("the first home of"), 1 + PHRASES.index("the mayor of")]
    follow = {name: number for number, name in enumerate(RELATION_NAMES)}
    expected = [
        ("idol", 1, "the mayor of", 0.0, 1.0),
        (BACK, 0, "the first home of", 0.0, 0.0),
        ("birthplace", 1, "the mayor of", 0.5, 0.0),
        ("chronicle", 2, "none", 0.5, 1.0),
        (BACK, 1, "the mayor of", 0.5, 0.0),
        ("mayor", 2, "none", 1.0, 0.0),
    ]
    for action, hops, phrase, covered, wrong in expected:
        task.step(np.array([follow.get(action, action)]))
        fields = task.fields()
        assert fields["hops_done"] == hops
        assert task.spec.field("asked_phrase").labels[fields["asked_phrase"][0]] == phrase
        assert fields["path_covered"] == covered and fields["wrong_hops"] == wrong
        assert not task.success()[0]
    assert task.render_text(0).splitlines()[:2] == [
        "Find the mayor of the first home of Ada Amsel.",
        f"walk: {' -> '.join(names)}",
    ]
    task.step(np.array([ANSWER]))
    assert task.success()[0] and task.terminated()[0]
    assert task.render_text(0).endswith(f"answer: {names[-1]}")
    assert task.action_masks()[0].nonzero()[0].tolist() == [ANSWER]


@LEVELS
def test_success_agrees_with_an_answer_worked_out_from_the_question_alone(kind):
    """10,000 random walks, of which some end at the answer by a way that was not asked for."""
    task = started(kind, 10_000, seed=1)
    labels = task.spec.field("asked_phrase").labels
    answer = []
    for world in range(task.num_worlds):
        relations = [MEANING[labels[phrase]] for phrase in task.phrases[world, : task.hops]]
        answer.append(walk_of(NAMES[task.path[world, 0]], *relations)[-1])
    rng = np.random.default_rng(2)
    for _ in range(task.spec.horizon):
        # Half of the worlds walk as asked half of the time, so that there is something to agree on.
        task.step(
            np.where(rng.random(task.num_worlds) < 0.4, task.scripted_actions(), legal_actions(task, rng))
        )
        stands = np.array([NAMES[entity] for entity in task.entity()])
        np.testing.assert_array_equal(task.success(), task.answered & (stands == np.array(answer)))
    assert 0.01 < task.success().mean() < 0.9


def test_the_walk_covered_is_the_common_beginning_of_two_lists():
    task = started(KgPath, 2_000, seed=3)
    rng = np.random.default_rng(4)
    for _ in range(task.spec.horizon):
        task.step(
            np.where(rng.random(task.num_worlds) < 0.5, task.scripted_actions(), legal_actions(task, rng))
        )
        fields = task.fields()
        for world in range(0, task.num_worlds, 20):
            walk = task.walk[world, 1 : 1 + task.depth[world]]
            common = 0
            for left, right in zip(walk, task.path[world, 1:], strict=False):
                if left != right:
                    break
                common += 1
            assert fields["path_covered"][world] == common / task.hops
            assert fields["wrong_hops"][world] == len(walk) - common


@LEVELS
def test_what_the_policy_sees_is_enough_to_solve_it_and_does_not_name_the_answer(kind):
    """The observed phrase means one relation; the entity asked for appears in no field."""
    task = started(kind, 500, seed=5)
    labels = task.spec.field("asked_phrase").labels
    for _ in range(task.hops):
        seen = task.fields()
        wanted = [RELATION_NAMES.index(MEANING[labels[phrase]]) for phrase in seen["asked_phrase"]]
        assert seen["edges"][np.arange(500), wanted].all()
        task.step(np.array(wanted))
    assert (task.fields()["asked_phrase"] == 0).all()
    task.step(np.full(500, ANSWER))
    assert task.success().all()


def test_fields_are_the_same_for_any_answer():
    """Two questions that differ in their end alone look alike until that end is asked for."""
    task = started(KgPath, 300, seed=6)
    before = task.fields()
    task.path[:, -1] = (task.path[:, -1] + 1) % len(NAMES)
    for name, values in task.fields().items():
        np.testing.assert_array_equal(values, before[name])


def test_blind_walks_hardly_ever_answer_right():
    for kind, most in ((KgPathEasy, 0.05), (KgPath, 0.005)):
        task, rng = started(kind, 10_000, seed=7), np.random.default_rng(8)
        for _ in range(task.spec.horizon):
            task.step(legal_actions(task, rng))
        assert task.success().mean() < most


def test_held_out_chains_consist_of_hops_met_in_training():
    def hops(kind):
        task = started(kind, 4_000, seed=9)
        keys = {task.instance_key(world) for world in range(4_000)}
        return keys, {(place, relation) for key in keys for place, relation in enumerate(key)}

    (known, met), (new, needed) = hops(KgPath), hops(KgPath.held_out())
    assert not known & new
    assert needed <= met


@LEVELS
def test_the_human_reward_of_the_path_asked_for(kind):
    task = started(kind, 300, seed=10)
    sums = term_sums(task, gold_rows(task))
    np.testing.assert_allclose(sums["path"], 4.0)
    np.testing.assert_allclose(sums["detour"], 0.0)
    np.testing.assert_allclose(sums["answer"], 1.0)


def test_a_detour_that_is_left_costs_nothing_in_the_end_and_earns_nothing():
    task = started(KgPath, 300, seed=11)
    straight = term_sums(started(KgPath, 300, seed=11), gold_rows(task))
    detour = [stray_relation(task), np.full(300, BACK)]
    around = term_sums(task, [*detour, *detour, *gold_rows(task)])
    for name in straight:
        np.testing.assert_allclose(around[name], straight[name], atol=1e-12)


def test_walking_to_and_fro_on_the_right_edge_earns_nothing():
    task = started(KgPath, 300, seed=12)
    sums = term_sums(task, [task.relations[:, 0], np.full(300, BACK)] * 3)
    for value in sums.values():
        np.testing.assert_allclose(value, 0.0, atol=1e-12)


def test_a_wrong_last_hop_lowers_path_and_detour_and_forfeits_the_answer():
    task = started(KgPath, 300, seed=13)
    rows = gold_rows(task)
    for row in rows[:-2]:
        task.step(row)
    sums = term_sums(task, [stray_relation(task, task.hops - 1), rows[-1]])
    np.testing.assert_allclose(sums["path"], 0.0)
    np.testing.assert_allclose(sums["detour"], -0.1)
    np.testing.assert_allclose(sums["answer"], 0.0)


def test_an_early_answer_forfeits_the_answer_alone():
    task = started(KgPath, 300, seed=14)
    rows = gold_rows(task)
    sums = term_sums(task, [*rows[:-2], rows[-1]])
    np.testing.assert_allclose(sums["path"], 4.0 * (task.hops - 1) / task.hops)
    np.testing.assert_allclose(sums["detour"], 0.0)
    np.testing.assert_allclose(sums["answer"], 0.0)


def test_a_right_answer_by_another_way_is_success_but_not_paid_as_the_path():
    task = started(KgPathEasy, 300, seed=15)
    stray = TARGET[task.entity(), stray_relation(task)]
    task.path[:, -1] = stray
    sums = term_sums(task, [stray_relation(task), np.full(300, ANSWER)])
    assert task.success().all()
    np.testing.assert_allclose(sums["path"], 0.0)
    np.testing.assert_allclose(sums["answer"], 0.0)


def test_a_question_without_relations_is_refused():
    with pytest.raises(ValueError, match="at least 1 relation, got hops=0"):

        class Nowhere(Walk, name="nowhere", hops=0):
            pass
