"""From typed text to zones, and from zones to words."""

import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.places.names import LANGUAGES
from bot.places.zones import WORLD, city, find_zones, guess_zones, known_zone, local, offset

SUMMER, WINTER = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
# Names a machine may have beside the tz database's, and the one the database keeps for machines nobody set.
OF_MACHINES = {"localtime", "posixrules", "Factory"}
NAMES = sorted(available_timezones() - OF_MACHINES)
# A zone offered as itself.
OFFERED = [name for name in NAMES if "/" in name and find_zones(name) == (name,)]


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        # the tz database's own names
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("Etc/GMT-3", "Etc/GMT-3"),
        # its older ones
        ("US/Eastern", "America/New_York"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("europe/kiev", "Europe/Kyiv"),
        ("Zulu", "UTC"),
        ("CET", "Europe/Brussels"),
        # cities
        ("berlin", "Europe/Berlin"),
        ("  BERLIN ", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        (unicodedata.normalize("NFD", "São Paulo"), "America/Sao_Paulo"),
        ("Kyiv", "Europe/Kyiv"),
        ("Kiev", "Europe/Kyiv"),
        ("Calcutta", "Asia/Kolkata"),
        ("Tel Aviv", "Asia/Jerusalem"),
        ("St. John's", "America/St_Johns"),
        ("st johns", "America/St_Johns"),
        ("port-au-prince", "America/Port-au-Prince"),
        # in other languages
        ("Київ", "Europe/Kyiv"),
        ("القاهرة", "Africa/Cairo"),
        ("東京", "Asia/Tokyo"),
        ("모스크바", "Europe/Moscow"),
        ("Varsovie", "Europe/Warsaw"),
        ("लीमा", "America/Lima"),
        # capitals and towns whose name no zone bears
        ("Washington", "America/New_York"),
        ("Washington, D.C.", "America/New_York"),
        ("Beijing", "Asia/Shanghai"),
        ("Ottawa", "America/Toronto"),
        ("Brasília", "America/Sao_Paulo"),
        ("Canberra", "Australia/Sydney"),
        ("Ramallah", "Asia/Hebron"),
        ("Mumbai", "Asia/Kolkata"),
        ("Milan", "Europe/Rome"),
        ("Geneva", "Europe/Zurich"),
        ("Saskatchewan", "America/Regina"),
        # countries with one clock
        ("Germany", "Europe/Berlin"),
        ("German", "Europe/Berlin"),
        ("Allemagne", "Europe/Berlin"),
        ("DE", "Europe/Berlin"),
        ("🇯🇵", "Asia/Tokyo"),
        ("Argentina", "America/Argentina/Buenos_Aires"),
        ("Cuba", "America/Havana"),
        ("Kosovo", "Europe/Tirane"),
        ("Uzbekistan", "Asia/Tashkent"),
        # a city of a country of several clocks is sure
        ("Moscow", "Europe/Moscow"),
        ("Honolulu", "Pacific/Honolulu"),
        # with their country
        ("London, UK", "Europe/London"),
        ("Santiago, Chile", "America/Santiago"),
        ("Berlin, wherever", "Europe/Berlin"),
        # American time
        ("EST", "America/New_York"),
        ("pdt", "America/Los_Angeles"),
        # slips
        ("berln", "Europe/Berlin"),
        ("Istambull", "Europe/Istanbul"),
        ("newyork", "America/New_York"),
        ("germny", "Europe/Berlin"),
        ("бирлин", "Europe/Berlin"),
    ],
)
def test_what_a_person_types_is_understood(typed: str, zone: str) -> None:
    assert find_zones(typed) == (zone,)


@pytest.mark.parametrize(
    ("typed", "zones"),
    [
        ("Portugal", ("Europe/Lisbon", "Atlantic/Azores")),
        ("Ukraine", ("Europe/Kyiv", "Europe/Simferopol")),
        ("China", ("Asia/Shanghai", "Asia/Urumqi")),
        ("MST", ("America/Denver", "America/Phoenix")),
        # A state, and the old name of a territory's zone.
        ("Samoa", ("Pacific/Apia", "Pacific/Pago_Pago")),
        # A city with a zone, and one without.
        ("San Juan", ("America/Argentina/San_Juan", "America/Puerto_Rico")),
        # Without its vowel signs the word is two places.
        ("عمان", ("Asia/Muscat", "Asia/Amman")),
    ],
)
def test_a_word_with_several_clocks_gives_each(typed: str, zones: tuple[str, ...]) -> None:
    assert find_zones(typed) == zones


def test_a_country_gives_one_zone_a_clock_its_government_first() -> None:
    zones = find_zones("United States")
    assert zones[0] == "America/New_York"
    assert {"America/Chicago", "America/Phoenix", "America/Los_Angeles", "Pacific/Honolulu"} < set(zones)
    assert "America/Detroit" not in zones
    assert find_zones("Russia")[0] == "Europe/Moscow"
    assert find_zones("Mexico")[0] == "America/Mexico_City"


def test_a_time_that_two_countries_call_alike_gives_both() -> None:
    assert set(find_zones("Eastern")) == {"America/New_York", "America/Toronto"}


def test_a_town_without_a_zone_gives_its_countrys() -> None:
    assert find_zones("San Francisco") == find_zones("USA")


def test_a_country_behind_a_city_decides() -> None:
    assert find_zones("London, Ontario") == find_zones("Canada")
    assert find_zones("San Juan, Puerto Rico") == ("America/Puerto_Rico",)


@pytest.mark.parametrize(
    ("typed", "zone", "hours"),
    [
        ("UTC", "UTC", 0),
        ("gmt", "UTC", 0),
        ("UTC+0", "UTC", 0),
        ("UTC+3", "Etc/GMT-3", 3),
        ("utc +3", "Etc/GMT-3", 3),
        ("+03:00", "Etc/GMT-3", 3),
        ("+0300", "Etc/GMT-3", 3),
        ("GMT-5", "Etc/GMT+5", -5),
        ("UTC\N{MINUS SIGN}5", "Etc/GMT+5", -5),
        ("+14", "Etc/GMT-14", 14),
        ("-12", "Etc/GMT+12", -12),
    ],
)
def test_a_whole_hour_is_a_fixed_zone_that_stands_there(typed: str, zone: str, hours: int) -> None:
    assert find_zones(typed) == (zone,)
    assert local(SUMMER, zone).utcoffset() == local(WINTER, zone).utcoffset() == timedelta(hours=hours)


def test_a_broken_hour_gives_the_cities_that_keep_it_all_year() -> None:
    assert set(find_zones("UTC+5:30")) == {"Asia/Kolkata", "Asia/Colombo"}
    assert find_zones("+05:45") == ("Asia/Kathmandu",)
    assert find_zones("-9:30") == ("Pacific/Marquesas",)
    assert find_zones("-3:30") == ()


@pytest.mark.parametrize(
    "typed", ["", "  ", ",", "+", "/", "12", "+15", "-13", "+99", "qwrtz", "gmt 3", "x" * 4096, "msk"]
)
def test_what_means_nothing_gives_nothing(typed: str) -> None:
    assert find_zones(typed) == ()


@pytest.mark.parametrize("typed", sorted(OF_MACHINES))
def test_what_only_a_machine_calls_a_zone_is_none(typed: str) -> None:
    assert find_zones(typed) == ()
    assert known_zone(typed) == "UTC"


@given(st.text(max_size=100))
@example("İstanbul")
@example("ß/")
@example("+٣")
def test_whatever_is_typed_the_answer_is_a_few_zones_that_work(typed: str) -> None:
    zones = find_zones(typed)
    assert len(zones) <= 12
    assert len(set(zones)) == len(zones)
    assert all(ZoneInfo(zone).key == known_zone(zone) for zone in zones)


def test_every_name_of_the_database_is_accepted_and_no_link_is_offered() -> None:
    for name in NAMES:
        (zone,) = find_zones(name)[:1]
        assert zone == "UTC" or zone in OFFERED


def test_every_city_as_it_is_shown_is_understood() -> None:
    shown = [*((zone, "en") for zone in OFFERED), *(("Africa/Nairobi", locale) for locale in LANGUAGES)]
    missed = [city(zone, locale) for zone, locale in shown if zone not in find_zones(city(zone, locale))]
    assert missed == []


def test_the_offers_are_the_zones_of_every_continent_and_the_fixed_ones() -> None:
    assert len([zone for zone in OFFERED if not zone.startswith("Etc/")]) > 400
    assert len([zone for zone in OFFERED if zone.startswith("Etc/")]) == 26
    assert not {"Asia/Calcutta", "Europe/Kiev", "America/Montreal", "US/Pacific"} & set(OFFERED)


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("de", "Europe/Berlin"),
        ("de-AT", "Europe/Vienna"),
        ("en", "America/New_York"),
        ("en-gb", "Europe/London"),
        ("pt-br", "America/Sao_Paulo"),
        ("pt_PT", "Europe/Lisbon"),
        ("uk", "Europe/Kyiv"),
        ("ru", "Europe/Moscow"),
        ("zh-hans", "Asia/Shanghai"),
        ("zh-hant", "Asia/Taipei"),
        ("ar", "Africa/Cairo"),
        ("nb", "Europe/Oslo"),
        ("iw", "Asia/Jerusalem"),
    ],
)
def test_a_newcomer_is_offered_the_zone_of_the_language_and_then_the_worlds(
    language: str, first: str
) -> None:
    zones = guess_zones(language)
    assert zones[0] == first
    assert len(zones) == len(set(zones)) <= 12
    assert set(WORLD[:6]) <= set(zones)


@pytest.mark.parametrize("language", [None, "", "xx", "es-419", "no such tag", "tlh"])
def test_a_language_that_names_no_country_gives_the_worlds(language: str | None) -> None:
    assert guess_zones(language) == WORLD


def test_speakers_across_a_continent_are_offered_each_of_its_clocks() -> None:
    assert guess_zones("en")[:5] == find_zones("USA")[:5]
    assert "America/Los_Angeles" in guess_zones("en")


def test_the_worlds_zones_are_offered_as_they_are() -> None:
    assert set(WORLD) <= set(OFFERED)


@pytest.mark.parametrize(
    ("zone", "locale", "name"),
    [
        ("Europe/Berlin", "en", "Berlin"),
        ("America/New_York", "en", "New York"),
        ("America/New_York", "ru", "Нью-Йорк"),
        ("Europe/Kyiv", "en", "Kyiv"),
        ("Europe/Kyiv", "de", "Kiew"),
        ("Europe/Kiev", "en", "Kyiv"),
        ("Asia/Kolkata", "de", "Kalkutta"),
        ("America/Argentina/Buenos_Aires", "en", "Buenos Aires"),
        ("America/St_Johns", "en", "St. John’s"),
        ("Europe/Berlin", "pt-br", "Berlim"),
        ("Europe/Berlin", "no such locale", "Berlin"),
        ("Europe/Berlin", "", "Berlin"),
        ("UTC", "en", "UTC"),
        ("Etc/GMT-3", "en", "UTC+3"),
        ("Etc/GMT+11", "en", "UTC-11"),
        ("Mars/Mons_Olympus", "en", "Mons Olympus"),
        ("Etc/GMT+99x", "en", "GMT+99x"),
    ],
)
def test_a_zone_has_a_name_for_its_reader(zone: str, locale: str, name: str) -> None:
    assert city(zone, locale) == name


@pytest.mark.parametrize(
    ("zone", "now", "words"),
    [
        ("Europe/Berlin", SUMMER, "UTC+2"),
        ("Europe/Berlin", WINTER, "UTC+1"),
        ("Europe/London", WINTER, "UTC"),
        ("America/New_York", SUMMER, "UTC-4"),
        ("Asia/Kolkata", SUMMER, "UTC+5:30"),
        ("America/St_Johns", SUMMER, "UTC-2:30"),
        ("Asia/Kathmandu", SUMMER, "UTC+5:45"),
        ("Mars/Olympus", SUMMER, "UTC"),
    ],
)
def test_an_offset_is_said_as_it_stands_now(zone: str, now: datetime, words: str) -> None:
    assert offset(zone, now) == words


@given(st.integers(-12, 14))
def test_an_offset_said_is_understood_when_typed(hours: int) -> None:
    (zone,) = find_zones(f"UTC{hours:+}")
    assert find_zones(offset(zone, SUMMER)) == find_zones(city(zone)) == (zone,)


@pytest.mark.parametrize("name", ["Europe/Berlin", "US/Eastern", "Asia/Calcutta", "UTC", "EST"])
def test_a_zone_or_link_the_database_has_is_known(name: str) -> None:
    assert known_zone(name) == name


@pytest.mark.parametrize(
    "name", ["", "Europe", "europe/berlin", "Mars/Olympus", "../etc/passwd", "a\0b", "UTC "]
)
def test_any_other_name_is_read_as_utc(name: str) -> None:
    assert known_zone(name) == "UTC"
    assert local(SUMMER, name) == SUMMER


def test_a_moment_is_shown_by_local_clocks() -> None:
    assert local(SUMMER, "Asia/Tokyo").isoformat() == "2026-07-01T09:00:00+09:00"


def test_a_moment_without_a_zone_is_not_taken_for_the_machines() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local(datetime(2026, 7, 1), "Asia/Tokyo")  # noqa: DTZ001 - what is tested
