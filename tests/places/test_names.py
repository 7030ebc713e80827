"""Typed names, printed names and flags."""

import pytest

from bot.errors import UnknownCountry
from bot.places.names import country_name, flag, parse_country


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("France", "FR"),
        ("fr", "FR"),
        ("FR", "FR"),
        ("the Netherlands", "NL"),
        ("U.S.", "US"),
        ("usa", "US"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Niemcy", "DE"),
        ("Германия", "DE"),
        ("ألمانيا", "DE"),
        ("德国", "DE"),
        ("cote d'ivoire", "CI"),
        ("Türkiye", "TR"),
        ("turkey", "TR"),
        ("Kosovo", "XK"),
        ("Hamas", "HAMAS"),
        ("nato", "NATO"),
        ("EU", "EU"),
        ("🇯🇵", "JP"),
        ("  norway ", "NO"),
        ("Szwecja", "SE"),
    ],
)
def test_a_typed_name_is_understood_in_many_languages(typed: str, code: str) -> None:
    assert parse_country(typed) == code


@pytest.mark.parametrize(
    ("typed", "meant"), [("Frnace", "France"), ("Germny", "Germany"), ("Ukrane", "Ukraine")]
)
def test_a_misspelling_is_refused_with_the_likely_name(typed: str, meant: str) -> None:
    with pytest.raises(UnknownCountry) as refusal:
        parse_country(typed)
    assert meant in (refusal.value.remedy or "")


@pytest.mark.parametrize("typed", ["", "xqzzy", "Atlantis-on-Sea"])
def test_an_unknown_name_is_refused_in_one_line(typed: str) -> None:
    with pytest.raises(UnknownCountry) as refusal:
        parse_country(typed)
    assert "\n" not in str(refusal.value)
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("code", "locale", "name"),
    [
        ("DE", "en", "Germany"),
        ("DE", "fr", "Allemagne"),
        ("DE", "de", "Deutschland"),
        ("PS", "en", "Palestine"),
        ("US", "fr", "États-Unis"),
        ("JP", "de", "Japan"),
        ("DE", "xx-unknown", "Germany"),
        ("ZZZZ", "en", "ZZZZ"),
    ],
)
def test_a_country_has_its_everyday_name_in_the_readers_language(code: str, locale: str, name: str) -> None:
    assert country_name(code, locale) == name


@pytest.mark.parametrize(("code", "emoji"), [("FR", "🇫🇷"), ("EU", "🇪🇺"), ("HAMAS", ""), ("QQ", "")])
def test_only_states_and_the_union_have_flags(code: str, emoji: str) -> None:
    assert flag(code) == emoji
