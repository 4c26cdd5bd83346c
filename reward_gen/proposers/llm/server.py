"""One request to a server: its answer as it came, or in plain words why there is none.

The `openai` client retries by itself: 408, 409, 429, 5xx and lost connections, with jitter, heeding
``Retry-After`` up to a limit. Its own timeout restarts with every retry and every piece of an answer, so
the deadline is held here, around all of it.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from ..proposer import ProposerError
from .answer import first_line
from .cassette import Recording

if TYPE_CHECKING:
    import openai

_TRANSIENT = (408, 409, 429)
_OUT_OF_QUOTA = "insufficient_quota"
_NO_CONNECTION = ("ConnectError", "ConnectTimeout")


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


def connect(server: Server) -> openai.AsyncOpenAI:
    """A client of `server`, to be closed after use."""
    # Imported late: it takes longer than the rest of the package, and most runs ask no model.
    import openai

    # The client insists on a key; a server that needs none ignores it.
    return openai.AsyncOpenAI(
        api_key=server.api_key or "none",
        base_url=server.base_url,
        timeout=server.deadline,
        max_retries=server.max_retries,
    )


async def ask(client: openai.AsyncOpenAI, server: Server, request: dict[str, Any]) -> Recording:
    """What comes of `request` within the server's deadline.

    Raises:
        ProposerError: the server refuses it, and would refuse every further one.
    """
    import openai

    started = time.monotonic()
    usage: dict[str, float] = {}
    unreachable = False
    body = fault = ""
    try:
        async with asyncio.timeout(server.deadline):
            raw = await client.chat.completions.with_raw_response.create(**request)
        usage["retries"] = raw.retries_taken
        body = raw.text
        fault = "" if body else "the server sent an empty response"
    except (TimeoutError, openai.APITimeoutError):
        fault = f"no answer from {server.address} within {server.deadline:g} s; raise the deadline"
    except openai.APIConnectionError as error:
        usage["retries"] = _retries(error)
        unreachable = type(error.__cause__).__name__ in _NO_CONNECTION
        what = "no connection to" if unreachable else "no whole answer from"
        fault = f"{what} {server.address} ({error.__cause__ or error})"
    except openai.APIStatusError as error:
        if not _is_transient(error):
            raise _refused(error, server) from None
        usage["retries"] = _retries(error)
        pause = error.response.headers.get("retry-after")
        fault = (
            f"{server.address} still answered {error.status_code} after {usage['retries']:g} retries"
            f"{f' (Retry-After: {pause})' if pause else ''}: {first_line(error.message)}"
        )
    usage["seconds"] = round(time.monotonic() - started, 3)
    return Recording(body, fault, usage, unreachable)


def _retries(error: openai.APIStatusError | openai.APIConnectionError) -> int:
    return int(error.request.headers.get("x-stainless-retry-count", 0))


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
        f"{server.address} refused the request ({error.status_code}): {first_line(error.message)}; {hint}"
    )
