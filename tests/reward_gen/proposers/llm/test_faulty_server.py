"""Scripted servers that fail as real ones do: the calls, the waits and the tokens are those promised."""

import time

import pytest
from chat_server import Server, answer, completion, error, half

from rewardsmith.reward_gen import ProposerError, Rejected, RewardProgram


def test_every_fault_in_turn_costs_the_calls_waits_and_tokens_that_it_must(propose, good):
    script = [
        answer(error("slow down"), 429, after=0.3),
        answer(error("out of memory"), 500, after=0.01),
        half(completion(good)),
        answer(completion(good)),
    ]
    with Server(*script) as server:
        (proposal,) = propose(server)
    assert isinstance(proposal.outcome, RewardProgram)
    assert len(server.requests) == 4
    assert all(request == server.requests[0] for request in server.requests)
    assert proposal.usage["retries"] == 3
    # Only the answer that came is paid for; those of failed calls are unknown.
    assert (proposal.usage["prompt_tokens"], proposal.usage["completion_tokens"]) == (11, 7)
    waits = [later - earlier for earlier, later in zip(server.times, server.times[1:], strict=False)]
    assert waits[0] >= 0.3
    # The third pause is the client's own: it doubles from 0.5 s, less up to a quarter of jitter.
    assert waits[2] >= 1.49
    assert proposal.usage["seconds"] >= sum(waits)


@pytest.mark.parametrize(
    ("body", "reason", "tokens"),
    [
        ('{"choices": [{"message": {"content": "def', "no JSON", None),
        (
            '{"id": "1", "choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 0}}',
            "no choices",
            5,
        ),
        ("", "empty response", None),
        (
            completion(None, refusal="I cannot help\nwith that."),
            "the model refused: I cannot help with that.",
            11,
        ),
        (completion("def f(): pass", refusal="No."), "the model refused: No.", 11),
        ('{"choices": [{"message": {"content": 3}}], "usage": {"prompt_tokens": "many"}}', "empty", None),
        ('{"error": {"message": "overloaded"}}', "no chat completion", None),
    ],
)
def test_an_answer_that_is_none_is_asked_for_once_and_not_parsed(propose, body, reason, tokens):
    with Server(answer(body)) as server:
        (proposal,) = propose(server)
    assert isinstance(proposal.outcome, Rejected)
    assert reason in proposal.outcome.reason
    assert "\n" not in proposal.outcome.reason
    assert len(server.requests) == 1
    assert proposal.usage.get("prompt_tokens") == tokens


def test_an_answer_that_always_breaks_off_is_told_from_a_server_that_is_not_there(propose, good):
    with Server(half(completion(good))) as server:
        proposals = propose(server, 2, max_retries=1)
    assert [type(proposal.outcome) for proposal in proposals] == [Rejected, Rejected]
    assert all("no whole answer from" in proposal.outcome.reason for proposal in proposals)
    assert all(proposal.usage["retries"] == 1 for proposal in proposals)
    assert len(server.requests) == 4


def test_a_pause_that_is_too_long_is_not_made_but_told(propose):
    with Server(answer(error("come back tomorrow"), 429, after=86_400)) as server:
        (proposal,) = propose(server, max_retries=1, deadline=30.0)
    retries = len(server.requests) - 1
    assert isinstance(proposal.outcome, Rejected)
    assert f"429 after {retries} retries (Retry-After: 86400)" in proposal.outcome.reason
    assert "come back tomorrow" in proposal.outcome.reason
    assert proposal.usage["retries"] == retries
    assert proposal.usage["seconds"] < 20


def test_a_refusal_lets_those_under_way_end_and_starts_no_other(propose, good):
    heard = []
    script = [answer(error("bad key"), 401), answer(completion(good), seconds=0.3)]
    with Server(*script) as server, pytest.raises(ProposerError, match="401"):
        propose(server, 6, concurrency=2, on_answer=lambda index, text: heard.append(index))
    assert len(server.requests) == 2
    assert len(heard) == 1


def test_a_slow_server_is_left_at_the_deadline_whatever_it_sends(propose, good):
    with Server(answer(completion(good), seconds=2.0)) as server:
        started = time.monotonic()
        (proposal,) = propose(server, deadline=0.3)
        assert time.monotonic() - started < 1.5
    assert "within 0.3 s" in proposal.outcome.reason
    assert len(server.requests) == 1
    assert "completion_tokens" not in proposal.usage


@pytest.mark.parametrize("option", [{"stream": True}, {"n": 3}])
def test_options_that_would_give_other_answers_are_refused(propose, option):
    with pytest.raises(ProposerError, match=f"leave {next(iter(option))} out"):
        propose(api_key="x", options=option)
