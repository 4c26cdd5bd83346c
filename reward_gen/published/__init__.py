"""Rewards as two papers publish them, rewritten as programs of our contract.

Text2Reward (Xie et al. 2024) writes a method that pays one world, Eureka (Ma et al. 2024) a function over
a batch of torch tensors. Neither runs here as it stands; `translate` reads both.
"""

from .refusal import UntranslatableError
from .translate import Translation, style_of, translate

__all__ = ["Translation", "UntranslatableError", "style_of", "translate"]
