"""Agents on rewards that are decoded from latent factors."""

from .learn import LatentResult, Setting, find_factors, train_episodic, train_latent

__all__ = ["LatentResult", "Setting", "find_factors", "train_episodic", "train_latent"]
