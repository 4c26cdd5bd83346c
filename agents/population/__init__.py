"""Population training: all candidates of a generation side by side in one process."""

from typing import TYPE_CHECKING

from ...envs.lazy import offer_lazily

if TYPE_CHECKING:
    from .evaluation import PopulationEvaluator
    from .generation import DivergedError, MemberFailure
    from .members import Member, can_be_stacked, load_member, make_member
    from .ppo import PopulationPPO
    from .racing import Racing, Replay, replay
    from .streams import MemberStreams
    from .train import train_population
    from .worlds import PopulationStep, PopulationWorlds, TwoPhaseReward

__all__ = [
    "DivergedError",
    "Member",
    "MemberFailure",
    "MemberStreams",
    "PopulationEvaluator",
    "PopulationPPO",
    "PopulationStep",
    "PopulationWorlds",
    "Racing",
    "Replay",
    "TwoPhaseReward",
    "can_be_stacked",
    "load_member",
    "make_member",
    "replay",
    "train_population",
]

offer_lazily(
    __name__,
    {
        ".evaluation": ("PopulationEvaluator",),
        ".generation": ("DivergedError", "MemberFailure"),
        ".members": ("Member", "can_be_stacked", "load_member", "make_member"),
        ".ppo": ("PopulationPPO",),
        ".racing": ("Racing", "Replay", "replay"),
        ".streams": ("MemberStreams",),
        ".train": ("train_population",),
        ".worlds": ("PopulationStep", "PopulationWorlds", "TwoPhaseReward"),
    },
)
