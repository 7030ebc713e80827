"""The headline that stands over a text."""

import re

from bot.text.lines import ends_sentence, has_capitals, measure, words

LONGEST = 25
"""Words. Agencies keep headlines under 15; standfirsts without a full stop run longer."""

_TERMINAL = re.compile(r"[.。।]['\"”’»)]*$")


def split_title(text: str, title: str | None = None) -> tuple[str | None, str]:
    """Give the headline of `text`, and `text` without it.

    Where `title` is known, its repetition at the head is taken off. Where it is not, a short first line
    without a full stop is the headline, if a blank line follows or its words have capitals, and a text is left.
    """
    first, _, rest = text.partition("\n")
    if not rest.strip():
        return title, text
    if title is not None:
        return (title, rest.lstrip("\n")) if _same(first, title) else (title, text)
    return (first, rest.lstrip("\n")) if _is_headline(first, rest) else (None, text)


def _same(line: str, title: str) -> bool:
    left, right = (" ".join(words(side.casefold())) for side in (line, title))
    # A page's title often ends in the name of its site.
    return bool(left) and (left == right or (len(left) >= 20 and right.startswith(left)))


def _is_headline(line: str, rest: str) -> bool:
    if not 2 <= measure(line) <= LONGEST or _TERMINAL.search(line) or line.endswith((":", ",", ";")):
        return False
    following = next(filter(None, rest.split("\n")))
    is_set_off = rest.startswith("\n") or has_capitals(line)
    return is_set_off and measure(following) > measure(line) and ends_sentence(following)
