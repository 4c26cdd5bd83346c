import json

import pytest
from chat_server import Server, answer, completion, error
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewardsmith.reward_gen import Cassette, ProposerError, Purse, Rejected


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tapes" / "run.jsonl"


def record(propose, path, *script, **settings):
    """The proposals of a recorded round, and the requests that reached the server."""
    cassette = Cassette(path)
    try:
        with Server(*script) as server:
            return propose(server, cassette=cassette, **settings), server.requests
    finally:
        cassette.close()


def numbered(good):
    """Answers that differ with their request."""
    return answer(lambda request: completion(good + f"seed {request['seed']}"))


def test_a_replay_gives_the_same_proposals_without_server_and_key(propose, path, good):
    script = [answer(completion(good, "length")), answer("{"), answer(completion(None, refusal="no"))]
    recorded, _ = record(propose, path, *script, numbered(good), n=6, concurrency=3)
    assert propose(n=6, cassette=Cassette(path, "replay")) == recorded
    assert sum(isinstance(proposal.outcome, Rejected) for proposal in recorded) == 3


def test_the_tape_holds_requests_and_raw_answers_and_no_key(propose, path, good):
    _, requests = record(propose, path, answer(completion(good)), n=2, api_key="secret", concurrency=1)
    assert [line["request"] for line in lines(path)] == requests
    assert [line["body"] for line in lines(path)] == [completion(good)] * 2
    assert "secret" not in path.read_text()


def test_recording_goes_on_and_asks_only_for_what_is_missing(propose, path, good):
    with pytest.raises(ProposerError, match="401"):
        record(
            propose, path, numbered(good), numbered(good), answer(error("bad key"), 401), n=5, concurrency=1
        )
    assert len(lines(path)) == 2
    whole, requests = record(propose, path, numbered(good), n=5)
    assert len(requests) == 3
    assert whole == propose(n=5, cassette=Cassette(path, "replay"))
    again, requests = record(propose, path, answer("no one"), n=5)
    assert (again, requests) == (whole, [])


def test_what_went_unanswered_is_asked_again_and_the_later_answer_counts(propose, path, good):
    failed, _ = record(propose, path, answer(error("down"), 500, after=0.01), max_retries=1)
    assert propose(cassette=Cassette(path, "replay")) == failed
    recorded, requests = record(propose, path, answer(completion(good)))
    assert len(requests) == 1
    assert propose(cassette=Cassette(path, "replay")) == recorded != failed


def test_equal_requests_have_an_answer_each(propose, path, good):
    script = [answer(completion(good + str(number))) for number in range(4)]
    same = {"options": {"seed": None}, "concurrency": 1, "n": 2}
    first, _ = record(propose, path, *script[:2], **same, seed=1)
    second, _ = record(propose, path, *script[2:], **same, seed=2)
    assert [p.answer[-1] for p in first + second] == ["0", "1", "2", "3"]
    # Each round is found again by its own draws, as when a run is killed and goes on with the second.
    tape = Cassette(path, "replay")
    assert propose(cassette=tape, **same, seed=2) == second
    assert propose(cassette=tape, **same, seed=1) == first


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"model": "large"}, "model was 'tiny' and is 'large'"),
        ({"temperature": 0.5}, "temperature was 1.0 and is 0.5"),
        ({"options": {"top_p": 0.9}}, "top_p was None and is 0.9"),
        ({"seed": 9}, "seed was"),
    ],
)
def test_a_request_that_is_not_on_the_tape_is_one_line_that_names_what_differs(
    propose, path, good, changes, told
):
    record(propose, path, answer(completion(good)), n=2)
    with pytest.raises(ProposerError) as caught:
        propose(n=2, cassette=Cassette(path, "replay"), **changes)
    assert told in str(caught.value)
    assert "--replay" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_more_requests_than_were_recorded_are_told(propose, path, good):
    record(propose, path, answer(completion(good)), options={"seed": None})
    with pytest.raises(ProposerError, match="made 2 times, and was made 1 times"):
        propose(n=2, options={"seed": None}, cassette=Cassette(path, "replay"))


def test_a_line_that_was_being_written_at_a_crash_is_asked_for_again(propose, path, good):
    recorded, _ = record(propose, path, numbered(good), n=2, concurrency=1)
    path.write_bytes(path.read_bytes()[:-20])
    again, requests = record(propose, path, numbered(good), n=2)
    assert len(requests) == 1
    assert [p.answer for p in again] == [p.answer for p in recorded]
    assert len(lines(path)) == 2


@pytest.mark.parametrize("damage", ["{", "[]", '{"key": 1}', None])
def test_a_damaged_line_is_named(propose, path, good, damage):
    record(propose, path, answer(completion(good)), n=2)
    first, second = path.read_text().splitlines()
    path.write_text(f"{first}\n{damage or second.replace('tiny', 'large')}\n")
    with pytest.raises(ProposerError, match="line 2 of"):
        Cassette(path, "replay")


def test_two_runs_do_not_record_on_one_tape(path):
    first = Cassette(path)
    with pytest.raises(ProposerError, match="another run records"):
        Cassette(path)
    first.close()
    Cassette(path).close()


def test_a_tape_that_is_not_there_cannot_be_replayed(path):
    with pytest.raises(ProposerError, match="record one first"):
        Cassette(path, "replay")


def test_a_budget_ends_a_replay_at_the_same_request(propose, path, good):
    script = [answer(completion(good), seconds=0.2), answer(completion(good)), answer(completion(good))]
    recorded, _ = record(propose, path, *script, n=9, concurrency=3, purse=Purse(max_tokens=40))
    replayed = propose(n=9, concurrency=3, purse=Purse(max_tokens=40), cassette=Cassette(path, "replay"))
    assert replayed == recorded
    assert len(recorded) == 5


REQUESTS = st.lists(st.builds(lambda model: {"model": model}, st.sampled_from("abc")), max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(REQUESTS, REQUESTS)
def test_slots_are_unique_and_count_on(tmp_path_factory, first, second):
    tape = tmp_path_factory.mktemp("tape") / "t.jsonl"
    tape.touch()
    cassette, whole = Cassette(tape, "replay"), Cassette(tape, "replay")
    slots = cassette.slots(first) + cassette.slots(second)
    assert len(set(slots)) == len(slots)
    assert slots == whole.slots(first + second)
