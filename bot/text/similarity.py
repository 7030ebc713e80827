"""How two texts relate: copy, another version, excerpt, or different.

J3 is the resemblance of two texts, the share of their word 3-shingles that both have (Jaccard); C3 the containment,
the share of the smaller text's shingles found in the larger. Signatures (`bot/text/minhash.py`) find whom to
compare; what is decided here is decided on the words themselves.

The figures beside the thresholds come from three measurements: 230,860 pairs of 680 full-text news pages on three
events, of which 45 pairs were read by hand; 142 articles cut, reworded and padded on purpose; and 10,011 pairs of
unrelated articles.
"""

from dataclasses import dataclass

from bot.model import Resemblance
from bot.text.minhash import (
    BANDS,
    MIN_WORDS,
    PERMUTATIONS,
    ROWS,
    SIGNATURE_VERSION,
    Signature,
    estimate,
    shingle_hashes,
    signature,
    text_digest,
    words_of,
)

__all__ = [
    "BANDS",
    "MIN_WORDS",
    "PERMUTATIONS",
    "ROWS",
    "SIGNATURE_VERSION",
    "Profile",
    "Signature",
    "compare",
    "estimate",
    "overlap",
    "profile",
    "resemblance",
    "shingles",
    "signature",
    "text_digest",
]

COPY_J3 = 0.50
"""Of the pairs read by hand at J3 .45-.60, nine of nine were one wire text in another trim."""

VERSION_J3 = 0.25
"""Nine of nine at J3 .35-.45, eight of nine at .25-.35, four of nine below: precision .963, recall .867."""

CONTAINED_C3 = 0.70
"""A text cut to half keeps all its shingles in the original, one with a tenth of its words replaced .75 (median);
the largest figure among the unrelated pairs was .494."""

VERSION_LENGTH = 0.40
"""Ratio of word counts under which a contained text is quoted, not copied: unguarded, containment of .70 let digest
pages chain 33 articles together, where the longest chain at J3 >= .50 was 15."""

DOUBT_J3 = 0.15
"""None of nine pairs at J3 .08-.15 was the same text, four of nine at .15-.25: between the two we look closer."""

DOUBT_C3 = 0.45
"""Far above the 99.9th percentile of unrelated pairs (.034); copies reworded by a tenth, cut by a third and padded
with headlines begin at .46 (5th percentile)."""

COMMON_RUN = 20
"""Words in a row that two texts in doubt must share. One long quotation may reach it, so the titles must agree too."""

TITLE_LIKENESS = 0.50
"""Share of the words of two titles that both have. A judgement, not a measurement: outlets rewrite headlines, and a
missed copy costs a reader less than two stories made one."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is compared of a text: its words, the set of its shingles' hashes, and its title's words."""

    words: tuple[str, ...]
    shingles: frozenset[int]
    title: tuple[str, ...] = ()


def shingles(text: str) -> frozenset[int]:
    """Hash every run of three words of `text` to 64 bits. Empty for a text of fewer than three words."""
    return profile(text).shingles


def profile(text: str, title: str | None = None) -> Profile:
    """Prepare `text` for many comparisons."""
    words = words_of(text)
    return Profile(words, frozenset(shingle_hashes(words).tolist()), words_of(title or ""))


def compare(
    a_text: str, b_text: str, *, a_title: str | None = None, b_title: str | None = None
) -> Resemblance:
    """Say how two texts relate. The order of the two never matters."""
    return resemblance(profile(a_text, a_title), profile(b_text, b_title))


def resemblance(a: Profile, b: Profile) -> Resemblance:
    """Say how two prepared texts relate. The order of the two never matters.

    An `EXCERPT` is the shorter of the two, quoted in the longer: a link, never a reason to fold.
    """
    if min(len(a.words), len(b.words)) < MIN_WORDS:
        return _short(a, b)
    j3, c3 = overlap(a, b)
    if j3 >= COPY_J3:
        return Resemblance.COPY
    if j3 >= VERSION_J3:
        return Resemblance.VERSION
    in_doubt = j3 >= DOUBT_J3 or c3 >= DOUBT_C3
    if c3 >= CONTAINED_C3 or (in_doubt and _titles_agree(a, b) and _share_run(a, b)):
        return Resemblance.VERSION if _length_ratio(a, b) >= VERSION_LENGTH else Resemblance.EXCERPT
    return Resemblance.DIFFERENT


def overlap(a: Profile, b: Profile) -> tuple[float, float]:
    """Measure J3 and C3, each 0 to 1; both 0 where either text has no shingle."""
    shared = len(a.shingles & b.shingles)
    if not shared:
        return 0.0, 0.0
    sizes = len(a.shingles), len(b.shingles)
    return shared / (sum(sizes) - shared), shared / min(sizes)


def _short(a: Profile, b: Profile) -> Resemblance:
    # "Please enable cookies" stands word for word under any two stories: a contradicting title forbids.
    titles_allow = not (a.title and b.title) or a.title == b.title
    same = bool(a.words) and a.words == b.words and titles_allow
    return Resemblance.COPY if same else Resemblance.DIFFERENT


def _titles_agree(a: Profile, b: Profile) -> bool:
    mine, other = set(a.title), set(b.title)
    return bool(mine and other) and len(mine & other) >= TITLE_LIKENESS * len(mine | other)


def _share_run(a: Profile, b: Profile) -> bool:
    return not _runs(a.words).isdisjoint(_runs(b.words))


def _runs(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[at : at + COMMON_RUN] for at in range(len(words) - COMMON_RUN + 1)}


def _length_ratio(a: Profile, b: Profile) -> float:
    lengths = len(a.words), len(b.words)
    return min(lengths) / max(lengths)
