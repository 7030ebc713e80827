"""Parts of speech and exceptional lemmas, as spaCy's own rules give them, worked out once for each kind of token.

spaCy's attribute ruler matches some 180 patterns against every text, a sixth of all parsing. Nearly all look at one token
alone: its tag, its dependency, and for some hundred words its spelling. What they make of a token of one kind is
always the same, and is remembered. The few patterns of two words ("gon na") are matched where their first word stands.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc, MorphAnalysis, Token

NAME = "communique_attributes"
RULER = "attribute_ruler"

MOST_WORDS = 50_000
"""Words whose place in the patterns is remembered, a few megabytes; the count begins anew beyond."""

_OPENING = "expl"
"""The one dependency by which, without a spelling, a longer pattern may begin: "there" in "there were"."""

_LOOKED_AT = frozenset({"TAG", "DEP", "LOWER", "IS_SPACE"})
_Spec = Mapping[str, Any]
_Kind = tuple[int, int, int, bool]


@dataclass(frozen=True, slots=True)
class _Attributes:
    pos: int
    morph: MorphAnalysis
    lemma: int
    tag: int
    dep: int


@dataclass(slots=True)
class KnownAttributes:
    """`single` holds the patterns of one token, `longer` the rest, `whole` both.

    The whole is asked about a text with a kind of token that was not met before.
    """

    whole: AttributeRuler
    longer: AttributeRuler
    single: tuple[_Spec, ...]
    openers: tuple[_Spec, ...]
    known: dict[_Kind, _Attributes] = field(default_factory=dict)
    words: dict[int, tuple[bool, bool]] = field(default_factory=dict)

    def __call__(self, doc: Doc) -> Doc:
        """Set the attributes of every token."""
        tokens, kinds, opens = list(doc), [], False
        for token in tokens:
            lower = token.lower
            is_spelled, may_open = self.words.get(lower) or self._word(token)
            kinds.append((lower if is_spelled else 0, token.tag, token.dep, token.is_space))
            opens = opens or may_open or token.dep_ == _OPENING
        if not all(kind in self.known for kind in kinds):
            return self._learn(doc, kinds)
        for kind, token in zip(kinds, tokens, strict=True):
            _set(token, kind, self.known[kind])
        return self.longer(doc) if opens else doc

    def _word(self, token: Token) -> tuple[bool, bool]:
        if len(self.words) >= MOST_WORDS:
            self.words.clear()
        word = token.lower_
        found = (
            any(_spells(each, word) for each in self.single),
            any(_spells(each, word) for each in self.openers),
        )
        self.words[token.lower] = found
        return found

    def _learn(self, doc: Doc, kinds: list[_Kind]) -> Doc:
        in_longer = {i for _, _, start, end in self.longer.match(doc) for i in range(start, end)}
        ruled = self.whole(doc)
        for kind, token in zip(kinds, ruled, strict=True):
            if token.i not in in_longer:
                self.known[kind] = _Attributes(token.pos, token.morph, token.lemma, token.tag, token.dep)
        return ruled


def _set(token: Token, kind: _Kind, found: _Attributes) -> None:
    token.pos = found.pos
    token.morph = found.morph
    if found.lemma:
        token.lemma = found.lemma
    if (found.tag, found.dep) != kind[1:3]:
        token.tag, token.dep = found.tag, found.dep


def remember_attributes(nlp: Language) -> None:
    """Put `KnownAttributes` in the place of a pipeline's attribute ruler, where its patterns allow it."""
    if not nlp.has_pipe(RULER):
        return
    ruler = nlp.get_pipe(RULER)
    if isinstance(ruler, AttributeRuler) and all(map(_is_plain, _patterns(ruler))):
        nlp.add_pipe(NAME, before=RULER)
        nlp.disable_pipe(RULER)


@Language.factory(NAME)
def _known_attributes(nlp: Language, name: str) -> KnownAttributes:  # noqa: ARG001 - the library's signature
    ruler = nlp.get_pipe(RULER)
    if not isinstance(ruler, AttributeRuler):
        raise TypeError(f"{RULER} is no attribute ruler")
    longer = AttributeRuler(nlp.vocab)
    rules: list[dict[str, Any]] = list(ruler.patterns)
    for rule in rules:
        if long := [pattern for pattern in rule["patterns"] if len(pattern) > 1]:
            longer.add(long, rule["attrs"], rule["index"])
    patterns = list(_patterns(ruler))
    return KnownAttributes(
        ruler,
        longer,
        tuple(pattern[0] for pattern in patterns if len(pattern) == 1 and "LOWER" in pattern[0]),
        tuple(pattern[0] for pattern in patterns if len(pattern) > 1 and "LOWER" in pattern[0]),
    )


def _patterns(ruler: AttributeRuler) -> Iterator[list[_Spec]]:
    rules: list[dict[str, Any]] = list(ruler.patterns)
    return (pattern for rule in rules for pattern in rule["patterns"])


def _spells(spec: _Spec, word: str) -> bool:
    """Whether the spelling that a pattern asks for is that of a word."""
    wanted = spec["LOWER"]
    if isinstance(wanted, str):
        return word == wanted
    return word in wanted.get("IN", ()) or (
        "REGEX" in wanted and re.search(wanted["REGEX"], word) is not None
    )


def _is_plain(pattern: list[_Spec]) -> bool:
    """Whether one token's kind settles a pattern, or a longer one shows by its first word."""
    first = pattern[0]
    lower = first.get("LOWER", "")
    is_known = isinstance(lower, str) or lower.keys() <= {"IN", "REGEX"}
    if len(pattern) > 1:
        return is_known and ("LOWER" in first or first == {"DEP": _OPENING})
    return is_known and first.keys() <= _LOOKED_AT
