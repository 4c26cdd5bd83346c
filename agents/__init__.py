"""Everything that makes a policy: SB3 algorithms, training of one or of many, evaluation and seeds."""

from typing import TYPE_CHECKING

from ..envs.lazy import offer_lazily

if TYPE_CHECKING:
    from .agent import load_agent, make_agent
    from .algorithms import default_algorithm
    from .evaluate import evaluate
    from .hyperparameters import resolve
    from .policies import random_policy
    from .population import MemberFailure, Racing, can_be_stacked, train_population
    from .recording import record_episodes
    from .seeds import selection_seeds, test_seeds, training_seed
    from .train import TrainResult, train

__all__ = [
    "MemberFailure",
    "Racing",
    "TrainResult",
    "can_be_stacked",
    "default_algorithm",
    "evaluate",
    "load_agent",
    "make_agent",
    "random_policy",
    "record_episodes",
    "resolve",
    "selection_seeds",
    "test_seeds",
    "train",
    "train_population",
    "training_seed",
]

offer_lazily(
    __name__,
    {
        ".agent": ("load_agent", "make_agent"),
        ".algorithms": ("default_algorithm",),
        ".evaluate": ("evaluate",),
        ".hyperparameters": ("resolve",),
        ".policies": ("random_policy",),
        ".population": ("MemberFailure", "Racing", "can_be_stacked", "train_population"),
        ".recording": ("record_episodes",),
        ".seeds": ("selection_seeds", "test_seeds", "training_seed"),
        ".train": ("TrainResult", "train"),
    },
)
