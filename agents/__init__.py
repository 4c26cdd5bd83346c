"""Everything that makes a policy: SB3 algorithms, training of one or of many, evaluation and seeds."""

from .agent import load_agent, make_agent
from .algorithms import default_algorithm
from .evaluate import evaluate
from .hyperparameters import resolve
from .policies import random_policy
from .population import MemberFailure, Racing, can_be_stacked, train_population
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
    "resolve",
    "selection_seeds",
    "test_seeds",
    "train",
    "train_population",
    "training_seed",
]
