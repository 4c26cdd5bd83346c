"""Everything that makes a reward: programs, checks, the seal, proposers and reflection."""

from .checking.extract import extract
from .load import open_reward, resolve_reward
from .program import RewardProgram
from .proposers.file_proposer import FileProposer
from .proposers.grammar import GrammarProposer
from .proposers.llm import LLMProposer
from .proposers.proposer import Failure, Parent, Proposal, Proposer, ProposerError
from .reflection import Reflection, reflect
from .seal.probe import check
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
