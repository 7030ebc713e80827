"""With whose authority somebody speaks: offices, bodies, and the words that rule a state voice out."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spacy.tokens import Span, Token


@dataclass(frozen=True, slots=True)
class Roles:
    """The word lists of `roles.toml`, as lower-case lemmas."""

    offices: frozenset[str]
    bodies: frozenset[str]
    voices: frozenset[str]
    vetoes: frozenset[str]
    groups: frozenset[str]
    papers: frozenset[str]
    owned: dict[str, str]

    def office(self, token: Token) -> bool:
        """Whether a noun names an office ("minister", "spokeswoman")."""
        return _word(token) in self.offices

    def body(self, token: Token) -> bool:
        """Whether a noun names an organ of state ("ministry", "army")."""
        return _word(token) in self.bodies

    def voice(self, token: Token) -> bool:
        """Whether a noun names a text or voice that stands for its issuer ("statement")."""
        return _word(token) in self.voices and not self.paper(token)

    def paper(self, token: Token) -> bool:
        """Whether a word in a name shows a newspaper or station ("the Jakarta Post")."""
        return token.pos_ == "PROPN" and token.lower_ in self.papers

    def owner(self, phrase: Span) -> str | None:
        """The code of the one state that calls an office so ("Secretary of Defense")."""
        words = f" {' '.join(token.lower_ for token in phrase)} "
        return next((code for office, code in self.owned.items() if f" {office} " in words), None)

    def vetoed(self, phrase: Span) -> bool:
        """Whether a word of the phrase says that this is not the state's voice ("opposition leader")."""
        return any(self.rules_out(token) for token in phrase)

    def rules_out(self, token: Token) -> bool:
        """Whether one word says so."""
        words = {_word(token), token.lower_, token.lower_.removesuffix("s")}
        return bool(words & self.vetoes) or self.paper(token) or _makes_goods(token.lower_)


def _makes_goods(word: str) -> bool:
    """Whether a word names a manufacturer ("chipmaker", "planemakers")."""
    return word.removesuffix("s").endswith("maker") and word.removesuffix("s") not in {
        "lawmaker",
        "peacemaker",
        "policymaker",
        "maker",
    }


def _word(token: Token) -> str:
    lemma: str = token.lemma_.lower()
    if lemma == "number" and token.i and token.nbor(-1).lower_ == "opposite":
        return "counterpart"
    return lemma


@cache
def load_roles() -> Roles:
    """The lists shipped beside this module."""
    data = tomllib.loads(files("bot.events").joinpath("roles.toml").read_text(encoding="utf-8"))
    owned = data.pop("owned")
    return Roles(**{name: frozenset(words) for name, words in data.items()}, owned=owned)
