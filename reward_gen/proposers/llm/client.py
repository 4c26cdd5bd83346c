"""Many chat completions side by side: paid for from one purse, kept on one tape, in a fixed order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..proposer import ProposerError
from .answer import read_body
from .budget import Purse
from .cassette import Cassette, Recording
from .server import Server, ask, connect

if TYPE_CHECKING:
    import openai

OnAnswer = Callable[[int, str], None]


@dataclass(frozen=True)
class Reply:
    """What came of one request.

    Attributes:
        text: the answer; empty where none came.
        fault: why the answer must not be parsed; empty where nothing is wrong.
        usage: seconds, retries, the tokens that the server counted, and their cost where a price is known.
        unreachable: whether no connection to the server could be had.
        sent: False for a request that was never made, since the budget was used up before.
    """

    text: str = ""
    fault: str = ""
    usage: dict[str, float] = field(default_factory=dict)
    unreachable: bool = False
    sent: bool = True


def ask_all(
    server: Server,
    requests: Sequence[dict[str, Any]],
    on_answer: OnAnswer | None = None,
    *,
    purse: Purse | None = None,
    cassette: Cassette | None = None,
    scope: int = 0,
) -> list[Reply]:
    """Send all requests, at most `server.concurrency` at once; the replies keep the requests' order.

    Args:
        server: whom to ask.
        requests: bodies of chat-completion requests.
        on_answer: called with a request's index and raw answer as soon as it is there.
        purse: pays for the requests; on an empty purse the rest of them are not made. None has no limit.
        cassette: where requests and answers are recorded, or replayed from.
        scope: number of this round of requests on the cassette.

    Raises:
        ProposerError: the server cannot be reached at all, or it refuses the request itself; answers to
            requests that were under way then have been recorded.
    """
    if not requests:
        return []
    purse = purse or Purse()
    replies = _run(_Round(server, requests, on_answer, purse, cassette, scope).replies())
    if all(reply.unreachable for reply in replies):
        raise ProposerError(f"{replies[0].fault}; start the server, or set OPENAI_BASE_URL to another")
    purse.charge(reply.usage for reply in replies)
    return replies


def _run(coroutine: Coroutine[Any, Any, list[Reply]]) -> list[Reply]:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    # A notebook runs a loop of its own in this thread, and loops do not nest.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class _Round:
    """Requests that are made side by side."""

    def __init__(
        self,
        server: Server,
        requests: Sequence[dict[str, Any]],
        on_answer: OnAnswer | None,
        purse: Purse,
        cassette: Cassette | None,
        scope: int,
    ) -> None:
        self.server, self.requests, self.on_answer = server, requests, on_answer
        self.purse, self.cassette = purse, cassette
        self.slots = cassette.slots(requests, scope) if cassette else []
        self.answers = [Reply(sent=False) for _ in requests]
        self.refusals: list[ProposerError] = []

    async def replies(self) -> list[Reply]:
        """All replies, in the requests' order."""
        self.free = asyncio.Semaphore(self.server.concurrency)
        self.over = [asyncio.Event() for _ in self.requests]
        async with self._connection() as client:
            try:
                async with asyncio.TaskGroup() as group:
                    for index in range(len(self.requests)):
                        group.create_task(self._one(index, client))
            except ExceptionGroup as stopped:
                raise stopped.exceptions[0] from None
        if self.refusals:
            raise self.refusals[0]
        return self.answers

    def _connection(self) -> AbstractAsyncContextManager[openai.AsyncOpenAI | None]:
        if self.cassette and self.cassette.replays:
            return nullcontext()
        return connect(self.server)

    async def _one(self, index: int, client: openai.AsyncOpenAI | None) -> None:
        async with self.free:
            if await self._affords(index) and not self.refusals:
                try:
                    self.answers[index] = await self._reply(index, client)
                except ProposerError as refusal:
                    # Those under way may end, for they are paid for; no further one starts.
                    self.refusals.append(refusal)
            self.over[index].set()

    async def _affords(self, index: int) -> bool:
        """Whether request `index` may start.

        What counts is what the requests cost that must be over by then, and not what happens to be over:
        then a run that is repeated ends at the same request.
        """
        if not self.purse.is_limited:
            return True
        before = max(0, index - self.server.concurrency + 1)
        for earlier in self.over[:before]:
            await earlier.wait()
        return not self.purse.used_up(reply.usage for reply in self.answers[:before])

    async def _reply(self, index: int, client: openai.AsyncOpenAI | None) -> Reply:
        request = self.requests[index]
        known = self.cassette.recall(self.slots[index], request) if self.cassette else None
        if known is None:
            assert client is not None
            known = await ask(client, self.server, request)
            if self.cassette:
                self.cassette.record(self.slots[index], request, known)
        reply = _read(known, request)
        if reply.text and self.on_answer is not None:
            self.on_answer(index, reply.text)
        if reply.text and self.purse.is_limited and "completion_tokens" not in reply.usage:
            raise ProposerError(
                f"{self.server.address} does not tell how many tokens an answer cost, so no budget in tokens "
                "or money can be kept; limit --max-seconds or --generations instead"
            )
        return replace(reply, usage=self.purse.priced(reply.usage))


def _read(known: Recording, request: dict[str, Any]) -> Reply:
    if known.fault:
        return Reply("", known.fault, known.usage, known.unreachable)
    text, fault, tokens = read_body(known.body, request)
    return Reply(text, fault, {**known.usage, **tokens})
