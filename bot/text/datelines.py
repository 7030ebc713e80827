"""The head of an agency's text: place, day and agency before the first sentence."""

import re

from bot.text.days import MONTH
from bot.text.lexicon import pattern, rows

LONGEST = 200
"""Characters. Three places, a day and two agencies fit; beyond it is prose."""

SHORTEST_PLACE = 4
"""Letters. A shorter word in capitals before a dash is an abbreviation (US, EU), not a place of writing."""

_AGENCIES = rows("credits", "agencies")
_NOT_A_PLACE = rows("datelines", "not_a_place") | rows("credits", "labels")
_AGENCY = pattern(("credits", "agencies"))

# Lower case is left out of the class letter by letter, since `re` knows no class of capitals.
_CAPITALS = r"[^\W\d_a-zß-öø-ÿа-яё][^\Wa-zß-öø-ÿа-яё_\d]*(?:['’.-][^\Wa-zß-öø-ÿа-яё_\d]+)*\.?"
_NAME = r"[^\W\d_a-zß-öø-ÿа-яё][\w'’.-]*"
_NAMES = rf"{_NAME}(?:[ -](?:{_NAME}|de|del|la|el|al|an|of|the)){{0,3}}"
_DATE = (
    rf"(?:(?:le|on)\ )?(?i:{MONTH}\ \d{{1,2}}|\d{{1,2}}\.?\ (?:de\ )?{MONTH})(?:(?:,|\.|\ de)?\ \d{{4}})?"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}"
)
_DASH = r"\.?\s*(?:--+|[–—]|[-:](?=\s))"
_HOUSE = r"\((?P<round>[^()]{2,60})\)|\[(?P<square>[^\[\]]{2,60})\]|/(?P<slash>[^/\s][^/]{1,40})/"
_DATELINE = re.compile(
    rf"""
    (?P<place>(?:(?P<capitals>{_CAPITALS}(?:\ {_CAPITALS})*)(?!\w)|{_NAMES})(?:\s?\[{_NAMES}\]|\s?[,/]\s?{_NAMES}){{0,3}})?
    (?:[,.]?\s*(?P<date>{_DATE})\b)?
    (?:[,.]?\s*(?:{_HOUSE})(?P<dash1>{_DASH})?
      |(?P<dash2>{_DASH}))
    [.\s]*
    """,
    re.VERBOSE,
)
_BARE_AGENCY = re.compile(rf"(?i:{_AGENCY})(?:{_DASH}|\.(?=\s))\s*")
_TURN = re.compile(rf"{_CAPITALS}(?: {_CAPITALS}){{0,4}}: ")
_NOTE = re.compile(rf"[(\[]{pattern(('datelines', 'notes'))}[)\]]\s*", re.IGNORECASE)


def dateline(line: str) -> int:
    """Give how many characters of `line` name only place, day and agency, 0 where it begins with its story."""
    if found := _NOTE.match(line) or _BARE_AGENCY.match(line):
        return found.end() if _begins_story(line[found.end() :]) else 0
    match = _DATELINE.match(line[:LONGEST])
    if match is None or not _begins_story(line[match.end() :]):
        return 0
    return match.end() if _is_convincing(match) else 0


def is_turn(line: str) -> bool:
    """Tell whether `line` begins with capitals and a colon: a place of writing, or a speaker of a transcript."""
    return bool(_TURN.match(line[:LONGEST]))


def _begins_story(rest: str) -> bool:
    # What follows a dateline is a sentence of its own; an aside between dashes goes on in lower case.
    return bool(rest) and not rest[0].islower()


def _is_convincing(match: re.Match[str]) -> bool:
    place, dash = match["place"], match["dash1"] or match["dash2"]
    agency = match["round"] or match["square"] or match["slash"]
    if agency:
        return is_agency(agency) or (_looks_like_a_house(agency) and bool(dash or not place))
    if match["date"]:
        return bool(dash and (place or re.search(r"\d{4}", match["date"])))
    if place and dash and "," in place and is_agency(place.rpartition(",")[2]):
        return True
    return bool(dash and match["capitals"] and _is_place(match["capitals"]))


def _is_place(name: str) -> bool:
    letters = sum(map(str.isalpha, name))
    return letters >= SHORTEST_PLACE and name.isupper() and name.casefold() not in _NOT_A_PLACE


def is_agency(credit: str) -> bool:
    """Tell whether `credit` is, or begins or ends with, the name of a news agency."""
    parts = re.split(r"\s*(?:[/,;|&]|-\s|\s-|\band\b|\bvia\b)\s*", credit.strip(" .-–—"))
    return any(part.casefold() in _AGENCIES for part in parts)


def _looks_like_a_house(credit: str) -> bool:
    names = credit.replace("-", " ").split()
    return len(names) <= 4 and len(credit) > 2 and all(name[0].isupper() for name in names)
