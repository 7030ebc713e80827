"""Whether a statement bears on affairs between states: sport, home affairs and the reports of charities do not.

What the words are stands in `bearing.toml`. A statement that names another state is never left out as a home affair.
"""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spacy.tokens import Token

from bot.events.acts import wording
from bot.events.people import Who
from bot.events.scene import Scene


@dataclass(frozen=True, slots=True)
class Bearings:
    """The word lists of `bearing.toml`."""

    unheard: frozenset[str]
    sport: re.Pattern[str]
    fiction: re.Pattern[str]
    home: re.Pattern[str]
    abroad: re.Pattern[str]
    offices: frozenset[str]


@cache
def load_bearings() -> Bearings:
    """The lists shipped beside this module. A malformed file is a bug and raises as such."""
    data = tomllib.loads(files("bot.events").joinpath("bearing.toml").read_text(encoding="utf-8"))
    words = {name: wording(data[name]["phrases"]) for name in ("sport", "fiction", "home", "abroad")}
    return Bearings(frozenset(data["unheard"]["codes"]), offices=frozenset(data["offices"]["words"]), **words)


def is_heard(who: Who) -> bool:
    """Whether somebody speaks for a state, a body of states or an armed group, so that a briefing tells of it."""
    return who.state and who.code is not None and who.code not in load_bearings().unheard


def is_play(cue: Token, speakers: Collection[Who]) -> bool:
    """Whether a sentence tells a story, or a state's bare name in it, beside words of the pitch, means its team."""
    lists, told = load_bearings(), cue.sent.text
    is_team = all(not who.person for who in speakers) and _found(lists.sport, told)
    return is_team or _found(lists.fiction, told)


def is_home_affair(
    scene: Scene, cue: Token, speakers: Collection[Who], words: str, own: Collection[str | None]
) -> bool:
    """Whether what `speakers` with the codes `own` said in `words`, by `cue`, concerns their own house alone."""
    lists = load_bearings()
    by_office = any(not lists.offices.isdisjoint((who.role or "").casefold().split()) for who in speakers)
    if not by_office and not _found(lists.home, f"{cue.sent.text} {words}"):
        return False
    return not is_abroad(scene, cue, own) and not _found(lists.abroad, words)


def is_abroad(scene: Scene, cue: Token, own: Collection[str | None]) -> bool:
    """Whether the sentence of a cue names a state other than `own`, or speaks of matters between states."""
    here = cue.sent
    foreign = any(code not in own for code in scene.cast.codes_within(here.start, here.end))
    return foreign or _found(load_bearings().abroad, here.text)


def _found(words: re.Pattern[str], text: str) -> bool:
    return words.search(text.casefold().replace("’", "'")) is not None
