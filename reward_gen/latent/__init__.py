"""Latent rewards: programs name the factors of a good step, and a decoder learns what each is worth.

After Qu et al. 2024, "Latent Reward: LLM-Empowered Credit Assignment in Episodic Reinforcement Learning"
(LaRe): where a task tells only an episode's return, a reward for each step is decoded from its factors.
"""

from .decoder import Decoder, DecoderKind, FittedError, LinearDecoder, MLPDecoder, make_decoder
from .draw import draw_factors
from .episodes import EpisodeMemory
from .factors import factor_names, stacked
from .gate import verify_factors
from .reward import LatentReward

__all__ = [
    "Decoder",
    "DecoderKind",
    "EpisodeMemory",
    "FittedError",
    "LatentReward",
    "LinearDecoder",
    "MLPDecoder",
    "draw_factors",
    "factor_names",
    "make_decoder",
    "stacked",
    "verify_factors",
]
