"""How well a program is walled off: the levels, the one that is demanded, and the error below it."""

from __future__ import annotations

import enum
import os
from collections.abc import Sequence
from typing import NamedTuple

from ...envs.errors import UserError

VARIABLE = "REWARDSMITH_ISOLATION"


class IsolationLevel(enum.IntEnum):
    """What stands between a program and the machine; a higher level keeps all that the lower ones keep.

    >>> print(IsolationLevel.SANDBOX)
    sandbox
    """

    NONE = 0
    """The program runs in the caller's process: for trusted programs only."""
    PROCESS = 1
    """A process of its own: no environment, resource limits, killed at its deadline."""
    SANDBOX = 2
    """Besides, the kernel refuses it files, network, processes and code: Landlock and seccomp."""
    NAMESPACES = 3
    """Besides, it sees an empty network and no other processes' objects: namespaces of its own."""

    def __str__(self) -> str:
        return self.name.lower()


class SealError(UserError):
    """The seal that is demanded cannot be had on this machine; no fault of the program."""


class Attained(NamedTuple):
    """What a process reached.

    Attributes:
        level: the highest level of which every layer is there.
        missing: for each layer that is not there, in one clause what it is and how to get it.
    """

    level: IsolationLevel
    missing: tuple[str, ...] = ()

    def spoken(self) -> bytes:
        """The message in which a worker reports it."""
        return "\n".join((str(self.level), *self.missing)).encode("ascii", "replace")

    @classmethod
    def heard(cls, message: bytes) -> Attained:
        """Read what `spoken` wrote."""
        level, *missing = message.decode("ascii", "replace").split("\n")
        return cls(IsolationLevel[level.upper()], tuple(missing))

    def demand(self, required: IsolationLevel) -> None:
        """Raise SealError unless the level is at least `required`."""
        if self.level < required:
            reasons = "; ".join(self.missing) or "nothing else is known"
            raise SealError(
                f"isolation level {required} is required and only {self.level} can be had: {reasons}; "
                f"to accept less, set {VARIABLE}={self.level}"
            )


def required_level(asked: IsolationLevel | str | None = None) -> IsolationLevel:
    """The level to demand: `asked`, else the variable ``REWARDSMITH_ISOLATION``, else ``sandbox``.

    >>> required_level("process") is IsolationLevel.PROCESS
    True

    Raises:
        UserError: where there is no such level.
    """
    if isinstance(asked, IsolationLevel):
        return asked
    word = os.environ.get(VARIABLE, str(IsolationLevel.SANDBOX)) if asked is None else asked
    known: Sequence[str] = [str(level) for level in IsolationLevel]
    if word not in known:
        source = VARIABLE if asked is None else "an isolation level"
        raise UserError(f"{source} is one of {', '.join(known)}; got {word!r}")
    return IsolationLevel[word.upper()]
