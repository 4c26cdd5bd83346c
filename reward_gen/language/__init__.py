"""Language to Rewards: a command sets the terms and weights of one fixed reward template.

After Yu et al. 2023, "Language to Rewards for Robotic Skill Synthesis" (arXiv:2306.08647). Parameters come
from a language model, from rules that read simple commands, or by hand; they are an ordinary reward
program, which planning on the simulator follows at once.
"""

from .command import parse_command
from .parameters import Parameters, parse_parameters, read_parameters
from .prompt import Language, read_parameters_of
from .proposer import LanguageProposer, RuleProposer
from .render import program, recover, render
from .residual import Part, Residual, read_residual
from .template import offered

__all__ = [
    "Language",
    "LanguageProposer",
    "Parameters",
    "Part",
    "Residual",
    "RuleProposer",
    "offered",
    "parse_command",
    "parse_parameters",
    "program",
    "read_parameters",
    "read_parameters_of",
    "read_residual",
    "recover",
    "render",
]
