"""Photo captions that were printed between the paragraphs."""

import re

from bot.text.datelines import is_agency
from bot.text.days import find_days
from bot.text.lexicon import pattern, rows
from bot.text.lines import ends_sentence, measure, unquoted

LONGEST = 70
"""Words. Agencies' captions run to 60; a longer paragraph tells a story, whatever name ends it."""

SHORT = 12
"""Words. Inside a text, so little before an agency's name is what a picture shows."""

OPENING = 16
"""Words. A caption says what its people are doing right after their names and offices."""

_PICTURES = rows("credits", "pictures")
_BESIDE = rows("credits", "beside")

_PICTURE = pattern(("depictions", "picture"))
_MADE = (
    r"(?:shows?|showing|shown|(?:was\s+)?(?:taken|released|provided|made\s+available|obtained|posted)|from)\b"
)

_LABEL = re.compile(
    rf"[(\[]?{pattern(('credits', 'labels'))}\s*(?:[:：|–—]|-\s|,\s(?=[A-Z])|\sby\s)", re.IGNORECASE
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
    r"\((?:L|R|C|left|right|cent(?:re|er)|(?:2nd|second|third|3rd|far) (?:L|R|left|right))\)", re.IGNORECASE
)
_PRESENT = re.compile(rf"\b{pattern(('depictions', 'present'))}\b")
_TOLD = re.compile(rf"\b{pattern(('depictions', 'told'))}\b", re.IGNORECASE)
_OPENINGS = (_LABEL, _FILE, _THIS_PICTURE, _FILE_PICTURE)
_TAKEN_BY = re.compile(rf"[(\[]?\b{pattern(('credits', 'taken_by'))}\s*\S.{{0,80}}$", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[^\W\d_a-z])")
_CREDIT = re.compile(
    r"(?:\s*(?:[—–]|--|\s-)\s*(?P<dash>[^—–.()\[\]]{2,60})"
    r"|\s*[(\[](?P<bracket>[^()\[\]]{2,80})[)\]]"
    r"|\s*[©|]\s*(?P<sign>[^©|]{2,60})"
    r"|(?P<slash>(?:\b[A-Z][\w'’-]*\s?){0,4}(?:\s?/\s?[^/.]{2,40}){1,3}))\.?$"
)
_INLINE_CREDIT = re.compile(r"(?:[—–]|--|\s-)\s*(?P<credit>[A-Z][\w./ -]{1,40}?)(?=\s+[\"“'‘]?[A-Z])")


def strip_captions(lines: list[str]) -> list[str]:
    """Take out every line that describes a picture, and the caption glued before the first sentence."""
    lines = _without_glued(lines)
    last = max((at for at, line in enumerate(lines) if line), default=0)
    return [line for at, line in enumerate(lines) if not line or not is_caption(line, closes=at == last)]


def is_caption(line: str, *, closes: bool = False) -> bool:
    """Tell whether `line` describes a picture. `closes`: it is the last of its text, where agencies sign too."""
    if measure(line) > LONGEST:
        return False
    match = _CREDIT.search(line)
    credit = next(filter(None, match.groups())) if match else ""
    if _TAKEN_BY.search(line) or (_opens(line) and (_is_house(credit) or not _tells(line))):
        return True
    if match and _names_pictures(credit):
        return True
    if match and is_agency(_plain(credit)):
        return _is_credited(line[: match.start()], credit, closes=closes)
    plain = unquoted(line)
    return (
        _is_acted(plain) and not _TOLD.search(plain) and (_is_dated(plain) or bool(_SIDES.search(plain)))
    ) or (bool(_A_PICTURE.match(line)) and _is_dated(plain))


def _opens(line: str) -> bool:
    return any(opening.match(line) for opening in _OPENINGS)


def _tells(line: str) -> bool:
    # Where a caption lost its line end, the story that follows it reports speech sooner or later.
    first, _, rest = _SENTENCE.sub("\n", line, count=1).partition("\n")
    return bool(first and _TOLD.search(unquoted(rest)))


def _is_credited(described: str, credit: str, *, closes: bool) -> bool:
    plain = unquoted(described)
    if not described.strip() or _names_person(credit) or _depicts(plain) or not ends_sentence(described):
        return True
    # The last paragraph of a text is signed by its agency in the same way.
    return not closes and (
        _is_dated(plain) or (measure(described) <= SHORT and not credit.endswith((")", "]")))
    )


def _parts(credit: str) -> list[str]:
    return [part.strip() for part in re.split(r"[/,;|&]|\s-\s|\bvia\b|\bfor\b", credit) if part.strip()]


def _plain(credit: str) -> str:
    return " ".join(word for word in re.split(r"\s+", credit) if word.strip(",.").casefold() not in _BESIDE)


def _names_pictures(credit: str) -> bool:
    return any(part.casefold() in _PICTURES and not part.islower() for part in _parts(credit))


def _names_person(credit: str) -> bool:
    parts = [plain for part in _parts(credit) if (plain := _plain(part))]
    return len(parts) > 1 and any(not is_agency(part) and part[0].isupper() for part in parts)


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
        if _is_house(match["credit"]) and ends_sentence(rest) and is_caption(caption):
            return [*lines[:at], rest, *lines[at + 1 :]]
    return lines


def _is_house(credit: str) -> bool:
    return _names_pictures(credit) or is_agency(_plain(credit))
