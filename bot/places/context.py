"""Tells from its surroundings whether a phrase of the tables speaks of its state at all.

Every rule is a kind of phrase, true of English: newspapers, seas, treaties named after their city,
first and family names that are also places, "pro-Russian", "Mexican American". A rule that applies
hides the phrase: doubt means left out.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from bot.places.fold import WORD
from bot.places.lexicon import Entry, Hit, Kind
from bot.places.mention import Sense
from bot.places.tables import words

_LOOK_BACK = 48
_BEFORE = re.compile(r"(?<![\w'])([\w']+\.?)(\W*)\Z")
_AFTER = re.compile(r"(\W{1,4})(\w+)")
_PARTICLE = re.compile(r"\b(?:[Aa]l|[Ee]l|[Bb]in|[Ii]bn|[Vv]an|[Vv]on|[Dd]e|[Dd]a)[- ]\Z")
_TIMES_OF = re.compile(r"\bTimes of (?:the )?\Z")
_LAND = frozenset((Sense.COUNTRY, Sense.DEMONYM, Sense.CAPITAL, Sense.CITY, Sense.REGION))
_TOWN = frozenset((Sense.CAPITAL, Sense.CITY, Sense.REGION))
_HEADLINE_SHARE = 0.75
_HEADLINE_WORDS = 4
# A longer word in capitals is a family name, as French agencies write it ("Pierre JOXE").
_LONGEST_ACRONYM = 3


class Setting(NamedTuple):
    """A hit with the words around it; a word or gap that is not there is empty."""

    folded: str
    hit: Hit
    previous: Hit | None
    following: Hit | None
    lead: str
    before: str
    gap_before: str
    gap_after: str
    after: str
    gap_second: str
    second: str

    @property
    def neighbour(self) -> Hit | None:
        """The hit to which the word before belongs."""
        end = self.hit.start - len(self.gap_before)
        return self.previous if self.previous is not None and self.previous.end == end else None

    @property
    def successor(self) -> Hit | None:
        """The hit which the word behind begins."""
        start = self.hit.end + len(self.gap_after)
        return self.following if self.following is not None and self.following.start == start else None


def setting(folded: str, hit: Hit, previous: Hit | None, following: Hit | None) -> Setting:
    """Return the surroundings of a hit, given the hits before and behind it, vetoes included."""
    lead = folded[max(0, hit.start - _LOOK_BACK) : hit.start]
    if hit.entry.kind in {Kind.PERSON, Kind.FAMILY}:
        lead = _PARTICLE.sub("", lead)
    back = _BEFORE.search(lead)
    on = _AFTER.match(folded, hit.end)
    beyond = _AFTER.match(folded, on.end()) if on else None
    return Setting(
        folded,
        hit,
        previous,
        following,
        lead,
        back.group(1) if back else "",
        back.group(2) if back else "",
        on.group(1) if on else "",
        on.group(2) if on else "",
        beyond.group(1) if beyond else "",
        beyond.group(2) if beyond else "",
    )


def hides(here: Setting) -> bool:
    """Whether any rule says that this phrase does not speak of its state."""
    return any(rule(here) for rule in _RULES)


def in_headline(folded: str, at: int) -> bool:
    """Whether the line around `at` is written with capitals throughout, so that they tell nothing."""
    start = folded.rfind("\n", 0, at) + 1
    end = folded.find("\n", at)
    line = folded[start : end if end >= 0 else len(folded)][:300]
    long = [word for word in WORD.findall(line) if len(word) > 3]
    return len(long) >= _HEADLINE_WORDS and sum(w[0].isupper() for w in long) >= _HEADLINE_SHARE * len(long)


def _capital(word: str) -> bool:
    return bool(word) and word[0].isupper()


def _joined_form(here: Setting) -> bool:
    after, before = here.after.lower(), here.before.lower()
    return (here.gap_after == "-" and after in words("not_the_state_suffix")) or (
        here.gap_before == "-" and before in words("against_prefix")
    )


def _joining_form_alone(here: Setting) -> bool:
    return here.hit.entry.kind is Kind.JOINING and here.gap_after != "-"


def _publisher(here: Setting) -> bool:
    if here.hit.entry.sense not in _LAND:
        return False
    if _TIMES_OF.search(here.lead):
        return True
    if here.gap_after != " " or not _capital(here.after):
        return False
    last = here.gap_second != " " or not _capital(here.second)
    kind = here.after.lower()
    return kind in words("publisher") or (last and kind in words("publisher_at_end"))


@cache
def _of(kind: str) -> re.Pattern[str]:
    names = "|".join(sorted(words(kind)))
    return re.compile(rf"\b(?:{names.title()}) of (?:the )?\Z")


def _water(here: Setting) -> bool:
    named = here.gap_after == " " and _capital(here.after) and here.after.lower() in words("water")
    return here.hit.entry.sense in _LAND and (
        named or here.before == "River" or _of("water_of").search(here.lead) is not None
    )


def _treaty(here: Setting) -> bool:
    if here.hit.entry.sense not in _TOWN:
        return False
    after, second = here.after.lower(), here.second.lower()
    if here.gap_after == " " and after in words("treaty"):
        return True
    if here.gap_after == " " and after in words("treaty_middle") and second in words("treaty"):
        return True
    return _of("treaty_of").search(here.lead) is not None


def _war(here: Setting) -> bool:
    return here.hit.entry.sense in _LAND and here.gap_after == " " and here.after in {"War", "Wars"}


def _club(here: Setting) -> bool:
    named = here.gap_after == " " and _capital(here.after) and here.after.lower() in words("club")
    return named and here.hit.entry.sense in _LAND


def _hyphenated_american(here: Setting) -> bool:
    entry = here.hit.entry
    if entry.sense is not Sense.DEMONYM or here.after.lower() in words("conflict_noun"):
        return False
    if entry.code != "US":
        twin = here.gap_after in {" ", "-"} and here.after in {"American", "Americans"}
        return twin and here.second.lower() not in words("conflict_noun")
    other = here.neighbour.entry if here.neighbour else None
    twin = other is not None and other.sense is Sense.DEMONYM and other.code != "US"
    return twin and here.gap_before in {" ", "-"}


def _first_name(here: Setting) -> bool:
    if here.hit.entry.phrase.lower() not in words("given_name") or here.gap_after != " ":
        return False
    word = here.after.lower()
    if not _capital(here.after) or word in words("institution") or _leads_to_state(here):
        return False
    headline = in_headline(here.folded, here.hit.start)
    return not (headline and (word in words("headline_verb") or word.endswith(("s", "ed", "ing"))))


def _leads_to_state(here: Setting) -> bool:
    if here.after.isupper() and len(here.after) > 1:
        return True
    successor = here.successor
    return successor is not None and successor.entry.kind is Kind.PLAIN and successor.entry.sense not in _TOWN


def _family_name(here: Setting) -> bool:
    entry = here.hit.entry
    if entry.kind is not Kind.PERSON and entry.phrase.lower() not in words("family_name"):
        return False
    if entry.kind is Kind.PERSON and len(WORD.findall(entry.phrase)) > 1:
        return False
    return _other_bearer(here)


def _other_bearer(here: Setting) -> bool:
    """Whether a first name unknown to the tables stands before a family name."""
    before = here.before
    if here.gap_before.strip() or not here.gap_before or not _capital(before):
        return False
    if here.neighbour and not _may_be_first_name(here.neighbour.entry):
        return False
    word = before.lower().rstrip(".")
    if len(word) == 1 or word.removesuffix("'s") != word:
        return False
    if any(word in words(kind) for kind in ("opener", "title", "institution")):
        return False
    headline = in_headline(here.folded, here.hit.start)
    return not (headline and (word in words("headline_verb") or word.endswith(("s", "ed", "ing"))))


def _may_be_first_name(entry: Entry) -> bool:
    """Family names that count only behind an office are often first names too ("Omar", "Joseph")."""
    return entry.kind is Kind.FAMILY or entry.phrase.lower() in words("given_name")


def name_goes_on(here: Setting) -> str | None:
    """The capitalised word right behind or before a family name that makes it part of a longer name; None where none does.

    "Pierre Joxe" and "Lavrov-Petersen" are not the officials known as Pierre and Lavrov, unless they bear that word too.
    """
    if here.gap_after == " " and here.after.lower() in words("younger"):
        return here.after
    if len(WORD.findall(here.hit.entry.phrase)) > 1:
        return None
    if here.gap_after == "-" and _capital(here.after) and here.successor is None:
        return here.after
    if here.gap_before == "-" and _is_half_of_name(here):
        return here.before
    return here.after if here.gap_after == " " and _may_go_on(here) else None


def _is_half_of_name(here: Setting) -> bool:
    word = here.before.lower()
    known = any(word in words(kind) for kind in ("against_prefix", "title", "opener"))
    return _capital(here.before) and here.neighbour is None and not known


def _may_go_on(here: Setting) -> bool:
    word = here.after.lower()
    if not _capital(here.after) or (here.after.isupper() and len(word) <= _LONGEST_ACRONYM):
        return False
    if any(word in words(kind) for kind in ("calendar", "institution", "opener", "title", "regnal")):
        return False
    successor = here.successor
    if (
        successor is not None
        and successor.entry.kind is Kind.PLAIN
        and successor.entry.sense is not Sense.CITY
    ):
        return False
    return not in_headline(here.folded, here.hit.start)


def _shouted_pronoun(here: Setting) -> bool:
    """In a line of capitals alone "US" may be the pronoun ("TELL US MORE")."""
    if here.folded[here.hit.start : here.hit.end] != "US":
        return False
    return here.before.isupper() and here.before.lower() in words("ask_us")


def _longer_organ(here: Setting) -> bool:
    """The end of another organ's name is not that organ ("Homeland Security Council")."""
    if here.hit.entry.phrase.lower() not in words("generic_organ"):
        return False
    return here.gap_before in {" ", "\n"} and here.before.lower() in words("longer_organ")


_RULES: tuple[Callable[[Setting], bool], ...] = (
    _joined_form,
    _joining_form_alone,
    _publisher,
    _water,
    _treaty,
    _war,
    _club,
    _hyphenated_american,
    _first_name,
    _family_name,
    _shouted_pronoun,
    _longer_organ,
)
