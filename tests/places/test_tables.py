"""The tables hold together."""

import pycountry
import pytest

from bot.places.tables import first_day, last_day, rows

TABLES = ("countries", "organisations", "groups", "metonyms", "officials", "cities", "regions", "ambiguous")
ISO = {country.alpha_2 for country in pycountry.countries}
CODES = {row["code"] for table in ("countries", "organisations", "groups") for row in rows(table)}


def test_every_iso_country_and_kosovo_has_one_row() -> None:
    assert sorted(row["code"] for row in rows("countries")) == sorted({*ISO, "XK"})


@pytest.mark.parametrize("table", ["organisations", "groups"])
def test_no_organisation_or_group_bears_the_code_of_a_state(table: str) -> None:
    assert not {row["code"] for row in rows(table)} & {*ISO, "XK"}


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_all_columns_and_a_known_code(table: str) -> None:
    read = list(rows(table))
    name = "word" if table == "ambiguous" else "name"
    assert read
    assert [row for row in read if not row[name].strip() or row["code"] not in CODES] == []


def test_no_office_ends_before_it_begins() -> None:
    terms = [(row["name"], first_day(row["since"]), last_day(row["until"])) for row in rows("officials")]
    assert [name for name, since, until in terms if since and until and since > until] == []


def test_the_rows_of_one_official_stand_together() -> None:
    names = [row["name"] for row in rows("officials")]
    blocks = [name for before, name in zip(["", *names], names, strict=False) if before != name]
    assert len(blocks) == len(set(blocks))
