"""The people an article names: their names whole, their offices in the text's own words."""

from collections.abc import Callable

import pytest

from bot.events.people import Who, find_people, index_mentions
from bot.events.reading import Reading
from bot.events.roles import load_roles
from bot.places.gazetteer import load_gazetteer


@pytest.fixture
def people(parse: Callable[[str], Reading]) -> Callable[[str], list[Who]]:
    def find(text: str) -> list[Who]:
        doc = parse(text).doc
        mentions = load_gazetteer().mentions(text, None)
        return [named.who for named in find_people(doc, index_mentions(doc, mentions), load_roles())]

    return find


@pytest.mark.parametrize(
    ("text", "code", "name", "role"),
    [
        ("Polish Foreign Minister Radek Nowicki left.", "PL", "Radek Nowicki", "Foreign Minister"),
        ("Radek Nowicki, the Polish foreign minister, left.", "PL", "Radek Nowicki", "foreign minister"),
        ("President Daniel Weber of Austria left.", "AT", "Daniel Weber", "President"),
        ("U.S. Secretary of State Antony Blinken left.", "US", "Antony Blinken", "Secretary of State"),
        ("German Chancellor Emmanuel Macron left.", "DE", "Emmanuel Macron", "Chancellor"),
    ],
)
def test_an_office_and_its_country_are_the_texts_own(
    text: str, code: str, name: str, role: str, people: Callable[[str], list[Who]]
) -> None:
    (who,) = people(text)
    assert (who.code, who.name, who.role, who.state) == (code, name, role, True)


def test_a_surname_is_the_person_named_before(people: Callable[[str], list[Who]]) -> None:
    first, second = people("Polish Foreign Minister Radek Nowicki left. On Monday, Nowicki came back.")
    assert (second.code, second.name, second.role) == (first.code, first.name, first.role)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ukrainian President Volodymyr Zelensky left.", "Volodymyr Zelensky"),
        ("Turkish President Erdogan left.", "Recep Tayyip Erdogan"),
        ("Turkish President Recep Tayyip Erdoğan left.", "Recep Tayyip Erdoğan"),
    ],
)
def test_a_name_keeps_the_articles_spelling(text: str, name: str, people: Callable[[str], list[Who]]) -> None:
    assert [who.name for who in people(text)] == [name]


def test_another_first_name_is_another_person(people: Callable[[str], list[Who]]) -> None:
    (who,) = people("The Palestinian foreign minister, Omar Nasser, left.")
    assert (who.code, who.name) == ("PS", "Omar Nasser")


def test_two_with_one_surname_and_two_countries_stay_two(people: Callable[[str], list[Who]]) -> None:
    text = "Polish President Maria Novak met Slovenian President Janez Novak."
    assert [(who.code, who.name) for who in people(text)] == [("PL", "Maria Novak"), ("SI", "Janez Novak")]


@pytest.mark.parametrize(
    "text",
    [
        "Former Norwegian Prime Minister Jens Hansen left.",
        "Turkish opposition leader Mehmet Demir left.",
        "French journalist Claire Martin left.",
        "Claire Martin, a French professor, left.",
        "Claire Martin left.",
    ],
)
def test_who_holds_no_office_speaks_for_no_state(text: str, people: Callable[[str], list[Who]]) -> None:
    assert [who for who in people(text) if who.state] == []
