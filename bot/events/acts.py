"""What a statement does: by its reporting verb, or by the words said (`acts.toml`)."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from bot.model import Act

# Acts whose wordings hold their own denial: "not true", "will not accept".
_DENYING = frozenset({Act.DENIAL, Act.REJECTION, Act.WARNING})
_DENIED = re.compile(
    r"(?:\b(?:not|never|no|neither|without|nothing|hardly)|n't)\s+(?:(?:at all|so|very|yet|any|a|an|the|overly|particularly|unduly|in|be|been)\s+){0,2}$"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """An act, the wording that shows it, and whether a foreign actor must be named."""

    act: Act
    wording: re.Pattern[str]
    foreign: bool


@cache
def load_rules() -> tuple[Rule, ...]:
    """The rules in order of their strength."""
    data = tomllib.loads(files("bot.events").joinpath("acts.toml").read_text(encoding="utf-8"))
    return tuple(
        Rule(Act(row["act"]), wording(row["phrases"]), row.get("foreign", False)) for row in data["rule"]
    )


def wording(phrases: Sequence[str]) -> re.Pattern[str]:
    """A pattern that finds any of some phrases in small letters; "~" ends a word stem, "..." allows up to four words."""
    parts = []
    for phrase in phrases:
        words = [_word(word) for word in phrase.split() if word != "..."]
        gap = r"(?:\W+\w+){0,4}\W+" if "..." in phrase.split() else None
        parts.append(_joined(phrase.split(), gap) if gap else r"\s+".join(words))
    return re.compile(r"\b(?:" + "|".join(parts) + r")(?!\w)")


def _joined(words: list[str], gap: str) -> str:
    out = _word(words[0])
    for before, word in pairwise(words):
        if word != "...":
            out += (gap if before == "..." else r"\s+") + _word(word)
    return out


def _word(word: str) -> str:
    return re.escape(word[:-1]) + r"\w*" if word.endswith("~") else re.escape(word)


def act_of(words: str, *, verb: Act, settled: bool, foreign: bool) -> Act:
    """The act of a statement: the verb's own where it settles the matter, else what the words show."""
    if settled and verb is not Act.POSITION:
        return verb
    folded = words.casefold().replace("’", "'")
    for rule in load_rules():
        if (foreign or not rule.foreign) and _is_worded(rule, folded):
            return rule.act
    return verb


def _is_worded(rule: Rule, folded: str) -> bool:
    """Whether a wording stands in the words, and is not what they deny: "was not worried", "sees no violation"."""
    return any(
        rule.act in _DENYING or not _DENIED.search(folded, 0, found.start())
        for found in rule.wording.finditer(folded)
    )
