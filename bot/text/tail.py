"""Headlines of other stories that were left standing under the last paragraph."""

from bot.text.lines import ends_sentence, has_capitals, is_item, matter, measure

LONGEST = 32
"""Words. The longest headline of a page's list of stories; beyond it is a paragraph without a full stop."""

LONGEST_ALONE = 16
"""Words. A single last line has to be as short as nine headlines in ten are: a paragraph that lost its full stop
is mostly longer."""

SHORTEST_BODY = 60
"""Words. A shorter text gives too little matter to tell a stranger's headline by: it is kept whole."""

MOST = 60
"""Lines. The longest list of stories looked at; beyond it the text itself is a list."""

FEWEST = 3
"""Paragraphs. Likewise."""

SUBHEADING = 6
"""Words. Lines up to this are subheadings inside the body, which need no full stop."""

FINISHED = 0.8
"""Share of the body's paragraphs that end as sentences do; where fewer do, a missing full stop proves nothing
(verse, tables, Thai, which has none)."""

LARGEST = 0.4
"""Share of the text's words. A longer tail is more likely a list that belongs to the story."""

ALONE = 0.2
"""Share of a single last line's matter found in the body, above which it is the story's own. Last paragraphs of 204
articles lie under it in 18 %, strangers' headlines of the same beat in 47 %."""

CAPITALS = 0.34
"""Likewise for a single line set in capitals as headlines are (strangers' headlines: 81 % lie under it)."""

TOGETHER = 0.6
"""Likewise for the mean of lines without a full stop that end the text two or more in a row, which is itself a
sign (strangers' headlines: 97 %)."""

TEASER = 0.25
"""Likewise for a finished sentence that stands between such headlines."""


_INTRODUCTIONS = (":", "：")


def strip_tail(lines: list[str]) -> list[str]:
    """Take off the headlines (and their teasers) that end a text and share little with it."""
    filled = [at for at, line in enumerate(lines) if line]
    if not filled or measure(lines[filled[-1]]) > LONGEST:
        return lines
    start = _Text([lines[at] for at in filled]).tail_start()
    return lines[: filled[start]] if start < len(filled) else lines


class _Text:
    """Paragraphs with what the rules ask of them, each asked once."""

    def __init__(self, paragraphs: list[str]) -> None:
        self.paragraphs = paragraphs
        self.lengths = [measure(line) for line in paragraphs]
        self.finished = [ends_sentence(line) for line in paragraphs]
        self.stems = [matter(line) for line in paragraphs]
        self.first: dict[str, int] = {}
        """In which paragraph each stem stands first."""
        for at, stems in enumerate(self.stems):
            for stem in stems:
                self.first.setdefault(stem, at)

    def tail_start(self) -> int:
        """Give the number of the first stray line, that of all paragraphs where there is none."""
        end = len(self.paragraphs)
        start = self._run_start()
        if end - start > MOST or (start and self.paragraphs[start - 1].endswith(_INTRODUCTIONS)):
            return end
        while start < end and (self.finished[start] or not self._is_stray(start)):
            start += 1
        return start

    def _run_start(self) -> int:
        # A run of headlines ends at the first finished sentence above it that is no teaser.
        start = len(self.paragraphs)
        while start > 0 and len(self.paragraphs) - start <= MOST and self._may_be_strange(start - 1):
            start -= 1
        return start

    def _may_be_strange(self, at: int) -> bool:
        if self.lengths[at] > LONGEST or self.paragraphs[at].endswith(_INTRODUCTIONS):
            return False
        return not self.finished[at] or self._kinship(at, at) < TEASER

    def _is_stray(self, start: int) -> bool:
        if not self._can_judge(start) or sum(self.lengths[start:]) > LARGEST * sum(self.lengths):
            return False
        kin = [self._kinship(at, start) for at in range(start, len(self.paragraphs))]
        return sum(kin) / len(kin) < self._limit(start)

    def _can_judge(self, start: int) -> bool:
        if start < FEWEST or sum(self.lengths[:start]) < SHORTEST_BODY:
            return False
        long = [
            done
            for done, length in zip(self.finished[:start], self.lengths, strict=False)
            if length > SUBHEADING
        ]
        return len(long) >= FEWEST and sum(long) >= FINISHED * len(long)

    def _limit(self, start: int) -> float:
        tail = self.paragraphs[start:]
        headlines = self.finished[start:].count(False)
        if len(tail) == 1 and self.lengths[start] > LONGEST_ALONE:
            return 0
        if len(tail) == 1 or any(map(is_item, tail)):
            return CAPITALS if all(map(has_capitals, tail)) else ALONE
        # One subheading with its last paragraph looks like a headline with its teaser, so two are asked for.
        if headlines < len(tail):
            return TEASER if headlines >= max(2, len(tail) / 2) else 0
        return TOGETHER

    def _kinship(self, at: int, start: int) -> float:
        # The share of a line's content words that stand above `start` too; one half where it has none.
        stems = self.stems[at]
        return sum(self.first[stem] < start for stem in stems) / len(stems) if stems else 0.5
