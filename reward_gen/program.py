"""A reward program: text first, callable second."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

ENTRY = "compute_reward"
ARGUMENTS = ("obs", "action", "next_obs", "xp")


@dataclass(frozen=True)
class RewardProgram:
    """The text of a reward, with what a reader needs to find it again.

    >>> RewardProgram("def compute_reward(obs, action, next_obs, xp): ...", name="first").short
    '82a2daf2'

    Attributes:
        text: Python source that defines ``compute_reward(obs, action, next_obs, xp)``.
        name: short name for tables and plots; may be empty.
        origin: where it came from, such as a file, a proposer or a parent's digest; may be empty.
    """

    text: str
    name: str = ""
    origin: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the text in hex: equal texts, equal digests, whatever the name."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def short(self) -> str:
        """The first 8 digits of the digest."""
        return self.digest[:8]

    def to_dict(self) -> dict[str, str]:
        """Plain strings, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, str]) -> RewardProgram:
        """Read what `to_dict` wrote."""
        return cls(**data)
