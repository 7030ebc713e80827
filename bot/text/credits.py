"""Credit lines: which house or photographer a picture is owed to."""

import re
from dataclasses import dataclass

from bot.text.datelines import is_agency
from bot.text.lexicon import pattern, rows
from bot.text.lines import ends_sentence

_PICTURES = rows("credits", "pictures")
_BESIDE = rows("credits", "beside")

_TAKEN_BY = re.compile(
    rf"(?:^|[.!?\"'”’)] ?|[(\[|] ?)(?i:{pattern(('credits', 'taken_by'))})\s*(?=[^\W\d_a-z]).{{1,80}}$"
)
_CREDIT = re.compile(
    r"(?:\s*(?:[—–]|--|\s-)\s*(?P<dash>[^—–.()\[\]]{2,60})"
    r"|\s*[(\[](?P<bracket>[^()\[\]]{2,80})[)\]]"
    r"|\s*[©|]\s*(?P<sign>[^©|]{2,60})"
    r"|(?P<slash>(?:\b[A-Z][\w'’-]*\s?){0,4}(?:\s?/\s?[^/.]{2,40}){1,3}))\.?$"
)


@dataclass(frozen=True, slots=True)
class Credit:
    """What stands before the credit, the house it names ("" where there is none), and how it is set apart."""

    described: str
    house: str = ""
    sign: str = ""


def read_credit(line: str) -> Credit:
    """Read the credit that `line` ends in: after a dash, in brackets, after a sign, or "Name/House" alone."""
    match = _CREDIT.search(line)
    if match is None or match.lastgroup is None:
        return Credit(line)
    described, house = line[: match.start()].strip(), match[match.lastgroup]
    is_bare = match.lastgroup == "slash"
    if not is_house(house) or (is_bare and described and not ends_sentence(described)):
        return Credit(line)
    return Credit(described, house, match.lastgroup)


def _parts(credit: str) -> list[str]:
    return [part.strip() for part in re.split(r"[/,;|&]|\s-\s|\bvia\b|\bfor\b", credit) if part.strip()]


def _plain(credit: str) -> str:
    return " ".join(word for word in re.split(r"\s+", credit) if word.strip(",.").casefold() not in _BESIDE)


def is_house(credit: str) -> bool:
    """Tell whether `credit` names an agency or a picture house."""
    return names_pictures(credit) or is_agency(_plain(credit))


def names_pictures(credit: str) -> bool:
    """Tell whether `credit` names a house that sends out pictures alone."""
    return any(part.casefold() in _PICTURES and not part.islower() for part in _parts(credit))


def names_person(credit: str) -> bool:
    """Tell whether `credit` names a photographer beside an agency."""
    # Photographers have two names or more; a single one beside an agency is its partner (Reuters/Ipsos).
    parts = [_plain(part).split() for part in _parts(credit)]
    return len(parts) > 1 and any(
        len(names) > 1 and not is_agency(" ".join(names)) and all(name[0].isupper() for name in names)
        for names in parts
    )


def is_signed(line: str) -> bool:
    """Tell whether `line` ends in "Photo by …" or the like."""
    return bool(_TAKEN_BY.search(line))
