"""Everything that makes a reward: programs, checks, the seal, proposers and reflection."""

from .extract import extract
from .file_proposer import FileProposer
from .grammar import GrammarProposer
from .llm import LLMProposer
from .load import open_reward, resolve_reward
from .probe import check
from .program import RewardProgram
from .proposer import Failure, Parent, Proposal, Proposer, ProposerError
from .reflection import Reflection, reflect
from .verdict import Accepted, Rejected, RewardFault, Verdict

__all__ = [
    "Accepted",
    "Failure",
    "FileProposer",
    "GrammarProposer",
    "LLMProposer",
    "Parent",
    "Proposal",
    "Proposer",
    "ProposerError",
    "Reflection",
    "Rejected",
    "RewardFault",
    "RewardProgram",
    "Verdict",
    "check",
    "extract",
    "open_reward",
    "reflect",
    "resolve_reward",
]
