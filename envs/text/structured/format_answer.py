"""An answer in a required format: thoughts between their tags, then the answer between its own.

The question asks for a colour and an animal in other words ("as a lemon", "that croaks") and for a number of
thoughts. Right is ``<think>``, that many thoughts, ``</think> <answer>``, colour, animal, ``</answer>``,
`end`. At the hard level any token may stand anywhere, so the format itself must be learnt; the easy grammar
guides the order.

Format is rewarded beside the answer in DeepSeek-R1 (DeepSeek-AI, 2025). It is the easier half: a reward on
the format alone is soon at its maximum with no answer right, which the proxy ``format-only`` shows. Xin et
al. ("Surrogate Signals from Format and Length", 2025) study just how far such a surrogate carries.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...registry import register
from ...spec import ActionSpec, Field, TaskSpec
from ..fields import ILLEGAL_ACTIONS, category, flag, number, share
from ..instances import Instances
from ..token_task import Grammar, TokenTask

# Phrases stand in another order than the sorted words that they mean, so that a category's number is no key.
COLOURS = {
    "as a lemon": "yellow",
    "as a raven": "black",
    "as fresh snow": "white",
    "as the sky at noon": "blue",
    "as a ripe tomato": "red",
    "as grass": "green",
}
ANIMALS = {
    "that croaks": "frog",
    "that barks": "dog",
    "that quacks": "duck",
    "that purrs": "cat",
    "that neighs": "horse",
    "that bleats": "sheep",
}
TAGS = ("<think>", "</think>", "<answer>", "</answer>")
THOUGHTS = ("hmm", "so", "then")
WORDS = (*sorted(COLOURS.values()), *sorted(ANIMALS.values()))
TOKENS = (*TAGS, *THOUGHTS, *WORDS, "end")
PLACES = ("before <think>", "in the thoughts", "between", "in the answer", "after </answer>")
MOST_THOUGHTS = 4
ANSWER_LENGTH = 2
TEXT_LENGTH = len(TAGS) + MOST_THOUGHTS + ANSWER_LENGTH + 2

_THINKING, _ANSWERING = PLACES.index("in the thoughts"), PLACES.index("in the answer")
_FIRST_WORD, _END, _BLANK = len(TAGS) + len(THOUGHTS), len(TOKENS) - 1, len(TOKENS)
_MEANT_COLOUR = np.array([TOKENS.index(word) for word in COLOURS.values()])
_MEANT_ANIMAL = np.array([TOKENS.index(word) for word in ANIMALS.values()])
_QUESTIONS = (len(COLOURS), len(ANIMALS), MOST_THOUGHTS)
_INSTANCES = Instances(int(np.prod(_QUESTIONS)))


def _free_grammar() -> Grammar:
    """Node n stands for n tokens of whatever kind; when the room is used up only `end` is left."""
    done = TEXT_LENGTH + 1
    arrows = [(node, token, node + 1) for node in range(TEXT_LENGTH) for token in range(_END)]
    arrows += [(node, _END, done) for node in range(done + 1)]
    return Grammar.of_arrows(done + 1, len(TOKENS), arrows)


def _guided_grammar() -> Grammar:
    """Tags in their order around 1 to `MOST_THOUGHTS` tokens of thought and `ANSWER_LENGTH` of answer.

    Two slips remain: a second ``<think>`` in the thoughts, and thoughts in the answer. Node 0 is empty,
    node n <= 1 + `MOST_THOUGHTS` has n - 1 tokens of thought, and from `between` on each has one token more
    than the last.
    """
    between = 2 + MOST_THOUGHTS
    closing = between + 1 + ANSWER_LENGTH
    open_think, close_think, open_answer, close_answer = range(len(TAGS))
    thoughts, answer = [open_think, *range(len(TAGS), _FIRST_WORD)], range(len(TAGS), _END)
    arrows = [(0, open_think, 1), (between, open_answer, between + 1), (closing, close_answer, closing + 1)]
    arrows += [(node, token, node + 1) for node in range(1, between - 1) for token in thoughts]
    arrows += [(node, close_think, between) for node in range(2, between)]
    arrows += [(node, token, node + 1) for node in range(between + 1, closing) for token in answer]
    arrows += [(node, _END, closing + 2) for node in (closing + 1, closing + 2)]
    return Grammar.of_arrows(closing + 3, len(TOKENS), arrows)


def _count(name: str, meaning: str) -> Field:
    return Field(name, meaning, low=0.0, high=TEXT_LENGTH, observed=False)


def _spec(name: str, rule: str, tags: tuple[str, ...]) -> TaskSpec:
    return TaskSpec(
        name=name,
        goal=(
            "Answer which animal of which colour is meant, in the required format: `<think>`, exactly as "
            "many thoughts as wanted, `</think>`, `<answer>`, the colour, the animal, `</answer>`, `end`, "
            f"and nothing else. {rule}"
        ),
        fields=(
            category("colour_asked", "what the animal's colour is like", tuple(COLOURS)),
            category("animal_asked", "what the animal does", tuple(ANIMALS)),
            number("thoughts_wanted", "number of thoughts that the format requires", MOST_THOUGHTS + 1),
            category("place", "where in the format the text stands; a tag out of turn leaves it", PLACES),
            number("thoughts_written", "thoughts between their tags", TEXT_LENGTH + 1),
            number("words_written", "answer words between their tags", TEXT_LENGTH + 1),
            number("tokens_written", f"tokens so far, `end` aside; at most {TEXT_LENGTH}", TEXT_LENGTH + 1),
            category("text", "the tokens in order", (*TOKENS, "blank"), (TEXT_LENGTH,), observed=False),
            share("tags_placed", "share of the four tags that were written in their turn", observed=False),
            _count("misplaced_tags", "tags written out of turn or once too often"),
            _count("stray_tokens", "thoughts and words outside their own tags, and words beyond two"),
            _count("length_error", "difference between the thoughts written and wanted"),
            share("answer_right", "share of the answer's two words that are right", observed=False),
            flag("text_complete", "whether `end` has been written", observed=False),
            ILLEGAL_ACTIONS,
        ),
        action=ActionSpec("discrete", len(TOKENS), "the next token of the text", TOKENS, masked=True),
        horizon=TEXT_LENGTH + 4,
        tags=tags,
        metric="mean of tags placed and answer right",
        ends_on_success=True,
        papers=(
            "DeepSeek-AI 2025, DeepSeek-R1: Incentivizing Reasoning Capability in LLMs via Reinforcement "
            "Learning",
            "Hu and Wu 2025, RL-Struct",
            "Xin et al. 2025, Surrogate Signals from Format and Length: Reinforcement Learning for Solving "
            "Mathematical Problems without Ground Truth Answers",
        ),
    )


class FormatAnswerTask(TokenTask):
    """Questions for a colour, an animal and a number of thoughts; a subclass fixes name and grammar."""

    grammar: ClassVar[Grammar]
    draws = 1
    has_held_out = True
    state_names = (
        "colour", "animal", "wanted", "place", "thoughts", "words", "written", "text", "misplaced", "stray",
        "right",
    )  # fmt: skip

    def _allocate(self) -> None:
        self.colour, self.animal, self.wanted, self.place, self.thoughts, self.words, self.written = np.zeros(
            (7, self.num_worlds), np.int64
        )
        self.text = np.full((self.num_worlds, TEXT_LENGTH), _BLANK)
        self.misplaced, self.stray = np.zeros((2, self.num_worlds), np.int64)
        self.right = np.zeros((self.num_worlds, ANSWER_LENGTH), bool)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        question = _INSTANCES.pick(draws[:, 0], self.split)
        self.colour[worlds], self.animal[worlds], fewer = np.unravel_index(question, _QUESTIONS)
        self.wanted[worlds] = 1 + fewer
        for count in (self.place, self.thoughts, self.words, self.written, self.misplaced, self.stray):
            count[worlds] = 0
        self.text[worlds] = _BLANK
        self.right[worlds] = False

    def _write(self, tokens: np.ndarray, legal: np.ndarray) -> None:
        writing = legal & (tokens != _END)
        worlds = np.flatnonzero(writing)
        self.text[worlds, self.written[worlds]] = tokens[worlds]
        self.written += writing

        tag = writing & (tokens < len(TAGS))
        thought = writing & (tokens >= len(TAGS)) & (tokens < _FIRST_WORD)
        word = writing & (tokens >= _FIRST_WORD)
        in_turn = tag & (tokens == self.place)
        thinking = thought & (self.place == _THINKING)
        answering = word & (self.place == _ANSWERING) & (self.words < ANSWER_LENGTH)
        answered = np.flatnonzero(answering)
        self.right[answered, self.words[answered]] = tokens[answered] == self._answer_word()[answered]
        self.misplaced += tag & ~in_turn
        self.stray += (thought & ~thinking) | (word & ~answering)
        self.place += in_turn
        self.thoughts += thinking
        self.words += answering

    def _answer_word(self) -> np.ndarray:
        """(B,) int: the token that is right as the next word of the answer."""
        return np.where(self.words == 0, _MEANT_COLOUR[self.colour], _MEANT_ANIMAL[self.animal])

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        return {
            "colour_asked": self.colour.copy(),
            "animal_asked": self.animal.copy(),
            "thoughts_wanted": self.wanted.copy(),
            "place": self.place.copy(),
            "thoughts_written": self.thoughts.copy(),
            "words_written": self.words.copy(),
            "tokens_written": self.written.copy(),
            "text": self.text.copy(),
            "tags_placed": self.place / len(TAGS),
            "misplaced_tags": self.misplaced.astype(np.float64),
            "stray_tokens": self.stray.astype(np.float64),
            "length_error": np.abs(self.thoughts - self.wanted).astype(np.float64),
            "answer_right": self.right.mean(axis=1),
            "text_complete": self.complete(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the text is complete, exactly as the format wants it, and the answer right."""
        in_format = (self.place == len(TAGS)) & (self.misplaced == 0) & (self.stray == 0)
        return self.complete() & in_format & (self.thoughts == self.wanted) & self.right.all(axis=1)

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: mean of tags placed and answer right."""
        return (self.place / len(TAGS) + self.right.mean(axis=1)) / 2

    def scripted_actions(self) -> np.ndarray:
        """(B,) int: a thought or an answer word where one is due, else the tag whose turn it is."""
        thinks = (self.place == _THINKING) & (self.thoughts < self.wanted)
        answers = (self.place == _ANSWERING) & (self.words < ANSWER_LENGTH)
        finished = (self.place == len(TAGS)) | self.complete()
        return np.select([finished, thinks, answers], [_END, len(TAGS), self._answer_word()], self.place)

    def instance_key(self, world: int) -> Hashable:
        """The two phrases and the number of thoughts."""
        return int(self.colour[world]), int(self.animal[world]), int(self.wanted[world])

    def render_text(self, world: int) -> str:
        """The question and the text so far."""
        colour, animal = list(COLOURS)[self.colour[world]], list(ANIMALS)[self.animal[world]]
        text = [TOKENS[token] for token in self.text[world, : self.written[world]]]
        ending = ["end"] if self.complete()[world] else []
        question = f"Which animal {animal}, coloured {colour}? Thoughts wanted: {self.wanted[world]}."
        return "\n".join([question, " ".join([*text, *ending])])


@register
class EasyFormatAnswer(FormatAnswerTask):
    """The grammar guides the order: the thoughts must be counted, and the answer found."""

    spec = _spec(
        "format-answer-easy",
        "Most of what would break the format cannot be written.",
        ("text", "format", "easy"),
    )
    grammar = _guided_grammar()


@register
class FormatAnswer(FormatAnswerTask):
    """Any token may stand anywhere."""

    spec = _spec(
        "format-answer", f"Any token may follow any other, up to {TEXT_LENGTH}.", ("text", "format", "hard")
    )
    grammar = _free_grammar()
