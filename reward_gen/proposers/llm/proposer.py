"""A proposer that asks a language model, through any server that speaks OpenAI's chat completions."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from ....envs import TaskSpec
from ...verdict import Rejected
from ..proposer import Findings, Proposal, ProposerError, read_answer
from .client import Reply, Server, ask_all
from .eureka import Eureka
from .style import Plan, Style

OnAnswer = Callable[[int, str], None]


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

    Raises:
        ProposerError: there is neither a key nor a server to ask.
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
    ) -> None:
        base_url = base_url or os.environ.get("OPENAI_BASE_URL") or None
        api_key = api_key or os.environ.get("OPENAI_API_KEY") or None
        if base_url is None and api_key is None:
            raise ProposerError(
                "a model needs a server: set OPENAI_API_KEY for OpenAI, or OPENAI_BASE_URL (or base_url) for "
                "another; the grammar proposer needs neither"
            )
        if deadline <= 0 or concurrency < 1 or max_retries < 0:
            raise ProposerError(
                f"expected deadline > 0, concurrency >= 1 and max_retries >= 0, got {deadline}, "
                f"{concurrency} and {max_retries}"
            )
        self.model = model
        self.style = style or Eureka()
        self.server = Server(base_url, api_key, deadline, max_retries, concurrency)
        self.request = {"model": model, "temperature": temperature, "max_tokens": max_tokens}
        self.options = dict(options or {})
        self.on_answer = on_answer

    def propose(self, spec: TaskSpec, findings: Findings, n: int, rng: np.random.Generator) -> list[Proposal]:
        """Ask for `n` candidates; they come back in the order in which they were asked for.

        Raises:
            ProposerError: no server can be reached, or it refuses the request itself (wrong key, unknown
                model, unknown field). Answers that came before were handed to `on_answer`.
        """
        plans = [self.style.plan(spec, findings, rng) for _ in range(n)]
        replies = ask_all(self.server, [self._request(plan) for plan in plans], self.on_answer)
        return [self._proposal(plan, reply) for plan, reply in zip(plans, replies, strict=True)]

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
