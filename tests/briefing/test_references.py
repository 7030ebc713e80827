"""Sources beside a line."""

from collections.abc import Callable

import pytest

from bot.briefing.references import outlet
from bot.model import Act, Briefing, Citation, Event


def test_a_line_cites_each_publisher_once_and_three_at_most(
    statement: Callable[..., Event], cited: Callable[..., Citation], briefed: Callable[..., Briefing]
) -> None:
    proofs = [cited(f"a{n}", f"Paper {n // 2}", url=f"https://p.example/{n}") for n in range(12)]
    briefing = briefed([statement("x", "RU", act=Act.APPEAL, citations=tuple(proofs), publishers=6)])
    assert [reference.source for reference in briefing.references] == ["Paper 0", "Paper 1", "Paper 2"]


def test_one_address_has_one_number(
    statement: Callable[..., Event], cited: Callable[..., Citation], briefed: Callable[..., Briefing]
) -> None:
    shared = "https://p.example/same"
    one = statement("x", "RU", act=Act.APPEAL, citations=(cited("a1", "Paper", url=shared),))
    two = statement("y", "RU", act=Act.CONCERN, citations=(cited("a2", "Paper", url=shared),))
    briefing = briefed([one, two])
    assert len(briefing.references) == 1


def test_a_title_stands_with_its_source(
    statement: Callable[..., Event], cited: Callable[..., Citation], briefed: Callable[..., Briefing]
) -> None:
    said = statement("x", "RU", act=Act.APPEAL, citations=(cited("a1"),))
    assert briefed([said], titles={"a1": "A title"}).references[0].title == "A title"


@pytest.mark.parametrize(
    ("source", "url", "name"),
    [
        ("Paper", "https://www.p.example/x", "Paper"),
        (None, "https://www.p.example/x", "p.example"),
        (None, None, "a1"),
        (None, "http://[broken", "a1"),
        (None, "nonsense", "a1"),
    ],
)
def test_a_publisher_is_called_by_the_best_name_there_is(
    source: str | None, url: str | None, name: str, cited: Callable[..., Citation]
) -> None:
    assert outlet(cited("a1", source, url=url)) == name
