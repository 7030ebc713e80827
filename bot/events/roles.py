"""With whose authority somebody speaks: offices, bodies, and the words that rule a state voice out."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

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
    heads: frozenset[str]

    def named_by(self, token: Token) -> bool:
        """Whether a token is one of the words or the head of one of the phrases."""
        forms = _forms(token)
        if forms.isdisjoint(self.heads):
            return False
        if not forms.isdisjoint(self.single):
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
    return Words(frozenset(single), ending, opening, frozenset(single).union(ending, opening))


# Forms of the words met last, by the hashes of word and lemma, since each word is asked about many times.
_MOST_KEPT = 20_000
_kept: dict[tuple[int, int], frozenset[str]] = {}


def _forms(token: Token) -> frozenset[str]:
    """What a word may stand as in a list."""
    key = (token.lower, token.lemma)
    forms = _kept.get(key)
    if forms is None:
        written, lemma = token.lower_, token.lemma_.lower()
        forms = frozenset({lemma, written, written.removesuffix("s"), written.replace("-", " ")})
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = forms
    if "number" in forms and token.i and token.nbor(-1).lower_ == "opposite":
        return forms | {"counterpart"}
    return forms


@dataclass(frozen=True, slots=True)
class HomeWords:
    """What tells whose official opens a text by office alone; `offices` are those of one body each, with its code."""

    bonds: frozenset[str]
    means: frozenset[str]
    promises: frozenset[str]
    praise: frozenset[str]
    offices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Roles:
    """The word lists of `roles.toml`."""

    offices: Words
    bodies: Words
    voices: Words
    vetoes: Words
    groups: Words
    papers: Words
    honorifics: Words
    owned: Mapping[str, str]
    home: HomeWords

    def hyphened(self) -> frozenset[str]:
        """Offices written with a hyphen, which are one word each."""
        return frozenset(entry for entry in self.offices.single if "-" in entry)

    def honorific(self, token: Token) -> bool:
        """Whether a word is a form of address before a name ("Mr.", "H.E.", "Shri")."""
        return token.text[0].isupper() and token.lower_.rstrip(".") in self.honorifics.single

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
            or was_once(token)
            or _sits_in_congress(token)
        )

    def group(self, token: Token) -> bool:
        """Whether a plural may stand for those already named ("the two leaders")."""
        return self.groups.named_by(token)


def was_once(token: Token) -> bool:
    """Whether a prefix says that an office is no longer held: "then-Prime Minister", "ex-envoy"."""
    joined = token.i + 1 < len(token.doc) and not token.whitespace_ and token.nbor().text == "-"
    return (joined and token.lower_ in ("then", "ex")) or token.lower_.startswith(("then-", "ex-"))


def _sits_in_congress(token: Token) -> bool:
    """Whether a title is that of a member of Congress: "Representative Dana Holt", and no "Trade Representative"."""
    if token.text not in ("Representative", "Rep.", "Rep", "Reps.", "Sen.", "Sen", "Sens."):
        return False
    before = token.nbor(-1) if token.i else None
    unqualified = (
        before is None or before.pos_ not in ("ADJ", "NOUN", "PROPN") or before.ent_type_ in ("GPE", "NORP")
    )
    return unqualified and token.i + 1 < len(token.doc) and token.nbor().pos_ == "PROPN"


def _makes_goods(word: str) -> bool:
    """Whether a word names a manufacturer ("chipmaker", "planemakers")."""
    return word.removesuffix("s").endswith("maker") and word.removesuffix("s") not in {
        "lawmaker",
        "peacemaker",
        "policymaker",
        "maker",
    }


@cache
def load_roles() -> Roles:
    """The lists shipped beside this module."""
    data = tomllib.loads(files("bot.events").joinpath("roles.toml").read_text(encoding="utf-8"))
    owned, home = data.pop("owned"), data.pop("home")
    lists = {name: words_of(words) for name, words in data.items()}
    return Roles(**lists, owned=owned, home=_home_words(home))


def _home_words(data: Mapping[str, Any]) -> HomeWords:
    lists = {name: frozenset(data[name]) for name in ("bonds", "means", "promises", "praise")}
    return HomeWords(**lists, offices=data["offices"])
