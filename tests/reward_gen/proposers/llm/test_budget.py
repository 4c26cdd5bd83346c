import pytest
from chat_server import Server, answer, completion
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewardsmith.reward_gen import Price, ProposerError, Purse, RewardProgram, checked_price, read_price

COUNT = st.integers(0, 10_000)
USAGES = st.lists(st.fixed_dictionaries({"prompt_tokens": COUNT, "completion_tokens": COUNT}), max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(USAGES, st.integers(1, 30_000))
def test_a_purse_is_used_up_exactly_when_its_limit_is_reached(usages, limit):
    purse = Purse(max_tokens=limit)
    spent = sum(sum(usage.values()) for usage in usages)
    assert bool(purse.used_up(usages)) == (spent >= limit)
    purse.charge(usages)
    assert bool(purse.used_up()) == (spent >= limit)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(USAGES)
def test_what_was_priced_before_keeps_its_cost(usages):
    first, later = Purse(price=Price(2.0, 6.0)), Purse(max_cost=1e9, price=Price(7.0, 7.0))
    later.charge([first.priced(usage) for usage in usages])
    cost = sum(2e-6 * usage["prompt_tokens"] + 6e-6 * usage["completion_tokens"] for usage in usages)
    assert later._cost == pytest.approx(cost)


def test_the_line_says_what_was_spent_and_what_to_raise():
    purse = Purse(max_tokens=1000, max_cost=0.5, price=Price(1000.0, 0.0))
    assert purse.spent == ""
    purse.charge([{"prompt_tokens": 600.0}])
    assert purse.used_up() == "the budget of 0.5 is used up (0.6 spent); raise --max-cost"
    purse.charge([{"prompt_tokens": 600.0}])
    assert purse.used_up() == "the budget of 1,000 tokens is used up (1,200 spent); raise --max-tokens-total"
    assert purse.spent == "1,200 tokens, at a cost of 1.2"


@pytest.mark.parametrize(
    ("limits", "told"),
    [({"max_tokens": 0}, "above 0, got 0"), ({"max_cost": 1.0}, "--price-in and --price-out, or --prices")],
)
def test_limits_that_cannot_be_kept_are_refused(limits, told):
    with pytest.raises(ProposerError, match=told):
        Purse(**limits)


def test_no_request_starts_on_an_empty_purse(propose, good):
    # An answer costs 18 tokens. Two requests in flight: the fourth may start when the first two are over.
    with Server(answer(completion(good))) as server:
        proposals = propose(server, 8, concurrency=2, purse=Purse(max_tokens=36))
    assert len(server.requests) == len(proposals) == 3
    assert all(isinstance(proposal.outcome, RewardProgram) for proposal in proposals)


def test_what_a_candidate_cost_stands_beside_its_tokens(propose, good):
    purse = Purse(price=Price(1.0, 10.0))
    with Server(answer(completion(good))) as server:
        proposals = propose(server, 2, purse=purse)
    assert [proposal.usage["cost"] for proposal in proposals] == [pytest.approx(81e-6)] * 2
    assert purse.spent == "36 tokens, at a cost of 0.000162"


def test_a_server_that_counts_no_tokens_keeps_no_budget(propose, good):
    with Server(answer(completion(good, counted=False))) as server:
        propose(server)
        with pytest.raises(ProposerError, match="does not tell how many tokens"):
            propose(server, 5, concurrency=1, purse=Purse(max_tokens=100))
    assert len(server.requests) == 2


def test_prices_come_from_a_file(tmp_path):
    path = tmp_path / "prices.yaml"
    path.write_text("my-model: {in: 0.5, out: 1}\nother: 3\n")
    assert read_price(path, "my-model") == Price(0.5, 1.0)
    for name in ("other", "unknown"):
        with pytest.raises(ProposerError, match=f"`{name}: {{in: 0.5, out: 1.5}}`"):
            read_price(path, name)
    path.write_text("a: [")
    with pytest.raises(ProposerError, match="cannot read the prices") as caught:
        read_price(path, "a")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("prices", [(1.0, None), (-1, 2), ("1", 2), (True, 1), (float("nan"), 1)])
def test_a_price_is_two_numbers(prices):
    with pytest.raises(ProposerError, match="give both prices"):
        checked_price(*prices)
