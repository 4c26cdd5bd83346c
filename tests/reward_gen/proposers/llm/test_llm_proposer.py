import json
import time

import numpy as np
import pytest
from chat_server import Server, answer, completion, error

from rewardsmith.envs import ActionSpec, Field, TaskSpec
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.llm.proposer import LLMProposer
from rewardsmith.reward_gen.proposers.proposer import Failure, Findings, Parent, ProposerError
from rewardsmith.reward_gen.verdict import Rejected

SPEC = TaskSpec("toy", "Move to 1.", (Field("position", "place"),), ActionSpec("box", 1, "push"), 10)
PROGRAM = (
    "def compute_reward(obs, action, next_obs, xp):\n"
    "    near = xp.exp(-xp.abs(next_obs.position - 1.0))\n"
    '    return near, {"near": near}\n'
)
GOOD = f"Here it is.\n```python\n{PROGRAM}```\n"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def propose(server, n=1, *, parents=(), failures=(), seed=0, **settings):
    settings = {"base_url": server.url, "api_key": "secret", "deadline": 5.0, **settings}
    proposer = LLMProposer("tiny", **settings)
    return proposer.propose(SPEC, Findings(tuple(parents), tuple(failures)), n, np.random.default_rng(seed))


def test_good_answer_becomes_a_program_with_its_cost():
    with Server(answer(completion(GOOD))) as server:
        (proposal,) = propose(server)
    assert proposal.outcome == RewardProgram(PROGRAM, origin="llm/tiny/first")
    assert proposal.answer == GOOD
    assert proposal.operator == "first"
    assert proposal.usage["prompt_tokens"] == 11
    assert proposal.usage["completion_tokens"] == 7
    assert proposal.usage["retries"] == 0
    assert 0 < proposal.usage["seconds"] < 5


def test_request_carries_the_prompt_the_settings_and_the_key():
    with Server(answer(completion(GOOD))) as server:
        propose(server, temperature=0.5, max_tokens=99, options={"seed": None, "top_p": 0.9})
    (request,) = server.requests
    assert request["model"] == "tiny"
    assert (request["temperature"], request["max_tokens"], request["top_p"]) == (0.5, 99, 0.9)
    assert "seed" not in request
    assert "Move to 1." in request["messages"][1]["content"]
    assert server.keys == ["Bearer secret"]


def test_the_same_generator_asks_the_same_questions():
    parents = [Parent(RewardProgram(f"# program {k}\n"), 1.0 - k, "fine", None, k) for k in range(4)]
    asked = []
    for _ in range(2):
        with Server(answer(completion(GOOD))) as server:
            proposals = propose(server, 6, parents=parents, seed=3, concurrency=1)
        asked.append((server.requests, [(p.operator, p.parents) for p in proposals]))
    assert asked[0] == asked[1]
    assert {operator for operator, _ in asked[0][1]} == {"improve", "combine"}
    assert len({request["seed"] for request in asked[0][0]}) == 6


def test_parents_and_failures_stand_in_the_prompt():
    parents = [Parent(RewardProgram("# the parent\n"), 0.25, "reach never varies", None, 5)]
    with Server(answer(completion(GOOD))) as server:
        (proposal,) = propose(server, parents=parents, failures=[Failure("x = 1", "static", "no function")])
    text = server.requests[0]["messages"][1]["content"]
    assert all(part in text for part in ("# the parent", "0.25", "reach never varies", "no function"))
    assert (proposal.parents, proposal.operator) == ((5,), "improve")


def test_candidates_keep_their_order_and_the_limit_of_requests_in_flight():
    def echo(request):
        return completion(f"```python\n# {request['seed']}\n{PROGRAM}```")

    with Server(answer(echo, seconds=0.05)) as server:
        proposals = propose(server, 7, concurrency=3)
    rng = np.random.default_rng(0)
    expected = [f"# {int(rng.integers(2**31))}" for _ in range(7)]
    assert [p.outcome.text.splitlines()[0] for p in proposals] == expected
    assert 1 < server.most_in_flight <= 3


def test_rate_limit_is_waited_out():
    limit = answer(error("slow down"), 429, after=0.05)
    with Server(limit, limit, answer(completion(GOOD))) as server:
        (proposal,) = propose(server)
    assert isinstance(proposal.outcome, RewardProgram)
    assert proposal.usage["retries"] == 2
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [408, 500, 503])
def test_server_errors_are_retried(status):
    with Server(answer("oops", status, after=0.01), answer(completion(GOOD))) as server:
        (proposal,) = propose(server)
    assert isinstance(proposal.outcome, RewardProgram)
    assert len(server.requests) == 2


def test_server_that_stays_broken_costs_one_candidate_and_a_bounded_number_of_requests():
    with Server(answer(error("no memory"), 500, after=0.01)) as server:
        (proposal,) = propose(server, max_retries=3)
    assert isinstance(proposal.outcome, Rejected)
    assert f"{server.url} still answered 500 after 3 retries" in proposal.outcome.reason
    assert "no memory" in proposal.outcome.reason
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (completion(GOOD[:60], "length"), "cut off after 4096 tokens"),
        (completion(GOOD, "length"), "cut off after 4096 tokens"),
        (completion(GOOD, "content_filter"), "content filter"),
        (completion(None), "empty"),
        (completion("  \n"), "empty"),
        (completion("I would rather talk about the weather."), "no code"),
        (json.dumps({"choices": []}), "no choices"),
        (json.dumps({"choices": None}), "no chat completion"),
        (json.dumps({"choices": [None]}), "empty"),
        (json.dumps([1, 2]), "no chat completion"),
        ('{"choices": [{"mess', "no JSON"),
        ("<html>gateway</html>", "no JSON"),
    ],
)
def test_useless_answers_are_rejected_with_their_reason(body, reason):
    with Server(answer(body)) as server:
        (proposal,) = propose(server)
    assert isinstance(proposal.outcome, Rejected)
    assert proposal.outcome.stage == "extract"
    assert reason in proposal.outcome.reason
    assert len(server.requests) == 1


def test_a_cut_off_answer_is_kept_though_it_is_not_parsed():
    with Server(answer(completion(GOOD, "length"))) as server:
        (proposal,) = propose(server)
    assert proposal.answer == GOOD


def test_bad_answers_do_not_disturb_the_good_ones():
    answers = [answer(completion(GOOD)), answer("{", 200), answer(completion(GOOD))]
    with Server(*answers) as server:
        proposals = propose(server, 3, concurrency=1)
    assert [type(p.outcome) for p in proposals] == [RewardProgram, Rejected, RewardProgram]


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (401, error("bad key"), "OPENAI_API_KEY"),
        (404, error("no such model"), "model's name"),
        (400, error("unknown field seed"), "options"),
        (429, error("pay first", "insufficient_quota"), "quota"),
    ],
)
def test_lasting_refusals_stop_with_one_line(status, body, advice):
    with Server(answer(body, status, after=0.01)) as server, pytest.raises(ProposerError) as caught:
        propose(server, max_retries=1)
    assert str(status) in str(caught.value)
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(server.requests) == (2 if status == 429 else 1)


def test_answers_are_handed_on_before_a_refusal_stops_the_rest():
    heard = []
    answers = [answer(completion(GOOD)), answer(error("bad key"), 401)]
    with Server(*answers) as server, pytest.raises(ProposerError):
        propose(server, 3, concurrency=1, on_answer=lambda index, text: heard.append((index, text)))
    assert heard == [(0, GOOD)]


def test_unreachable_server_is_one_clear_line():
    with Server(answer("")) as server:
        pass
    with pytest.raises(ProposerError, match=f"no connection to {server.url}.*OPENAI_BASE_URL"):
        propose(server, 2, max_retries=0)


def test_slow_answer_ends_at_the_deadline_and_costs_only_itself():
    with Server(answer(completion(GOOD), seconds=3.0), answer(completion(GOOD))) as server:
        started = time.monotonic()
        proposals = propose(server, 2, deadline=0.6, concurrency=2)
        seconds = time.monotonic() - started
    assert seconds < 2.0
    kinds = sorted(type(p.outcome).__name__ for p in proposals)
    assert kinds == ["Rejected", "RewardProgram"]
    slow = next(p for p in proposals if isinstance(p.outcome, Rejected))
    assert "within 0.6 s" in slow.outcome.reason


def test_deadline_counts_the_pauses_between_retries():
    with Server(answer(error("slow down"), 429, after=60)) as server:
        started = time.monotonic()
        (proposal,) = propose(server, deadline=0.4)
        seconds = time.monotonic() - started
    assert isinstance(proposal.outcome, Rejected)
    assert seconds < 2.0
    assert len(server.requests) == 1


def test_without_key_and_server_the_error_says_what_to_set():
    with pytest.raises(ProposerError, match=r"OPENAI_API_KEY.*OPENAI_BASE_URL"):
        LLMProposer("tiny")


def test_server_and_key_come_from_the_environment(monkeypatch):
    with Server(answer(completion(GOOD))) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "from-outside")
        proposals = LLMProposer("tiny").propose(SPEC, Findings(), 1, np.random.default_rng(0))
    assert isinstance(proposals[0].outcome, RewardProgram)
    assert server.keys == ["Bearer from-outside"]


def test_a_server_of_ones_own_needs_no_key():
    with Server(answer(completion(GOOD))) as server:
        (proposal,) = propose(server, api_key=None)
    assert isinstance(proposal.outcome, RewardProgram)


def test_it_works_where_an_event_loop_runs_already():
    import asyncio

    async def notebook_cell(server):
        return propose(server)

    with Server(answer(completion(GOOD))) as server:
        (proposal,) = asyncio.run(notebook_cell(server))
    assert isinstance(proposal.outcome, RewardProgram)


@pytest.mark.parametrize("setting", [{"deadline": 0}, {"concurrency": 0}, {"max_retries": -1}])
def test_settings_that_make_no_sense_are_refused(setting):
    with pytest.raises(ProposerError, match="expected deadline > 0"):
        LLMProposer("tiny", api_key="x", **setting)
