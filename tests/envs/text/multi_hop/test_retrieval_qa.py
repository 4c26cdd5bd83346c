import numpy as np
import pytest
from text_play import legal_actions, started

from rewardsmith.envs import FieldView
from rewardsmith.envs.text.multi_hop.documents import (
    RESULTS,
    TOPIC_NAMES,
    TOPICS,
    draw_facts,
    phrases,
    phrases_of,
    results,
)
from rewardsmith.envs.text.multi_hop.retrieval_qa import Questions, RetrievalQa, RetrievalQaEasy

MEANING = {phrase: name for name, topic in TOPICS.items() for phrase in topic[1:]}
LEVELS = pytest.mark.parametrize("kind", [RetrievalQaEasy, RetrievalQa])


def human_reward():
    names = {}
    exec(RetrievalQa.human_reward_path().read_text(), names)
    return names["compute_reward"]


def term_sums(task, *choices):
    """(B,) sum of each human-reward term while the action of each step is what a choice makes of the task."""
    reward, sums, before = human_reward(), {}, FieldView(task.fields())
    for choice in choices:
        actions = choice(task)
        task.step(actions)
        after = FieldView(task.fields())
        value, terms = reward(before, actions, after, np)
        np.testing.assert_allclose(value, sum(terms.values()), atol=1e-12)
        sums = {name: sums.get(name, 0.0) + term for name, term in terms.items()}
        before = after
    return sums


def script(task):
    return task.scripted_actions()


def cite(task):
    return np.full(task.num_worlds, task.cite)


def back(task):
    return np.full(task.num_worlds, task.back)


def answer(task):
    return np.full(task.num_worlds, task.answer)


def search_next(task):
    return task.asked[np.arange(task.num_worlds), task.depth]


def read_next(task):
    return task.read + task._needed_results().argmax(axis=1)


def read_another(task):
    return task.read + task._needed_results().argmin(axis=1)


HOP = (search_next, read_next, cite)
UNCITED = (search_next, read_next)


def without_repeats(task):
    """Worlds whose question needs as many documents as it has hops."""
    return task.evidence.sum(axis=(1, 2)) == task.hops


def test_phrases_are_unique_and_belong_to_their_topic():
    for topics in (4, 6):
        words = phrases(topics)
        assert len(set(words)) == 2 * topics
        for topic, numbers in enumerate(phrases_of(topics)):
            assert {MEANING[words[number]] for number in numbers} == {TOPIC_NAMES[topic]}


def test_every_topic_leads_round_all_people():
    facts = draw_facts(np.random.default_rng(0).random((50, 6, 9)))
    person, met = np.zeros((50, 6), int), []
    for _ in range(9):
        person = np.take_along_axis(facts, person[:, :, None], axis=2)[:, :, 0]
        met.append(person)
    np.testing.assert_array_equal(np.sort(met, axis=0), np.arange(9)[:, None, None] + np.zeros((1, 50, 6)))


def test_a_search_finds_the_document_among_four_others():
    cast, topic, person = (np.arange(1_000) * step % most for step, most in ((7, 500), (1, 6), (5, 9)))
    topics, people = results(cast, topic, person, 6, 9)
    on_topic, about = topics == topic[:, None], people == person[:, None]
    assert ((on_topic & about).sum(axis=1) == 1).all()
    assert (on_topic.sum(axis=1) == 3).all() and (about.sum(axis=1) == 3).all()
    assert (on_topic | about).all()
    assert len(np.unique((on_topic & about).argmax(axis=1))) == RESULTS
    for world in range(0, 1_000, 50):
        assert len(set(zip(topics[world], people[world], strict=True))) == RESULTS


def test_a_search_is_repeatable():
    task = started(RetrievalQa, 100)
    task.step(search_next(task))
    first = task.fields()
    task.step((search_next(task) + 1) % task.topics)
    task.step(search_next(task))
    for name, values in task.fields().items():
        np.testing.assert_array_equal(values, first[name])


def test_the_hard_level_has_fifty_distractors():
    assert RetrievalQa.people * RetrievalQa.topics - RetrievalQa.hops >= 50


def test_a_hand_made_search():
    """Who employs the doctor of person 0? Person 0 is treated by 1, who works for 2."""
    task = RetrievalQaEasy(1)
    doctor, employer = TOPIC_NAMES.index("health"), TOPIC_NAMES.index("work")
    task.facts[0] = (np.arange(task.people) + 1) % task.people
    task.trail_person[:] = 0
    task.path[0] = [0, 1, 2]
    task.asked[0, :2] = [doctor, employer]
    task.evidence[0] = False
    task.evidence[0, [doctor, employer], [0, 1]] = True
    expected = [
        # After each action: documents read, listed, trail covered, wrong reads, evidence cited, strays.
        (search_next, (0, True, 0.0, 0, 0.0, 0)),
        (read_another, (1, False, 0.0, 1, 0.0, 0)),
        (cite, (1, False, 0.0, 1, 0.0, 1)),
        (back, (0, False, 0.0, 0, 0.0, 1)),
        (search_next, (0, True, 0.0, 0, 0.0, 1)),
        (read_next, (1, False, 0.5, 0, 0.0, 1)),
        (cite, (1, False, 0.5, 0, 0.5, 1)),
        (search_next, (1, True, 0.5, 0, 0.5, 1)),
        (read_next, (2, False, 1.0, 0, 0.5, 1)),
    ]
    names = (
        "documents_read",
        "evidence_searched",
        "trail_covered",
        "wrong_reads",
        "evidence_cited",
        "stray_citations",
    )
    for choice, values in expected:
        task.step(choice(task))
        fields = task.fields()
        assert tuple(fields[name][0] for name in names) == values, choice
    assert task.person()[0] == 2 and not task.success()[0]
    task.step(answer(task))
    assert task.success()[0]
    assert task.action_masks()[0].nonzero()[0].tolist() == [task.answer]


@LEVELS
def test_success_agrees_with_an_answer_worked_out_from_the_documents_alone(kind):
    """10,000 searches, half scripted and half random, against a reader of the store."""
    task, rng = started(kind, 10_000, seed=1), np.random.default_rng(2)
    words = phrases(task.topics)
    wanted, needed = [], []
    for world in range(task.num_worlds):
        person, documents = task.path[world, 0], set()
        for phrase in task.phrases[world, : task.hops]:
            topic = TOPIC_NAMES.index(MEANING[words[phrase - 1]])
            documents.add((topic, person))
            person = task.facts[world, topic, person]
        wanted.append(person)
        needed.append(documents)
    listed = [set() for _ in range(task.num_worlds)]
    given = np.full(task.num_worlds, -1)
    careful = np.arange(task.num_worlds) % 2 == 0
    for _ in range(task.spec.horizon):
        wild = np.where(careful, 0.1, 1.0) > rng.random(task.num_worlds)
        actions = np.where(wild, legal_actions(task, rng), task.scripted_actions())
        document, named, open_ = task.open_document(), task.person(), ~task.answered
        for world in np.flatnonzero((actions == task.cite) & open_):
            listed[world].add((document[0][world], document[1][world]))
        given = np.where((actions == task.answer) & open_, named, given)
        task.step(actions)
    proven = [kind is RetrievalQaEasy or c <= d for c, d in zip(needed, listed, strict=True)]
    enough = (given == np.array(wanted)) & proven
    np.testing.assert_array_equal(task.success(), enough)
    shares = [len(c & d) / len(c) for c, d in zip(needed, listed, strict=True)]
    np.testing.assert_allclose(task.metric(), shares)
    assert 0.2 < task.success().mean() < 0.8


@LEVELS
def test_what_the_policy_sees_is_enough_to_solve_it(kind):
    task = started(kind, 500, seed=3)
    labels = task.spec.field("asked_phrase").labels
    for _ in range(task.hops):
        task.step(np.array([TOPIC_NAMES.index(MEANING[labels[n]]) for n in task.fields()["asked_phrase"]]))
        seen = task.fields()
        hit = seen["results_on_topic"] & seen["results_about_person"]
        assert (hit.sum(axis=1) == 1).all()
        task.step(task.read + hit.argmax(axis=1))
        task.step(cite(task))
    task.step(answer(task))
    assert task.success().all()


def test_fields_are_the_same_for_any_answer():
    task = started(RetrievalQa, 300, seed=4)
    before = task.fields()
    task.path[:, -1] = (task.path[:, -1] + 1) % task.people
    for name, values in task.fields().items():
        np.testing.assert_array_equal(values, before[name])


@LEVELS
def test_the_right_answer_without_evidence_counts_only_at_the_easy_level(kind):
    task = started(kind, 300, seed=5)
    sums = term_sums(task, *UNCITED * task.hops, answer)
    np.testing.assert_array_equal(task.person(), task.path[:, -1])
    assert (task.success() == (kind is RetrievalQaEasy)).all()
    np.testing.assert_allclose(sums["trail"], 6.0)
    np.testing.assert_allclose(sums["coverage"], 0.0)
    np.testing.assert_allclose(sums["answer"], 0.0)


@LEVELS
def test_a_policy_that_guesses_without_citing_earns_no_coverage(kind):
    task, rng = started(kind, 2_000, seed=6), np.random.default_rng(7)

    def guess(task):
        masks = task.action_masks()
        masks[:, task.cite] = False
        return np.where(masks, rng.random(masks.shape), -1.0).argmax(axis=1)

    sums = term_sums(task, *[guess] * task.spec.horizon)
    assert task.answered.mean() > 0.5
    for name in ("coverage", "stray", "answer"):
        assert (sums[name] == 0.0).all()
    assert (task.metric() == 0.0).all()


@LEVELS
def test_the_human_reward_of_the_whole_chain(kind):
    task = started(kind, 300, seed=8)
    sums = term_sums(task, *[script] * (3 * task.hops + 1))
    assert task.success().all()
    for name, worth in (("search", 0.0), ("trail", 6.0), ("detour", 0.0), ("coverage", 3.0), ("stray", 0.0)):
        np.testing.assert_allclose(sums[name], worth, atol=1e-12)
    np.testing.assert_allclose(sums["answer"], 2.0)


def test_planted_defects_lower_their_own_term_alone():
    hops = RetrievalQa.hops
    faults = {
        # The last document is not cited: its share of coverage is lost, and with it the proof.
        "coverage": (*HOP * (hops - 1), *UNCITED, answer),
        # A document too many is cited on the way.
        "stray": (search_next, read_another, cite, back, *HOP * hops, answer),
        # The search stops right after the last list of results.
        "trail": (*HOP * (hops - 1), search_next),
        # A wrong document lies open at the end.
        "detour": (*HOP * hops, search_next, lambda task: np.full(task.num_worlds, task.read), answer),
    }
    whole = (*HOP * hops, answer)
    for fault, choices in faults.items():
        task = started(RetrievalQa, 500, seed=9)
        plain = without_repeats(task)
        expected, got = term_sums(started(RetrievalQa, 500, seed=9), *whole), term_sums(task, *choices)
        lowered = {name for name in got if (got[name] < expected[name] - 1e-9)[plain].any()}
        # Nothing but the whole chain is paid as an answer, and an unread document cannot be cited.
        consequences = {"trail": {"answer", "coverage"}, "stray": set()}.get(fault, {"answer"})
        assert lowered == {fault, *consequences}
        # Now and then the wrong document is one that is needed later on.
        assert (got[fault] < expected[fault] - 1e-9)[plain].mean() > 0.9


def test_searching_and_reading_to_and_fro_earns_nothing():
    task = started(RetrievalQa, 300, seed=10)
    for value in term_sums(task, *(search_next, read_next, back) * 4).values():
        np.testing.assert_allclose(value, 0.0, atol=1e-12)


def test_a_document_is_cited_once_and_there_is_room_for_one_too_many():
    task = started(RetrievalQa, 300, seed=11)
    for _ in range(task.hops + 1):
        for choice in (search_next, read_another, cite):
            task.step(choice(task))
        assert not task.action_masks()[:, task.cite].any()
        task.step(cite(task))
        task.step(back(task))
    assert (task.citations <= task.hops + 1).all()
    assert (task.illegal >= task.hops + 1).all()


def test_blind_searches_hardly_ever_succeed():
    for kind, most in ((RetrievalQaEasy, 0.3), (RetrievalQa, 0.001)):
        task, rng = started(kind, 10_000, seed=12), np.random.default_rng(13)
        for _ in range(task.spec.horizon):
            task.step(legal_actions(task, rng))
        assert task.success().mean() < most


@pytest.mark.parametrize("sizes", [(0, 5, 4), (2, 2, 4), (2, 5, 2), (2, 5, 7)])
def test_impossible_stores_are_refused(sizes):
    hops, people, topics = sizes
    with pytest.raises(ValueError, match=f"got {hops}, {people} and {topics}"):

        class Empty(Questions, task="empty", hops=hops, people=people, topics=topics):
            pass
