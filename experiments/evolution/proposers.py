"""From an evolution's settings to the proposer that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...envs import UserError
from ...reward_gen import FileProposer, GrammarProposer, LLMProposer, Proposer
from ...reward_gen.language import Language, LanguageProposer, RuleProposer
from ...reward_gen.proposers.llm.anonymous import AnonymousNames
from ...reward_gen.proposers.llm.style import Style
from ...reward_gen.proposers.llm.styles import style_named
from .settings import EvolveSettings

if TYPE_CHECKING:
    from ...reward_gen import Cassette, Purse


def asks_a_model(settings: EvolveSettings) -> bool:
    """Whether the proposer that `settings` name asks a language model."""
    return settings.proposer == "llm" or (settings.proposer == "language" and settings.model is not None)


def make_proposer(
    settings: EvolveSettings, cassette: Cassette | None = None, purse: Purse | None = None
) -> Proposer:
    """The proposer that `settings` name.

    Args:
        settings: the evolution's.
        cassette: where a model's answers are kept; None keeps none.
        purse: what a model is paid from; None sets no limit.

    Raises:
        UserError: if settings are missing, or say what the proposer cannot heed.
    """
    _check(settings)
    if settings.proposer == "grammar":
        return GrammarProposer()
    if settings.proposer == "language":
        assert settings.command is not None
        if settings.model is None:
            return RuleProposer(settings.command)
        return LanguageProposer(_model(settings, Language(settings.command), cassette, purse))
    if settings.proposer == "llm":
        asked = _model(settings, style_named(settings.style, _path(settings.library)), cassette, purse)
        return AnonymousNames(asked) if settings.anonymous else asked
    return FileProposer(Path(settings.proposer))


def _check(settings: EvolveSettings) -> None:
    chosen = settings.proposer
    if chosen != "llm" and (settings.style != "eureka" or settings.library or settings.anonymous):
        raise UserError(
            f"--style, --library and --anonymous say how a language model is asked, not the {chosen} "
            "proposer: leave them out, or give --proposer llm"
        )
    if (chosen == "language") != (settings.command is not None):
        raise UserError(
            "--command says what shall be done, to the language proposer alone: give both "
            "`--proposer language` and `--command`, or neither"
        )
    if chosen == "llm" and settings.model is None:
        raise UserError("the llm proposer needs a model's name: give --model, e.g. --model gpt-4o")


def _model(
    settings: EvolveSettings, style: Style, cassette: Cassette | None, purse: Purse | None
) -> LLMProposer:
    assert settings.model is not None
    return LLMProposer(settings.model, style=style, cassette=cassette, purse=purse)


def _path(folder: str | None) -> Path | None:
    return None if folder is None else Path(folder)
