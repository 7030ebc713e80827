"""With whose authority somebody speaks: offices, bodies, and the words that rule a state voice out."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spacy.tokens import Span, Token


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words and phrases, lower case and singular.

    A phrase is found at its head: the word before "of" ("chief of staff"), else its last ("prime minister"). Hyphens are
    as good as spaces, since a tokeniser may part or keep them.
    """

    single: frozenset[str]
    ending: Mapping[str, tuple[tuple[str, ...], ...]]
    opening: Mapping[str, tuple[tuple[str, ...], ...]]

    def named_by(self, token: Token) -> bool:
        """Whether a token is one of the words or the head of one of the phrases."""
        forms = {_word(token), token.lower_, token.lower_.removesuffix("s"), token.lower_.replace("-", " ")}
        if forms & self.single:
            return True
        return any(
            self._ends(token, phrase) for form in forms for phrase in self.ending.get(form, ())
        ) or any(self._opens(token, phrase) for form in forms for phrase in self.opening.get(form, ()))

    @staticmethod
    def _ends(token: Token, phrase: tuple[str, ...]) -> bool:
        before = [t.lower_ for t in token.doc[max(token.i - 2 * len(phrase), 0) : token.i] if t.text != "-"]
        return tuple(before[-len(phrase) + 1 :]) == phrase[:-1]

    @staticmethod
    def _opens(token: Token, phrase: tuple[str, ...]) -> bool:
        after = [t.lower_ for t in token.doc[token.i + 1 : token.i + len(phrase)]]
        return tuple(after) == phrase[1:]


def words_of(entries: Iterable[str]) -> Words:
    """The entries of a list, made ready to be looked up."""
    single: set[str] = set()
    ending: dict[str, tuple[tuple[str, ...], ...]] = {}
    opening: dict[str, tuple[tuple[str, ...], ...]] = {}
    for entry in entries:
        parts = tuple(entry.replace("-", " ").split())
        if len(parts) == 1 or "-" in entry:
            single |= {entry, " ".join(parts)}
        if len(parts) > 1:
            at = opening if "of" in parts else ending
            head = parts[0] if "of" in parts else parts[-1]
            at[head] = (*at.get(head, ()), parts)
    return Words(frozenset(single), ending, opening)


@dataclass(frozen=True, slots=True)
class Roles:
    """The word lists of `roles.toml`."""

    offices: Words
    bodies: Words
    voices: Words
    vetoes: Words
    groups: Words
    papers: Words
    owned: Mapping[str, str]

    def hyphened(self) -> frozenset[str]:
        """Offices written with a hyphen, which are one word each."""
        return frozenset(entry for entry in self.offices.single if "-" in entry)

    def office(self, token: Token) -> bool:
        """Whether a noun names an office ("minister", "spokeswoman")."""
        return self.offices.named_by(token)

    def body(self, token: Token) -> bool:
        """Whether a noun names an organ of state ("ministry", "army")."""
        return self.bodies.named_by(token)

    def voice(self, token: Token) -> bool:
        """Whether a noun names a text or voice that stands for its issuer ("statement")."""
        return self.voices.named_by(token) and not self.paper(token)

    def paper(self, token: Token) -> bool:
        """Whether a word in a name shows a newspaper or station ("the Jakarta Post")."""
        return token.pos_ == "PROPN" and self.papers.named_by(token)

    def owner(self, phrase: Span) -> str | None:
        """The code of the one state that calls an office so ("Secretary of Defense")."""
        words = f" {' '.join(token.lower_ for token in phrase)} "
        return next((code for office, code in self.owned.items() if f" {office} " in words), None)

    def vetoed(self, phrase: Span) -> bool:
        """Whether a word of the phrase says that this is not the state's voice ("opposition leader")."""
        return any(self.rules_out(token) for token in phrase)

    def rules_out(self, token: Token) -> bool:
        """Whether one word says so."""
        return (
            self.vetoes.named_by(token)
            or token.lower_.removesuffix("s") in self.vetoes.single
            or self.paper(token)
            or _makes_goods(token.lower_)
        )

    def group(self, token: Token) -> bool:
        """Whether a plural may stand for those already named ("the two leaders")."""
        return self.groups.named_by(token)


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
    return Roles(**{name: words_of(words) for name, words in data.items()}, owned=owned)
