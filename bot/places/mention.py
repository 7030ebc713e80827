"""What the gazetteer answers: a stretch of text and the state, organisation or group it stands for."""

from dataclasses import dataclass
from enum import StrEnum


class Sense(StrEnum):
    """How a stretch of text comes to mean its code."""

    COUNTRY = "country"
    DEMONYM = "demonym"
    CAPITAL = "capital"
    CITY = "city"
    METONYM = "metonym"
    GOVERNMENT = "government"
    ORGANISATION = "organisation"
    GROUP = "group"
    PERSON = "person"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class Mention:
    """`text` = the analysed text[start:end] means `code`.

    `name` is the full name of a person or the usual name of a body, None for a place. `role` is the
    office a person holds on the day asked about or is given in the text, or what kind of organ it is
    ("state media"); None where neither is known.
    """

    start: int
    end: int
    text: str
    code: str
    sense: Sense
    name: str | None = None
    role: str | None = None
