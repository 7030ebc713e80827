"""The clean-up: every rule in its order, until nothing more falls away."""

import re
from collections.abc import Callable
from itertools import pairwise

from bot.text.captions import strip_captions
from bot.text.fold import fold
from bot.text.lead import strip_lead
from bot.text.pleas import strip_pleas
from bot.text.pointers import strip_pointers
from bot.text.tail import strip_tail

Rule = Callable[[list[str]], list[str]]

RULES: tuple[Rule, ...] = (strip_lead, strip_captions, strip_pleas, strip_pointers, strip_tail)
"""In this order: a block is found by its first line before single lines are taken out of it, and the tail is
judged last, when only story and strange headlines are left."""


def clean(text: str) -> str:
    """Give `text` without what its publisher printed around the story, "" where nothing else is in it.

    Every line left is a stretch of the input, with white space and Unicode folded (see `fold`). Cleaning the
    result again changes nothing.
    """
    before, after = text, _once(text)
    while before != after:
        before, after = after, _once(after)
    return after


def _once(text: str) -> str:
    folded = fold(text)
    lines = folded.split("\n")
    for rule in RULES:
        lines = rule(lines)
    lines = _kept_apart(lines, folded)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _kept_apart(lines: list[str], folded: str) -> list[str]:
    """The lines with a blank one where something was cut out before a line that could be its neighbour's wrapped end.

    Folding the result again would otherwise join two lines that never stood together.
    """
    apart = lines[:1]
    for before, line in pairwise(lines):
        if before and line and not line[:1].isupper() and f"{before}\n{line}" not in folded:
            apart.append("")
        apart.append(line)
    return apart
