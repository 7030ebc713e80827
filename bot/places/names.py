"""Names, flags and typed names of countries and actors, in every language that CLDR knows."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from babel import Locale
from babel.core import UnknownLocaleError

from bot.errors import UnknownCountry
from bot.places.entries import demonyms
from bot.places.fold import keys
from bot.places.tables import parts, rows

_FLAG_BASE = 0x1F1E6 - ord("A")
_FALLBACK = "en"
_SUGGESTIONS = 3
# Below this likeness difflib's suggestions stop resembling the word typed (0.6 is its own default; short
# country names need more, or "xx" suggests "Oxfam").
_LIKENESS = 0.72
# CLDR names these at length or by territory; a briefing wants the everyday name.
_EVERYDAY = MappingProxyType(
    {
        "PS": "Palestine",
        "HK": "Hong Kong",
        "MO": "Macao",
        "MM": "Myanmar",
        "CD": "DR Congo",
        "CG": "Republic of the Congo",
        "BA": "Bosnia and Herzegovina",
        "VA": "Holy See",
        "TR": "Türkiye",
    }
)
# The languages whose country names people type: those with the most speakers, and all official ones of the EU.
LANGUAGES = (
    *(
        "en",
        "fr",
        "de",
        "es",
        "pt",
        "it",
        "nl",
        "pl",
        "ru",
        "uk",
        "tr",
        "ar",
        "fa",
        "he",
        "zh",
        "zh_Hant",
        "ja",
    ),
    *(
        "ko",
        "hi",
        "bn",
        "ur",
        "id",
        "ms",
        "vi",
        "th",
        "sw",
        "el",
        "ro",
        "hu",
        "cs",
        "sk",
        "sl",
        "hr",
        "sr",
        "bg",
    ),
    *(
        "da",
        "sv",
        "nb",
        "fi",
        "et",
        "lv",
        "lt",
        "ga",
        "mt",
        "ca",
        "ka",
        "hy",
        "az",
        "kk",
        "uz",
        "am",
        "so",
        "ha",
    ),
    *("sq", "mk", "bs", "be", "ta", "te", "mr", "fil", "my", "km", "ne", "si", "ps", "ku", "is"),
)


@cache
def _canonical() -> Mapping[str, str]:
    tables = ("countries", "organisations", "groups")
    return MappingProxyType({row["code"]: row["name"] for table in tables for row in rows(table)})


@cache
def _locale(identifier: str) -> Locale | None:
    try:
        return Locale.parse(identifier.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


def country_name(code: str, locale: str = _FALLBACK) -> str:
    """Return the everyday name of a country or actor in a language.

    States and the EU and UN have names in every CLDR locale; other actors, and unknown locales, get the
    English one. An unknown code is its own name.
    """
    known = _locale(locale)
    if (known is None or known.language == _FALLBACK) and code in _EVERYDAY:
        return _EVERYDAY[code]
    canonical = _canonical().get(code, code)
    if len(code) > 2:
        return canonical
    return (known or Locale(_FALLBACK)).territories.get(code) or canonical


def is_code(text: str) -> bool:
    """Whether `text` is the code of a country or actor, written as it stands in our tables."""
    return text in _canonical()


def flag(code: str) -> str:
    """Return the flag emoji of a country, the EU or the UN; "" for any other code."""
    if len(code) != 2 or code not in _canonical() or not (code.isascii() and code.isalpha()):
        return ""
    return "".join(chr(_FLAG_BASE + ord(letter)) for letter in code)


def parse_country(text: str) -> str:
    """Return the code of what a person typed: a code, a name, an alias, a demonym, in any major language.

    Case, accents, dots and a leading "the" do not matter.

    Raises:
        UnknownCountry: no such country or actor, or the name is shared; the remedy suggests close ones.
    """
    code = find_country(text)
    if code:
        return code
    raise UnknownCountry(f"No country or actor is called “{text.strip()}”.", _remedy(text))


def find_country(text: str) -> str | None:
    """Return the same, or None at once where there is no such country: looking for close names takes a while."""
    wanted = _typed(text)
    return _flag_code(text) or _known_words().get(wanted) or _localised().get(wanted)


def is_english_name(text: str) -> bool:
    """Whether `text` is a code or an English name; answers without the names of all the other languages."""
    return _typed(text) in _known_words()


def _typed(text: str) -> str:
    words = keys(text)
    joined = " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)
    return joined.replace(" ", "") if words and all(len(word) == 1 for word in words) else joined


def _flag_code(text: str) -> str | None:
    letters = [ord(letter) - _FLAG_BASE for letter in text.strip()]
    code = "".join(chr(letter) for letter in letters if ord("A") <= letter <= ord("Z"))
    return code if len(letters) == 2 and code in _canonical() else None


def _english() -> Iterator[tuple[str, str]]:
    for code, name in _EVERYDAY.items():
        yield name, code
    for row in rows("countries"):
        names = (row["name"], *parts(row["aliases"]), *demonyms(row["demonyms"]), *parts(row["capital"]))
        yield from ((name, row["code"]) for name in names)
    for table in ("organisations", "groups"):
        for row in rows(table):
            yield from ((name, row["code"]) for name in (row["name"], *parts(row["aliases"])))


@cache
def _known_words() -> Mapping[str, str]:
    known = {_typed(code): code for code in _canonical()}
    for name, code in _english():
        known.setdefault(_typed(name), code)
    return MappingProxyType(known)


@cache
def _localised() -> Mapping[str, str]:
    """Names in all languages; one that means two states in two languages is left out."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        locale = _locale(language)
        for code, name in (locale.territories if locale else {}).items():
            if code in _canonical():
                found.setdefault(_typed(name), set()).add(code)
    return MappingProxyType({name: codes.pop() for name, codes in found.items() if len(codes) == 1})


def localised_code(phrase: str) -> str | None:
    """Return the code of a whole phrase that is a state's name in some major language, else None."""
    return _localised().get(_typed(phrase))


def suggestions(text: str) -> tuple[str, ...]:
    """Return the codes, at most three, of names that a text which is none resembles, the most alike first."""
    wanted = _typed(text)
    spellings = {**_localised(), **_known_words()}
    close = get_close_matches(wanted, spellings, n=3 * _SUGGESTIONS, cutoff=_LIKENESS)
    shared = [code for name, code in _known_words().items() if wanted and wanted in name.split()]
    return tuple(dict.fromkeys([*(spellings[name] for name in close), *shared]))[:_SUGGESTIONS]


def _remedy(text: str) -> str:
    codes = suggestions(text)
    if not codes:
        return "Give a name such as “France”, or a code such as FR, EU or HAMAS."
    return f"Did you mean {' or '.join(country_name(code) for code in codes)}?"
