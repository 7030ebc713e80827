"""From what a person types or taps to a time zone, and what to call a zone to a reader.

The tz database's `zone.tab` says which zones there are to offer, of which country, the larger ones mostly first;
its links, and CLDR, say which older names stand for them; CLDR has the cities' names in every language.
What is offered is always a zone of that table, "UTC", or a whole hour from it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError, get_global, parse_locale

from bot.errors import UnknownCountry
from bot.places.fold import fold
from bot.places.names import LANGUAGES, parse_country
from bot.places.tables import parts, rows

_UTC = "UTC"
_FALLBACK = "en"
# What a keyboard shows without scrolling; the most clocks of one country are Russia's eleven.
_MOST = 12
# The mainland United States have five; what follows serves a reader abroad better.
_OF_HOME = 5
# Cities of embassies and summits around the globe, those with the most of both first.
WORLD = (
    "Europe/London",
    "Europe/Brussels",
    "America/New_York",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Africa/Nairobi",
    "America/Sao_Paulo",
    "Europe/Moscow",
)
# The zone of the seat of government where the table names none after it. Kosovo has no code in ISO 3166 and so no
# zone; Tirana keeps its clock.
_SEATS = MappingProxyType(
    {
        "AU": "Australia/Sydney",
        "BR": "America/Sao_Paulo",
        "CA": "America/Toronto",
        "CN": "Asia/Shanghai",
        "EC": "America/Guayaquil",
        "FM": "Pacific/Pohnpei",
        "KZ": "Asia/Almaty",
        "NZ": "Pacific/Auckland",
        "PF": "Pacific/Tahiti",
        "PS": "Asia/Hebron",
        "US": "America/New_York",
        "XK": "Europe/Tirane",
    }
)
# Of 290 names with one letter lost, doubled, wrong or swapped 98 % are found at this likeness, and one word of
# running English in fifteen is taken for a place; at 0.84 it is one in sixty, but 84 % are found.
_LIKENESS = 0.8
# A shorter word may be alike with a third of it wrong: "msk" is like "Omsk".
_SHORTEST_SLIP = 4
_SLIPS = 4
_SHIFT = re.compile(
    r"(?P<base>utc|gmt)?\s*(?:(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?)?"
)
_EASTMOST, _WESTMOST = 14, -12
# Two zones whose offsets agree in every week of a year that lies behind all changes announced keep one clock.
_WEEKS = tuple(datetime(2036, 1, 1, tzinfo=UTC) + timedelta(weeks=number) for number in range(53))


def known_zone(name: str) -> str:
    """Return `name` where the tz database has it, as it stands or as a link, else "UTC".

    A zone can go: a name may be misspelt where it is kept, or be gone from a later release. The caller who wants
    to tell the reader compares the answer with what was asked.
    """
    return name if name in _canonical() else _UTC


def local(moment: datetime, zone: str) -> datetime:
    """Return a moment as a zone's clocks show it; an unknown zone is read as UTC.

    Raises:
        ValueError: the moment has no time zone, and would be read as the machine's.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    return moment.astimezone(ZoneInfo(known_zone(zone)))


def offset(zone: str, now: datetime) -> str:
    """Return how far a zone stands from UTC at `now`: “UTC+2”, “UTC-3:30”, “UTC”."""
    minutes = round((local(now, zone).utcoffset() or timedelta()) / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else _UTC


def city(zone: str, locale: str = _FALLBACK) -> str:
    """Return what to call a zone to a reader: “New York”, “Kyiv”, “UTC+3”, from CLDR.

    A city that CLDR does not name in the language has its English name; an unknown locale is read as English, and
    an unknown zone is called by its last part.
    """
    name = _canonical().get(zone, _last_part(zone))
    if name.startswith("Etc/GMT"):
        return f"UTC{-int(name.removeprefix('Etc/GMT')):+}"
    return _cldr_cities(locale).get(name) or _cldr_cities(_FALLBACK).get(name) or _last_part(name)


def find_zones(text: str) -> tuple[str, ...]:
    """Return the zones that a typed text can mean, the likeliest first: none, one, or up to twelve to choose from.

    Understood are names of the tz database in any case; cities and countries in the major languages, alone or as
    “London, Ontario”; an offset from UTC; the short names of American time (CLDR); and slips of the finger in a
    city's or country's name. Of a country's zones that keep one clock from now on only one is given. Towns that
    have no zone of their own give those of their country. A slip is read by likeness and may be read wrongly: say the
    city back to who typed it.
    """
    typed = text.strip()
    readings = (_name, _shift, _place, _place_within, _american, _link, _alike)
    return next((found for reading in readings if (found := reading(typed))), ())[:_MOST]


def guess_zones(language: str | None) -> tuple[str, ...]:
    """Return the zones to offer to a newcomer: those of the likeliest country of a language, then the `WORLD`'s.

    `language` is an IETF tag as Telegram sends it (“de”, “pt-br”); an unknown one, or None, gives the world's.
    """
    home = _clocks(_country_of(language)) if language else ()
    return _once((*home[:_OF_HOME], *WORLD))[:_MOST]


# The tables


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    """Country → its zones, in the order of `zone.tab`."""
    text = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return MappingProxyType({country: tuple(zones) for country, zones in found.items()})


@cache
def _canonical() -> Mapping[str, str]:
    """Every name of the tz database, links too → the zone it is offered as."""
    offered = {zone for zones in _table().values() for zone in zones}
    aliases = get_global("zone_aliases")
    found = {name: name if name in offered else aliases.get(name, name) for name in _names()}
    return MappingProxyType(
        {n: _UTC if zone in {"Etc/UTC", "Etc/GMT"} else zone for n, zone in found.items()}
    )


def _names() -> Iterable[str]:
    # "Factory" is the tz database's word for a machine that nobody set.
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return (name for name in names if name != "Factory")


@lru_cache(maxsize=128)
def _cldr_cities(locale: str) -> Mapping[str, str]:
    """Zone → its city in one language, where CLDR has a name of its own for it."""
    try:
        zones = Locale.parse(locale.replace("-", "_")).time_zones
    except (UnknownLocaleError, ValueError):
        zones = Locale(_FALLBACK).time_zones
    # CLDR keeps its keys for good (Europe/Kiev), so they are read as links.
    named = {_canonical().get(zone, zone): info["city"] for zone, info in zones.items() if "city" in info}
    return MappingProxyType(named)


@cache
def _cities() -> Mapping[str, tuple[str, ...]]:
    """City → zones: the tz database's and CLDR's English names; any other language's where English has none.

    What is a country in English is no city in another language: Turkish writes Juba “Cuba”.
    """
    links = ((_last_part(name), zone) for name, zone in _canonical().items() if _bears_place(name))
    english = _index((*links, *_spelt(_FALLBACK)))
    foreign = _index(pair for language in LANGUAGES for pair in _spelt(language))
    states = {_key(name) for row in rows("countries") for name in (row["name"], *parts(row["aliases"]))}
    return MappingProxyType({name: foreign[name] for name in foreign if name not in states} | english)


def _bears_place(name: str) -> bool:
    # A city, or a region as in Canada/Saskatchewan; below Etc there are only shifts.
    return "/" in name and not name.startswith("Etc/")


def _spelt(locale: str) -> Iterable[tuple[str, str]]:
    return ((name, zone) for zone, name in _cldr_cities(locale).items())


@cache
def _capitals() -> Mapping[str, tuple[str, ...]]:
    """Capital → the countries governed from it."""
    return _index((name, row["code"]) for row in rows("countries") for name in parts(row["capital"]))


@cache
def _towns() -> Mapping[str, tuple[str, ...]]:
    """Town or region → the countries that have one of the name."""
    both = (*rows("cities"), *rows("regions"))
    return _index((name, row["code"]) for row in both for name in (row["name"], *parts(row["aliases"])))


@cache
def _states() -> Mapping[str, tuple[str, ...]]:
    """English name of a country → its clocks, for names typed wrong."""
    names = Locale(_FALLBACK).territories
    return MappingProxyType({_key(names[code]): _clocks(code) for code in _table() if code in names})


@cache
def _american_times() -> Mapping[str, tuple[str, ...]]:
    """“est” → the zones of the United States that keep it; CLDR's English has no others' abbreviations."""
    kept = {_canonical().get(zone, zone): time for zone, time in get_global("meta_zones").items()}
    shorts = {time: info.get("short", {}).values() for time, info in Locale("en", "US").meta_zones.items()}
    ours = ((zone, shorts.get(kept.get(zone, ""), ())) for zone in _table()["US"])
    return _index((short, zone) for zone, words in ours for short in words)


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[_key(name)] = _once((*found.get(_key(name), ()), value))
    return found


# One country's clocks


@cache
def _year(zone: str) -> tuple[timedelta | None, ...]:
    clock = ZoneInfo(zone)
    return tuple(week.astimezone(clock).utcoffset() for week in _WEEKS)


def _apart(zones: Iterable[str]) -> tuple[str, ...]:
    """Return the first zone of each clock."""
    first: dict[tuple[timedelta | None, ...], str] = {}
    for zone in zones:
        first.setdefault(_year(zone), zone)
    return tuple(first.values())


@cache
def _clocks(country: str) -> tuple[str, ...]:
    """Return one zone for each clock that a country keeps, its government's first."""
    return _apart((*_seat(country), *_table().get(country, ())))


@cache
def _seat(country: str) -> tuple[str, ...]:
    if country in _SEATS:
        return (_SEATS[country],)
    governed = [name for name, countries in _capitals().items() if country in countries]
    zones = _table().get(country, ())
    named = [zone for name in governed for zone in _cities().get(name, ()) if zone in zones]
    return tuple(named[:1] or zones[:1])


def _country_of(language: str) -> str:
    """Return the country of a language tag, or the one where CLDR says the language is likeliest met; or ""."""
    try:
        tongue, region, script = parse_locale(language.replace("_", "-"), sep="-")[:3]
    except ValueError:
        return ""
    likely = get_global("likely_subtags")
    full = likely.get(f"{tongue}_{script}") or likely.get(tongue) or ""
    return region or full.rpartition("_")[2]


# The readings of a typed text


def _name(typed: str) -> tuple[str, ...]:
    return _link(typed) if "/" in typed else ()


def _link(typed: str) -> tuple[str, ...]:
    """Read a name of the tz database; those of one word (“CET”, “Navajo”) are read after all places."""
    zone = _lowered().get(re.sub(r"\s+", "_", typed.lower()))
    return (zone,) if zone else ()


@cache
def _lowered() -> Mapping[str, str]:
    return MappingProxyType({name.lower(): zone for name, zone in _canonical().items()})


def _shift(typed: str) -> tuple[str, ...]:
    """Read an offset: the fixed zone of a whole hour, else the cities that keep it all year."""
    match = _SHIFT.fullmatch(typed.lower().replace("\N{MINUS SIGN}", "-"))
    if not typed or match is None:
        return ()
    sign = -1 if match["sign"] == "-" else 1
    ahead = timedelta(hours=sign * int(match["hours"] or 0), minutes=sign * int(match["minutes"] or 0))
    hours, rest = divmod(ahead, timedelta(hours=1))
    if rest:
        zones = (zone for zones in _table().values() for zone in zones)
        return _once(zone for zone in zones if set(_year(zone)) == {ahead})
    # POSIX counts the hours from local time to UTC, and so do these names: Etc/GMT-3 is three hours ahead.
    fixed = f"Etc/GMT{-hours:+}" if hours else _UTC
    return (fixed,) if _WESTMOST <= hours <= _EASTMOST else ()


def _place(typed: str) -> tuple[str, ...]:
    """Read a place: a country of the name, then cities, then the countries of towns that have no zone.

    Of a country that has one of the cities only that city is given: “Luxembourg”, “Moscow”.
    """
    wanted = _key(typed)
    seats = (zone for country in _capitals().get(wanted, ()) for zone in _seat(country))
    cities = _once((*seats, *_cities().get(wanted, ())))
    towns = _towns().get(wanted, ())
    return _once((*_beside(_state(typed), cities), *cities, *_beside(towns, cities)))


def _beside(countries: Iterable[str], cities: tuple[str, ...]) -> tuple[str, ...]:
    """Return the clocks of those countries that have none of the cities."""
    without = (country for country in countries if not _inside(cities, (country,)))
    return tuple(zone for country in without for zone in _clocks(country))


def _inside(zones: Iterable[str], countries: Iterable[str]) -> tuple[str, ...]:
    own = {zone for country in countries for zone in (*_seat(country), *_table().get(country, ()))}
    return tuple(zone for zone in zones if zone in own)


def _place_within(typed: str) -> tuple[str, ...]:
    """Read “Paris, Texas”: the Paris of that country, else the country, else any Paris."""
    head, comma, tail = typed.partition(",")
    if not comma:
        return ()
    found, countries = _place(head), (*_state(tail), *_towns().get(_key(tail), ()))
    return _inside(found, countries) or _beside(countries, ()) or found


def _state(typed: str) -> tuple[str, ...]:
    try:
        return (parse_country(typed),)
    except UnknownCountry:
        return ()


def _american(typed: str) -> tuple[str, ...]:
    return _apart(_american_times().get(_key(typed), ()))


def _alike(typed: str) -> tuple[str, ...]:
    wanted = _key(typed)
    if len(wanted) < _SHORTEST_SLIP:
        return ()
    names = {**_states(), **_cities()}
    close = get_close_matches(wanted, names, n=_SLIPS, cutoff=_LIKENESS)
    return _once(zone for name in close for zone in names[name])


# Words


def _key(text: str) -> str:
    """Return a name as it is compared: accents, case, stops, hyphens, underscores and apostrophes do not matter.

    Of marks only those fall that one may leave out when writing (combining classes from 10: accents, Hebrew and
    Arabic points). Indic vowels are marks of class 0: without them Lima is Lomé.
    """
    folded = fold(unicodedata.normalize("NFC", text)).casefold()
    letters = (sign for sign in folded if sign not in "'." and unicodedata.combining(sign) < 10)
    return " ".join("".join(s if unicodedata.category(s)[0] in "LNM" else " " for s in letters).split())


def _last_part(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
