"""Decides words that several states share ("Georgia", "Congo", "Korean") by what stands around them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.places.fold import fold
from bot.places.lexicon import Hit
from bot.places.mention import Sense
from bot.places.tables import parts, rows

# Letters on either side that are searched for cues: first about a sentence, then about two paragraphs.
_NEAR, _FAR = 120, 500
_TOWN = frozenset((Sense.CITY, Sense.CAPITAL))


@dataclass(frozen=True, slots=True)
class Reading:
    """One state that an ambiguous word may mean, and the words that speak for it."""

    code: str
    sense: Sense
    cues: re.Pattern[str] | None
    alone: bool


class Ambiguities:
    """All ambiguous words with their readings."""

    def __init__(self, table: Iterable[dict[str, str]]) -> None:
        self._readings: dict[str, list[Reading]] = {}
        for row in table:
            reading = Reading(row["code"], Sense(row["sense"]), _cues(row["cues"]), row["alone"] == "yes")
            self._readings.setdefault(row["word"], []).append(reading)

    def decide(self, folded: str, hit: Hit, town: Hit | None) -> Reading | None:
        """Return the one reading the surroundings speak for. `town` is a city named just before ("Rome, ")."""
        readings = self._readings[hit.entry.phrase]
        if town is not None and town.entry.sense in _TOWN:
            same = [reading for reading in readings if reading.code == town.entry.code]
            parts_of_states = [reading for reading in readings if reading.sense is Sense.REGION]
            return next(iter(same or parts_of_states), None)
        for width in (_NEAR, _FAR):
            around = f"{folded[max(0, hit.start - width) : hit.start]} . {folded[hit.end : hit.end + width]}"
            speaking = [reading for reading in readings if reading.cues and reading.cues.search(around)]
            if speaking:
                return speaking[0] if len(speaking) == 1 else None
        return None

    def knows(self, word: str) -> bool:
        """Whether the word is in the table."""
        return word in self._readings

    def alone(self, phrase: str) -> Reading | None:
        """Return the reading meant when the word is all that is asked."""
        return next((reading for reading in self._readings.get(phrase, ()) if reading.alone), None)


def _cues(cell: str) -> re.Pattern[str] | None:
    cues = sorted((fold(cue) for cue in parts(cell)), key=len, reverse=True)
    if not cues:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, cues))})(?!\w)")


def load_ambiguities() -> Ambiguities:
    """Read `ambiguous.tsv`."""
    return Ambiguities(rows("ambiguous"))
