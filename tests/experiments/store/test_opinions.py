import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.envs import UserError
from rewardsmith.experiments import Candidate, Store
from rewardsmith.experiments.store.opinions import HUMAN_EDIT, Opinion, comment_on, human_edits
from rewardsmith.reward_gen import RewardProgram

CANDIDATES = [Candidate(number, 0, "trained", "", RewardProgram(f"v{number}")) for number in (0, 1)]
KNOWN = dict(enumerate(CANDIDATES))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
opinions = st.builds(
    Opinion,
    first=st.integers(0, 9),
    second=st.integers(0, 9),
    preferred=st.sampled_from(["first", "second", "equal"]),
    text=texts,
    edits=st.dictionaries(st.integers(0, 9), texts, max_size=2),
)


@given(opinions)
def test_an_opinion_survives_json(opinion):
    assert Opinion.from_json(opinion.to_json()) == opinion


def test_opinions_survive_the_store_latest_last(tmp_path):
    said = [Opinion(0, 1, "first", "one"), Opinion(1, 0, "equal", "two", {0: "edited"})]
    for opinion in said:
        Store(tmp_path).add_opinion(opinion)
    assert Store(tmp_path).opinions() == said


@pytest.mark.parametrize(("preferred", "word"), [("first", "preferred"), ("equal", "neither better")])
def test_the_comment_names_the_verdict_and_quotes_the_words(preferred, word):
    comment = comment_on(Opinion(0, 1, preferred, "  it shakes "), KNOWN)
    assert word in comment and comment.endswith("Their words: it shakes")
    assert "Their words" not in comment_on(Opinion(0, 1, preferred), KNOWN)


def test_an_edit_is_a_candidate_once():
    said = [
        Opinion(0, 1, "first", edits={1: "better"}),
        Opinion(0, 1, "equal", edits={0: "better", 1: "new"}),
    ]
    found = human_edits(said, CANDIDATES)
    assert [(p.outcome.text, p.parents, p.operator) for p in found] == [
        ("better", (1,), HUMAN_EDIT),
        ("new", (1,), HUMAN_EDIT),
    ]
    taken = Candidate(2, 1, "rejected", "", RewardProgram("better"), operator=HUMAN_EDIT)
    assert [p.outcome.text for p in human_edits(said, [*CANDIDATES, taken])] == ["new"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"preferred": "both"}, "a preference is one of"),
        ({"text": "x" * 5000}, "at most 4,000 characters, got 5,000"),
        ({"edits": {0: "x" * 70_000}}, "at most 60,000 characters"),
    ],
)
def test_what_no_person_can_have_said_is_one_line(changes, words):
    with pytest.raises(UserError, match=words):
        Opinion(**{"first": 0, "second": 1, "preferred": "first", **changes})
