"""One attribution as the finders of events need it."""

from dataclasses import dataclass

from spacy.tokens import Token

from bot.events.content import Stretch
from bot.model import Act


@dataclass(frozen=True, slots=True)
class Speech:
    """One attribution with its grammar: `cue` and `source` are head tokens, `content` character stretches.

    `act` is what the lexicon says of the cue, `settled` whether it stands whatever the words say;
    `public` is False for thoughts. `noun` is the noun of a phrase such as "voiced concern". `ahead` is True where
    an article tells in its own words what somebody is going to do.
    """

    cue: Token
    source: Token | None
    content: tuple[Stretch, ...]
    act: Act
    settled: bool
    public: bool
    noun: Token | None = None
    negated: bool = False
    ahead: bool = False

    @property
    def end(self) -> int:
        """Where its last content stretch ends."""
        return max(stop for _, stop in self.content)
