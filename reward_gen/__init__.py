"""Everything that makes a reward: programs, checks, the seal, proposers and reflection."""

from .fingerprint import fingerprint
from .load import is_shipped, isolation_of, open_reward, resolve_reward
from .program import RewardProgram
from .proposers.file_proposer import FileProposer
from .proposers.grammar import GrammarProposer
from .proposers.llm.budget import Purse
from .proposers.llm.cassette import Cassette
from .proposers.llm.prices import Price, checked_price, read_price
from .proposers.llm.proposer import LLMProposer
from .proposers.proposer import Failure, Findings, Parent, Proposal, Proposer, ProposerError
from .reflection import Reflection, reflect
from .seal.isolation import probe_isolation, require_isolation
from .seal.level import IsolationLevel, SealError
from .seal.probe import check
from .seal.reading import extract_sealed
from .verdict import Accepted, Rejected, RewardFault, Verdict

__all__ = [
    "Accepted",
    "Cassette",
    "Failure",
    "FileProposer",
    "Findings",
    "GrammarProposer",
    "IsolationLevel",
    "LLMProposer",
    "Parent",
    "Price",
    "Proposal",
    "Proposer",
    "ProposerError",
    "Purse",
    "Reflection",
    "Rejected",
    "RewardFault",
    "RewardProgram",
    "SealError",
    "Verdict",
    "check",
    "checked_price",
    "extract_sealed",
    "fingerprint",
    "is_shipped",
    "isolation_of",
    "open_reward",
    "probe_isolation",
    "read_price",
    "reflect",
    "require_isolation",
    "resolve_reward",
]
