"""The phrases publishers print around an article, from `lexicon.toml`, as patterns.

A row is a phrase in lower case; `*` stands for any words, also none.
"""

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Final

Rows = dict[str, dict[str, list[str]]]

LEXICON: Final[Rows] = tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8"))
"""The rows of `lexicon.toml` by table and key."""


def rows(table: str, key: str) -> frozenset[str]:
    """Give the rows of a list as a set of phrases in lower case."""
    return frozenset(row.casefold() for row in LEXICON[table][key])


def pattern(*lists: tuple[str, str]) -> str:
    """Give one alternation of all rows of the named lists, longest first, for use without regard to case."""
    phrases = {phrase for table, key in lists for phrase in LEXICON[table][key]}
    return alternation(phrases)


def alternation(phrases: Iterable[str]) -> str:
    """Give one alternation of `phrases`, longest first; `*` in a phrase stands for any words."""
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(map(_one, ordered)) + ")"


def _one(phrase: str) -> str:
    # Publishers set both the straight and the curly apostrophe.
    escaped = re.escape(phrase).replace(r"\ ", r"\s+").replace("'", "['’]")
    return escaped.replace(r"\*", ".*?")
