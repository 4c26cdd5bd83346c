"""The command line, ``rewardsmith``: its commands are in the folder ``commands``."""

from __future__ import annotations

import sys

import tyro

from ..envs import UserError
from . import commands
from .stopping import Stopped


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the process's exit code.

    0: done. 1: the answer is no (a rejected program, a failed run). 2: bad input. 130: stopped by Ctrl-C.
    143: stopped by SIGTERM.
    """
    try:
        command = tyro.cli(
            commands.Command,
            args=arguments,
            prog="rewardsmith",
            description="Environments, reward programs and experiments for reward-design research.",
            config=(tyro.conf.OmitArgPrefixes, tyro.conf.OmitSubcommandPrefixes),
        )
        return command.run()
    except UserError as error:
        print(f"rewardsmith: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as interrupt:
        print(
            "rewardsmith: stopped; what is finished is kept, and the same command goes on from there",
            file=sys.stderr,
        )
        return interrupt.exit_code if isinstance(interrupt, Stopped) else Stopped().exit_code


if __name__ == "__main__":
    sys.exit(main())
