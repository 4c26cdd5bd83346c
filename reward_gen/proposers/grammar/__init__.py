"""The embedded default: rewards composed and mutated from the task's declaration alone."""

from .proposer import GrammarProposer

__all__ = ["GrammarProposer"]
