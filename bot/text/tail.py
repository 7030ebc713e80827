"""Headlines of other stories that were left standing under the last paragraph."""

from collections.abc import Sequence

from bot.text.lines import ends_sentence, is_item, matter, measure

LONGEST = 32
"""Words. The longest headline of a page's list of stories; beyond it is a paragraph without a full stop."""

SHORTEST_BODY = 60
"""Words. A shorter text gives too little matter to tell a stranger's headline by: it is kept whole."""

FEWEST = 3
"""Paragraphs. Likewise."""

FINISHED = 0.8
"""Share of the body's paragraphs that end as sentences do; where fewer do, a missing full stop proves nothing
(verse, tables, Thai, which has none)."""

LARGEST = 0.4
"""Share of the text's words. A longer tail is more likely a list that belongs to the story."""

ALONE = 0.34
"""Share of a single last line's matter found in the body, above which it is the story's own."""

TOGETHER = 0.6
"""Likewise for lines that end the text two or more in a row, which is itself a sign."""

TEASER = 0.25
"""Likewise for a finished sentence between or under such headlines."""


def strip_tail(lines: list[str]) -> list[str]:
    """Take off the headlines (and their teasers) that end a text and share little with it."""
    filled = [at for at, line in enumerate(lines) if line]
    start = _tail_start([lines[at] for at in filled])
    return lines[: filled[start]] if start < len(filled) else lines


def _tail_start(paragraphs: Sequence[str]) -> int:
    start = len(paragraphs)
    # A run of headlines ends at the first finished sentence above it that is no teaser.
    while start > 0 and _may_be_strange(paragraphs, start - 1):
        start -= 1
    while start < len(paragraphs):
        if not ends_sentence(paragraphs[start]) and _is_stray(paragraphs[:start], paragraphs[start:]):
            return start
        start += 1
    return start


def _may_be_strange(paragraphs: Sequence[str], at: int) -> bool:
    line = paragraphs[at]
    if measure(line) > LONGEST:
        return False
    return not ends_sentence(line) or kinship(line, paragraphs[:at]) < TEASER


def _is_stray(body: Sequence[str], tail: Sequence[str]) -> bool:
    if not _can_judge(body) or body[-1].endswith((":", "：")):
        return False
    lengths = sum(map(measure, tail))
    if lengths > LARGEST * (lengths + sum(map(measure, body))):
        return False
    limit = ALONE if len(tail) == 1 or any(map(is_item, tail)) else TOGETHER
    kin = [kinship(line, body) for line in tail]
    return sum(kin) / len(kin) < limit


def _can_judge(body: Sequence[str]) -> bool:
    long = [line for line in body if measure(line) > 6]
    return (
        len(body) >= FEWEST
        and sum(map(measure, body)) >= SHORTEST_BODY
        and sum(map(ends_sentence, long)) >= FINISHED * len(long)
    )


def kinship(line: str, body: Sequence[str]) -> float:
    """Give the share of the content words of `line` that `body` has too; one half where it has none."""
    stems = matter(line)
    known = frozenset().union(*map(matter, body))
    return len(stems & known) / len(stems) if stems else 0.5
