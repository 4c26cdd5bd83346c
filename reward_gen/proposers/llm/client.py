"""Chat completions with retries, one total deadline per request, and a plain word for every failure.

The `openai` client retries by itself: 408, 409, 429, 5xx and lost connections, with jitter, heeding
``Retry-After`` up to a limit. Its own timeout restarts with every retry and every piece of an answer, so
the deadline is held here, around all of it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ..proposer import ProposerError

if TYPE_CHECKING:
    import openai

_TRANSIENT = (408, 409, 429)
_OUT_OF_QUOTA = "insufficient_quota"


class Server(NamedTuple):
    """Whom to ask, and how patiently; see `LLMProposer` for the meaning of each."""

    base_url: str | None
    api_key: str | None
    deadline: float
    max_retries: int
    concurrency: int

    @property
    def address(self) -> str:
        """The server as a message names it."""
        return self.base_url or "OpenAI's server"


@dataclass(frozen=True)
class Reply:
    """What came of one request.

    Attributes:
        text: the answer; empty where none came.
        fault: why the answer must not be parsed; empty where nothing is wrong.
        usage: seconds, retries and the tokens that the server counted.
        unreachable: whether no connection to the server could be had.
    """

    text: str = ""
    fault: str = ""
    usage: dict[str, float] = field(default_factory=dict)
    unreachable: bool = False


def ask_all(
    server: Server, requests: Sequence[dict[str, Any]], on_answer: Callable[[int, str], None] | None = None
) -> list[Reply]:
    """Send all requests, at most `server.concurrency` at once; the replies keep the requests' order.

    Raises:
        ProposerError: the server cannot be reached at all, or it refuses the request itself.
    """
    if not requests:
        return []
    replies = _run(_ask_all(server, requests, on_answer))
    if all(reply.unreachable for reply in replies):
        raise ProposerError(f"{replies[0].fault}; start the server, or set OPENAI_BASE_URL to another")
    return replies


def _run(coroutine: Coroutine[Any, Any, list[Reply]]) -> list[Reply]:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    # A notebook runs a loop of its own in this thread, and loops do not nest.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


async def _ask_all(
    server: Server, requests: Sequence[dict[str, Any]], on_answer: Callable[[int, str], None] | None
) -> list[Reply]:
    # Imported late: it takes longer than the rest of the package, and most runs ask no model.
    import openai

    slots = asyncio.Semaphore(server.concurrency)

    async def one(index: int) -> Reply:
        async with slots:
            reply = await _ask(client, server, requests[index])
        if reply.text and on_answer is not None:
            on_answer(index, reply.text)
        return reply

    # The client insists on a key; a server that needs none ignores it.
    key = server.api_key or "none"
    async with openai.AsyncOpenAI(
        api_key=key, base_url=server.base_url, timeout=server.deadline, max_retries=server.max_retries
    ) as client:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(index)) for index in range(len(requests))]
        except ExceptionGroup as stopped:
            raise stopped.exceptions[0] from None
    return [task.result() for task in tasks]


async def _ask(client: openai.AsyncOpenAI, server: Server, request: dict[str, Any]) -> Reply:
    import openai

    started = time.monotonic()
    usage: dict[str, float] = {}
    unreachable = False
    text = fault = ""
    try:
        async with asyncio.timeout(server.deadline):
            raw = await client.chat.completions.with_raw_response.create(**request)
        usage["retries"] = raw.retries_taken
        text, fault, tokens = _read(raw.text, request)
        usage.update(tokens)
    except (TimeoutError, openai.APITimeoutError):
        fault = f"no answer from {server.address} within {server.deadline:g} s; raise the deadline"
    except openai.APIConnectionError as error:
        unreachable = True
        fault = f"no connection to {server.address} ({error.__cause__ or error})"
    except openai.APIStatusError as error:
        if not _is_transient(error):
            raise _refused(error, server) from None
        fault = (
            f"{server.address} still answered {error.status_code} after {server.max_retries} retries: "
            f"{_first_line(error.message)}"
        )
    usage["seconds"] = round(time.monotonic() - started, 3)
    return Reply(text, fault, usage, unreachable)


def _is_transient(error: openai.APIStatusError) -> bool:
    lasting = error.code == _OUT_OF_QUOTA
    return not lasting and (error.status_code in _TRANSIENT or error.status_code >= 500)


def _refused(error: openai.APIStatusError, server: Server) -> ProposerError:
    advice = {
        401: "set OPENAI_API_KEY to a valid key",
        403: "use a key that may use this model",
        404: "check the model's name and the base URL",
        429: "the account has no quota left",
    }
    hint = advice.get(error.status_code, "change the request's options")
    return ProposerError(
        f"{server.address} refused the request ({error.status_code}): {_first_line(error.message)}; {hint}"
    )


def _read(body: str, request: dict[str, Any]) -> tuple[str, str, dict[str, float]]:
    """The answer in a response's body, what is wrong with it, and its tokens."""
    try:
        data = json.loads(body)
    except ValueError:
        return "", f"the server sent no JSON: {_first_line(body)!r}", {}
    choices = data.get("choices") if isinstance(data, dict) else None
    if not isinstance(choices, list):
        return "", f"the server sent no chat completion: {_first_line(body)!r}", {}
    tokens = _tokens(data.get("usage"))
    if not choices:
        return "", "the server sent no choices; ask again, or another model", tokens
    choice = choices[0] if isinstance(choices[0], dict) else {}
    message = choice.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    text = content if isinstance(content, str) else ""
    return text, _answer_fault(text, choice.get("finish_reason"), request), tokens


def _answer_fault(text: str, finish_reason: object, request: dict[str, Any]) -> str:
    if finish_reason == "length":
        limit = request.get("max_tokens", "the server's limit of")
        return f"the answer was cut off after {limit} tokens; answer more briefly, or raise max_tokens"
    if finish_reason == "content_filter":
        return "the server's content filter held the answer back"
    return "" if text.strip() else "the answer is empty"


def _tokens(usage: object) -> dict[str, float]:
    counted = usage if isinstance(usage, dict) else {}
    names = ("prompt_tokens", "completion_tokens")
    return {name: float(counted[name]) for name in names if isinstance(counted.get(name), int)}


def _first_line(text: str, limit: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit] + " ..."
