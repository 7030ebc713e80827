"""The table of weights is complete, says why, and ranks offices as a diplomat would."""

import tomllib
from collections.abc import Callable
from importlib import resources

import pytest

from bot.briefing.weights import Rank, is_first_contact, rank, weight, weights
from bot.model import Act, Actor, Citation, Event, Stage, Status


def test_every_trait_has_a_weight() -> None:
    traits = {("act", act.value) for act in Act}
    traits |= {("stage", stage.value) for stage in Stage}
    traits |= {("status", status.value) for status in Status}
    assert weights().traits.keys() == traits
    assert weights().ranks.keys() == set(Rank)


def test_every_weight_says_why_and_stands_once() -> None:
    text = resources.files("bot.briefing").joinpath("weights.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    rows = [*table["weight"], *table["rank"], *table["phrase"], table["publishers"], table["quote"]]
    assert all(row["why"].endswith(".") for row in rows)
    keys = [(row.get("trait"), row.get("value")) for row in rows[:-2]]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("President", Rank.STATE),
        ("Supreme Leader", Rank.STATE),
        ("Hamas leader", Rank.STATE),
        ("Prime Minister", Rank.GOVERNMENT),
        ("Austrian chancellor", Rank.GOVERNMENT),
        ("Foreign Minister", Rank.MINISTER),
        ("Secretary of State", Rank.MINISTER),
        ("Deputy Foreign Minister", Rank.DEPUTY),
        ("Vice President", Rank.DEPUTY),
        ("Kremlin spokesman", Rank.SPOKESPERSON),
        ("spokesperson of the President", Rank.SPOKESPERSON),
        ("ambassador to the Prime Minister's court", Rank.ENVOY),
        ("former President", Rank.FORMER),
        ("opposition leader", Rank.OTHER),
        ("president-elect", Rank.OTHER),
        ("Senate president", Rank.OTHER),
        ("ambassadorial presidency", Rank.NAMED),
        (None, Rank.NAMED),
    ],
)
def test_an_office_has_its_rank(role: str | None, expected: Rank) -> None:
    assert rank(Actor("RU", "Somebody", role)) is expected


def test_a_country_alone_ranks_below_a_name() -> None:
    assert rank(Actor("RU")) is Rank.UNNAMED


def test_an_offer_outweighs_an_effort_under_way(mediation: Callable[..., Event]) -> None:
    offer, running = mediation("a", "RU", stage=Stage.OFFER), mediation("b", "RU", stage=Stage.UNDERWAY)
    assert weight(offer) > weight(running)


def test_a_condemnation_outweighs_a_position_that_more_publishers_carry(
    statement: Callable[..., Event],
) -> None:
    strong = statement("a", "RU", act=Act.CONDEMNATION)
    routine = statement("b", "RU", act=Act.POSITION, publishers=3)
    assert weight(strong) > weight(routine)


def test_publishers_quote_and_office_each_lift_a_statement(statement: Callable[..., Event]) -> None:
    plain = weight(statement("a", "RU", act=Act.APPEAL))
    assert weight(statement("a", "RU", act=Act.APPEAL, publishers=2)) > plain
    assert weight(statement("a", "RU", act=Act.APPEAL, quote="Stop")) > plain
    head = (Actor("RU", "A. B.", "President"),)
    assert weight(statement("a", act=Act.APPEAL, actors=head)) > plain


def test_a_first_contact_outweighs_a_routine_call(
    call: Callable[..., Event], cited: Callable[..., Citation]
) -> None:
    sentence = "It was the first call between the two since the war began."
    first = call("a", "RU", "UA", status=Status.HELD, citations=(cited(sentence=sentence),))
    routine = call("b", "RU", "TR", status=Status.HELD, publishers=4)
    assert is_first_contact(first)
    assert weight(first) > weight(routine)


def test_a_statement_is_no_first_contact(
    statement: Callable[..., Event], cited: Callable[..., Citation]
) -> None:
    said = statement("a", "RU", citations=(cited(sentence="He recalled their first meeting."),))
    assert not is_first_contact(said)
