"""Photo captions that were printed between the paragraphs."""

import re

from bot.text.credits import Credit, is_house, is_signed, names_person, names_pictures, read_credit
from bot.text.days import find_days
from bot.text.lexicon import pattern
from bot.text.lines import ends_sentence, measure, unquoted

LONGEST = 70
"""Words. Captions run to 60; a longer paragraph tells a story, whatever agency's name ends it."""

LONGEST_CREDITED = 120
"""Words. Agencies caption file pictures with the story so far, and then name the photographer."""

SHORT = 12
"""Words. Inside a text, so little before an agency's name is what a picture shows."""

OPENING = 16
"""Words. A caption says what its people are doing right after their names and offices."""

_PICTURE = pattern(("depictions", "picture"))
_MADE = (
    r"(?:shows?|showing|shown|(?:was\s+)?(?:taken|released|provided|made\s+available|obtained|posted)|from)\b"
)

_LABEL = re.compile(
    rf"[(\[]?(?:(?i:{pattern(('credits', 'labels'))})\s*(?:[:：|–—]|-\s)|(?:Image|Media) (?:source|caption), )"
)
_FILE = re.compile(r"(?:FILE|File)\s*[-–—:]\s")
_THIS_PICTURE = re.compile(
    rf"(?:this\s+(?:[\w,.'’/-]+\s+){{0,5}}?{_PICTURE}\s+{_MADE}|in\s+this\s+(?:[\w,.'’/-]+\s+){{0,6}}?{_PICTURE}\b)",
    re.IGNORECASE,
)
_FILE_PICTURE = re.compile(
    rf"(?:an?|the)?\s*(?:file|handout|combination|undated)\b[\w\s-]*?\b{_PICTURE}\b", re.IGNORECASE
)
_A_PICTURE = re.compile(rf"(?:an?|the)?\s*(?:[\w-]+\s+)?{_PICTURE}\s+{_MADE}", re.IGNORECASE)
_SEEN = re.compile(rf"(?<!\w){pattern(('depictions', 'seen'))}(?!\w)", re.IGNORECASE)
_SIDES = re.compile(
    r"\((?:L|R|C|left|right|cent(?:re|er)|(?:2nd|second|third|3rd|far) (?:L|R|left|right))\)"
    r"|\b(?:from left|left to right)[:,]|, (?:second|third|far|top|bottom|cent(?:re|er)) (?:left|right),",
    re.IGNORECASE,
)
_PRESENT = re.compile(rf"\b{pattern(('depictions', 'present'))}\b")
_TOLD = re.compile(rf"\b{pattern(('depictions', 'told'))}\b", re.IGNORECASE)
_OPENINGS = (_LABEL, _FILE, _THIS_PICTURE, _FILE_PICTURE)
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[^\W\d_a-z])")
_INLINE_CREDIT = re.compile(r"(?:[—–]|--|\s-)\s*(?P<credit>[A-Z][\w./ -]{1,40}?)(?=\s+[\"“'‘]?[A-Z])")


def strip_captions(lines: list[str]) -> list[str]:
    """Take out every line that describes a picture, and the caption glued before the first sentence."""
    lines = _without_glued(lines)
    last = max((at for at, line in enumerate(lines) if line), default=0)
    return [line for at, line in enumerate(lines) if not line or not is_caption(line, closes=at == last)]


def is_caption(line: str, *, closes: bool = False) -> bool:
    """Tell whether `line` describes a picture. `closes`: it is the last of its text, where agencies sign too."""
    length = measure(line)
    if length > LONGEST_CREDITED:
        return False
    credit = read_credit(line)
    if is_signed(line) or names_pictures(credit.house):
        return True
    if length > LONGEST:
        return False
    if any(opening.match(line) for opening in _OPENINGS) and (credit.house or not _tells(line)):
        return True
    return _is_credited(credit, closes=closes) if credit.house else _shows(unquoted(line))


def _is_credited(credit: Credit, *, closes: bool) -> bool:
    described, plain = credit.described, unquoted(credit.described)
    if not described or names_person(credit.house) or _depicts(plain) or not ends_sentence(described):
        return True
    # The last paragraph of a text is signed by its agency in the same way.
    return not closes and (_is_dated(plain) or (measure(described) <= SHORT and credit.sign == "dash"))


def _shows(plain: str) -> bool:
    if not _is_dated(plain):
        return _is_acted(plain) and bool(_SIDES.search(plain)) and not _TOLD.search(plain)
    return bool(_A_PICTURE.match(plain) or _SIDES.search(plain)) or (
        _is_acted(plain) and not _TOLD.search(plain)
    )


def _tells(line: str) -> bool:
    # Where a caption lost its line end, the story that follows it reports speech sooner or later.
    first, _, rest = _SENTENCE.sub("\n", line, count=1).partition("\n")
    return bool(first and _TOLD.search(unquoted(rest)))


def _depicts(text: str) -> bool:
    return bool(_SEEN.search(text) or _A_PICTURE.match(text)) or _is_acted(text)


def _is_acted(text: str) -> bool:
    opening = " ".join(text.split()[:OPENING])
    return bool(_PRESENT.search(opening)) and len(re.findall(r"[.!?](?=\s+[A-Z])", text)) <= 1


def _is_dated(text: str) -> bool:
    return next(find_days(text), None) is not None


def _without_glued(lines: list[str]) -> list[str]:
    at = next((at for at, line in enumerate(lines) if line), None)
    if at is None:
        return lines
    for match in _INLINE_CREDIT.finditer(lines[at]):
        caption, rest = lines[at][: match.end()], lines[at][match.end() :].lstrip()
        if is_house(match["credit"]) and ends_sentence(rest) and is_caption(caption):
            return [*lines[:at], rest, *lines[at + 1 :]]
    return lines
