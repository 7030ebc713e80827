import pytest

from bot.places.asked import LONGEST, MOST_NAMES, Understood, understand, understand_all


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("russia", "RU"),
        ("RU", "RU"),
        ("Türkiye", "TR"),
        ("the kremlin", "RU"),
        ("putin", "RU"),
        ("what about Russia?", "RU"),
        ("hamas", "HAMAS"),
        ("Deutschland", "DE"),
    ],
)
def test_a_name_or_a_mention_is_understood(typed: str, code: str) -> None:
    assert understand(typed) == Understood(typed, code)


@pytest.mark.parametrize(("typed", "code"), [("germny", "DE"), ("untied states", "US"), ("isreal", "IL")])
def test_a_slip_is_taken_for_the_only_name_it_resembles_and_said_to_be(typed: str, code: str) -> None:
    assert understand(typed) == Understood(typed, code, is_taken=True)


def test_between_two_names_nothing_is_guessed() -> None:
    found = understand("korea")
    assert found.code is None
    assert {"KR", "KP"} <= set(found.choices)


@pytest.mark.parametrize("typed", ["xyzzy", "", "   ", "?!", "a" * (LONGEST + 1)])
def test_what_resembles_nothing_is_nothing(typed: str) -> None:
    assert understand(typed) == Understood(typed)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("turkey, russia and iran", ["TR", "RU", "IR"]),
        ("turkey iran", ["TR", "IR"]),
        ("Bosnia and Herzegovina", ["BA"]),
        ("Bosnia and Herzegovina and Serbia", ["BA", "RS"]),
        ("south sudan", ["SS"]),
        ("trinidad and tobago; chad", ["TT", "TD"]),
        ("روسيا، تركيا", ["RU", "TR"]),
        (", ,", []),
    ],
)
def test_a_list_is_read_name_by_name(typed: str, codes: list[str]) -> None:
    assert [found.code for found in understand_all(typed, ("and",))] == codes


def test_a_list_beyond_all_measure_is_cut_off() -> None:
    assert len(understand_all(",".join(f"x{number}" for number in range(10_000)))) == MOST_NAMES
