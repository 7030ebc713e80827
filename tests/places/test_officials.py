"""The table of officials knows who led every state since 2020, and who spoke for it abroad."""

import re
from datetime import date

import pytest

from bot.places.gazetteer import load_gazetteer
from bot.places.offices import may_be_same
from bot.places.tables import first_day, last_day, parts, rows

FROM = date(2020, 1, 1)
# Neither members nor observers of the United Nations; Kosovo and Taiwan are not here, they have governments to name.
TERRITORIES = frozenset(
    re.findall(
        r"\w+",
        "AI AQ AS AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GL GP GS GU HK HM IM IO JE KY MF MO MP MQ MS NC"
        " NF NU PF PM PN PR RE SH SJ SX TC TF TK UM VG VI WF YT",
    )
)
STATES = tuple(row["code"] for row in rows("countries") if row["code"] not in TERRITORIES)
HEAD = re.compile(
    r"((?:acting|interim|transitional|caretaker) )?"
    r"(President|Prime Minister|Premier|Chancellor|Taoiseach|King|Queen|Emperor|Emir|Sultan|Grand Duke|Prince|Pope"
    r"|Supreme Leader|Captain Regent)( and Foreign Minister)?"
)
# What the minister is called where not "Foreign Minister": the United States and the Holy See, Britain and Micronesia,
# India, Palau.
FOREIGN = re.compile(
    r"((?:acting|caretaker|second|President and|Prime Minister and) )?"
    r"(Foreign Minister|Secretary of State|Foreign Secretary|External Affairs Minister|Minister of State)"
)
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


def _served(office: re.Pattern[str]) -> set[str]:
    """The codes for which somebody held such an office on or after FROM."""
    held = [row for row in rows("officials") if row["since"] and office.fullmatch(row["office"])]
    return {row["code"] for row in held if (last_day(row["until"]) or date.max) >= FROM}


def test_the_states_are_the_members_the_observers_kosovo_and_taiwan() -> None:
    assert len(STATES) == 193 + len({"VA", "PS"}) + len({"XK", "TW"})


@pytest.mark.parametrize("office", [HEAD, FOREIGN], ids=["head of state or government", "foreign minister"])
def test_every_state_has_a_holder_since_2020(office: re.Pattern[str]) -> None:
    assert sorted(set(STATES) - _served(office)) == []


def test_every_term_has_real_days_in_their_order() -> None:
    for row in rows("officials"):
        cells = [cell for cell in (row["since"], row["until"]) if cell]
        assert all(DAY.fullmatch(cell) for cell in cells), row["name"]
        since, until = first_day(row["since"]), last_day(row["until"])
        assert until is None or (since is not None and since <= until), row["name"]


def test_every_holder_is_unverified_or_seen_in_a_named_repository() -> None:
    for row in rows("officials"):
        sources = parts(row["looked_up"])
        assert sources, row["name"]
        assert sources == ("unverified",) or all(map(REPOSITORY.fullmatch, sources)), row["name"]


def test_the_rows_of_one_official_agree_on_his_names() -> None:
    spellings: dict[str, set[tuple[str, str]]] = {}
    for row in rows("officials"):
        spellings.setdefault(row["name"], set()).add((row["aliases"], row["alone"]))
    assert [name for name, cells in spellings.items() if len(cells) > 1] == []


@pytest.mark.parametrize(
    ("text", "day", "code", "role"),
    [
        ("Tshering Tobgay met lawmakers.", date(2024, 6, 1), "BT", "Prime Minister"),
        ("Lotay Tshering met lawmakers.", date(2022, 6, 1), "BT", "Prime Minister"),
        ("Samia spoke after Mulamula, who agreed.", date(2022, 6, 1), "TZ", "Foreign Minister"),
        ("Nikos Christodoulides arrived.", date(2021, 6, 1), "CY", "Foreign Minister"),
        ("Nikos Christodoulides arrived.", date(2024, 6, 1), "CY", "President"),
        ("Sigrid Kaag warned of famine.", date(2021, 7, 1), "NL", "Foreign Minister"),
        ("Sigrid Kaag warned of famine.", date(2024, 7, 1), "UN", "Humanitarian Coordinator for Gaza"),
        ("Aïssata Tall Sall arrived.", date(2022, 6, 1), "SN", "Foreign Minister"),
        ("Aissata Tall Sall arrived.", date(2022, 6, 1), "SN", "Foreign Minister"),
    ],
)
def test_a_name_means_the_office_held_on_the_day_of_the_text(
    text: str, day: date, code: str, role: str
) -> None:
    assert (code, role) in {(mention.code, mention.role) for mention in load_gazetteer().mentions(text, day)}


def test_a_family_name_behind_anothers_first_name_is_not_the_official_known_by_it() -> None:
    text = "The Palestinian foreign minister, Omar Nasser, said so on Monday."
    assert [mention.code for mention in load_gazetteer().mentions(text, date(2026, 2, 1))] == ["PS"]


@pytest.mark.parametrize(
    "text",
    [
        "Defence Minister Pierre Lacroix said so on Monday.",
        "Finance Minister Lavrov-Petersen said so on Monday.",
        "Foreign Minister Pierre LACROIX said so on Monday.",
        "Donald Trump Jr. said so on Monday.",
        "The police sealed off Trump Tower on Monday.",
    ],
)
def test_a_name_that_goes_on_is_somebody_elses(text: str) -> None:
    assert load_gazetteer().mentions(text, date(2025, 9, 1)) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Prime Minister Kishida Fumio said so.", "Fumio Kishida"),
        ("Prime Minister Modi Monday said so.", "Narendra Modi"),
        ("Foreign Minister Wu said so.", "Joseph Wu"),
    ],
)
def test_a_family_name_behind_an_office_is_known_in_either_order(text: str, name: str) -> None:
    assert [one.name for one in load_gazetteer().mentions(text, date(2023, 9, 1))] == [name]


@pytest.mark.parametrize(
    ("one", "other", "noun", "same"),
    [
        ("the finance minister", "Foreign Minister", "minister", False),
        ("the minister", "Foreign Minister", "minister", True),
        ("External Affairs Minister", "Foreign Minister", None, True),
        ("Defense Secretary", "Secretary of Defence", None, True),
        ("President", "Vice President", None, False),
        ("Foreign Minister", "Deputy Prime Minister and Foreign Minister", None, True),
        ("the ambassador", "Foreign Minister", "ambassador", False),
    ],
)
def test_two_titles_name_one_office_only_where_they_agree(
    one: str, other: str, noun: str | None, *, same: bool
) -> None:
    assert may_be_same(one, other, noun) is same
