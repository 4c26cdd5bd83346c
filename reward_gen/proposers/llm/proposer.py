"""A proposer that asks a language model, through any server that speaks OpenAI's chat completions."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ....envs import TaskSpec
from ...verdict import Rejected
from ..proposer import Findings, Proposal, ProposerError, read_answer
from .budget import Purse
from .cassette import Cassette
from .client import OnAnswer, Reply, ask_all
from .eureka import Eureka
from .server import Server
from .style import Plan, Style

# One request is one candidate, read as a whole.
_NOT_ASKED_FOR = ("stream", "n")


class LLMProposer:
    """Asks a model for each candidate in a request of its own.

    An answer that was cut off, is empty or holds no program becomes a rejected proposal, and so does a
    request that stays unanswered; neither costs the other candidates. Errors that every later request
    would meet too, such as a wrong key or a server that nobody runs, raise `ProposerError`.

    Args:
        model: the model's name on the server.
        style: how candidates are asked for; None asks as Eureka does.
        base_url: the server, e.g. ``http://localhost:8000/v1``; else ``OPENAI_BASE_URL``, else OpenAI's.
        api_key: its key; else ``OPENAI_API_KEY``. A server of your own may need none.
        temperature: sampling temperature; None leaves it to the server.
        max_tokens: longest answer in tokens; None leaves it to the server.
        deadline: seconds that one candidate may take in all, retries and pauses included.
        max_retries: retries after 408, 409, 429, 5xx and lost connections. The pauses double from 0.5 s
            to 8 s with jitter, unless the server names one in ``Retry-After``.
        concurrency: requests in flight at once.
        options: further fields of the request, e.g. ``{"max_completion_tokens": 8000}``; a value of None
            leaves a field out that is sent otherwise, e.g. ``{"seed": None}``.
        on_answer: called with a candidate's index and raw answer as soon as it is there, before it is
            parsed, so that nothing that was paid for can be lost; from another thread where an event loop
            runs already, as in a notebook.
        purse: limits tokens and money, and prices them; None for no limit.
        cassette: records requests and raw answers, or replays them; a replay needs neither key nor server.

    Raises:
        ProposerError: there is neither a key nor a server to ask, or a setting makes no sense.
    """

    def __init__(
        self,
        model: str,
        *,
        style: Style | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
        temperature: float | None = 1.0,
        max_tokens: int | None = 4096,
        deadline: float = 180.0,
        max_retries: int = 5,
        concurrency: int = 4,
        options: dict[str, Any] | None = None,
        on_answer: OnAnswer | None = None,
        purse: Purse | None = None,
        cassette: Cassette | None = None,
    ) -> None:
        base_url = base_url or os.environ.get("OPENAI_BASE_URL") or None
        api_key = api_key or os.environ.get("OPENAI_API_KEY") or None
        replays = cassette is not None and cassette.replays
        if base_url is None and api_key is None and not replays:
            raise ProposerError(
                "a model needs a server: set OPENAI_API_KEY for OpenAI, or OPENAI_BASE_URL (or base_url) for "
                "another; the grammar proposer needs neither"
            )
        if deadline <= 0 or concurrency < 1 or max_retries < 0:
            raise ProposerError(
                f"expected deadline > 0, concurrency >= 1 and max_retries >= 0, got {deadline}, "
                f"{concurrency} and {max_retries}"
            )
        unfit = [name for name in _NOT_ASKED_FOR if name in (options or {})]
        if unfit:
            raise ProposerError(
                f"each candidate is asked for in one request and read as a whole; leave {unfit[0]} out"
            )
        self.model = model
        self.style = style or Eureka()
        self.server = Server(base_url, api_key, deadline, max_retries, concurrency)
        self.request = {"model": model, "temperature": temperature, "max_tokens": max_tokens}
        self.options = dict(options or {})
        self.on_answer = on_answer
        self.purse = purse or Purse()
        self.cassette = cassette

    def propose(self, spec: TaskSpec, findings: Findings, n: int, rng: np.random.Generator) -> list[Proposal]:
        """Ask for `n` candidates; they come back in the order in which they were asked for.

        They are fewer where the purse is empty before all are asked for.

        Raises:
            ProposerError: no server can be reached, or it refuses the request itself (wrong key, unknown
                model, unknown field). Answers that came before were handed to `on_answer`.
        """
        plans = [self.style.plan(spec, findings, rng) for _ in range(n)]
        replies = ask_all(
            self.server,
            [self._request(plan) for plan in plans],
            self.on_answer,
            purse=self.purse,
            cassette=self.cassette,
            scope=plans[0].seed if plans else 0,
        )
        pairs = zip(plans, replies, strict=True)
        return [self._proposal(plan, reply) for plan, reply in pairs if reply.sent]

    def _request(self, plan: Plan) -> dict[str, Any]:
        fields = {**self.request, "seed": plan.seed, **self.options, "messages": plan.messages}
        return {name: value for name, value in fields.items() if value is not None}

    def _proposal(self, plan: Plan, reply: Reply) -> Proposal:
        ids = tuple(parent.id for parent in plan.parents)
        if reply.fault:
            return Proposal(reply.text, Rejected("extract", reply.fault), ids, plan.operator, reply.usage)
        return read_answer(
            reply.text,
            origin=f"llm/{self.model}/{plan.operator}",
            parents=ids,
            operator=plan.operator,
            usage=reply.usage,
        )
