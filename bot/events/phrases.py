"""Entries of a word list, found in a text however the tokeniser splits them: "talks", "go-between", "good offices"."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from spacy.tokens import Span, Token

T = TypeVar("T")

# How the tokeniser cuts an entry: at spaces, and at hyphens, which are tokens of their own.
_PARTS = re.compile(r"[^\s-]+|-")


@dataclass(frozen=True, slots=True)
class Phrases(Generic[T]):
    """Words and phrases by their last word, each with what it stands for, the longest first."""

    by_last: dict[str, tuple[tuple[tuple[str, ...], T], ...]]

    def ending(self, token: Token) -> tuple[Span, T] | None:
        """The longest entry that ends with a token, and what it stands for; its last word in any inflection."""
        form, lemma = token.lower_, token.lemma_.lower()
        for last in (form,) if form == lemma else (form, lemma):
            for before, meaning in self.by_last.get(last, ()):
                start = token.i - len(before)
                if not before or (start >= 0 and _alike(before, token.doc[start : token.i])):
                    return token.doc[start : token.i + 1], meaning
        return None

    def among(self, tokens: Iterable[Token]) -> bool:
        """Whether any entry ends in a stretch of tokens."""
        return any(self.ending(token) is not None for token in tokens)


def _alike(before: tuple[str, ...], span: Span) -> bool:
    return all(word == token.lower_ for word, token in zip(before, span, strict=True))


def phrases(entries: Mapping[str, T]) -> Phrases[T]:
    """Entries in lower case with what they stand for; of two that end alike the longer is tried first."""
    grouped: dict[str, list[tuple[tuple[str, ...], T]]] = {}
    for entry, meaning in entries.items():
        *before, last = _PARTS.findall(entry)
        grouped.setdefault(last, []).append((tuple(before), meaning))
    return Phrases(
        {last: tuple(sorted(rows, key=lambda row: -len(row[0]))) for last, rows in grouped.items()}
    )


def phrase_set(entries: Iterable[str]) -> Phrases[str]:
    """Entries that stand for themselves."""
    return phrases({entry: entry for entry in entries})
