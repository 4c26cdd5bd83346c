"""rewardsmith: environments, reward programs and experiments for reward-design research."""

__version__ = "0.1.0"
