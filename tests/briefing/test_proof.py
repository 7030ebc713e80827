"""Independent publishers, and the sentence that a line shows."""

from collections.abc import Callable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.proof import independent, proof
from bot.model import Act, Citation, Event, Status

names = st.sampled_from(["Wire", "Post", "Courier", None])
groups = st.sampled_from(["g1", "g2", "g3"])
citations = st.lists(
    st.builds(
        lambda n, source, group: Citation(f"a{n}", "S.", 0, 2, f"a{n}", group, source),
        st.integers(),
        names,
        groups,
    ),
    max_size=8,
)


def test_an_agency_text_in_two_papers_is_one_publisher(cited: Callable[..., Citation]) -> None:
    pair = (cited("a1", "Wire", group="g"), cited("a2", "Post", group="g"))
    assert independent(pair) == (pair,)


def test_a_papers_second_article_is_the_same_publisher(cited: Callable[..., Citation]) -> None:
    pair = (cited("a1", "Post"), cited("a2", "Post"))
    assert independent(pair) == (pair,)


def test_two_joined_by_a_third_are_one(cited: Callable[..., Citation]) -> None:
    one, two = cited("a1", "Wire", group="g"), cited("a2", "Post", group="h")
    bridge = cited("a3", "Post", group="g")
    assert len(independent((one, two))) == 2
    assert len(independent((one, two, bridge))) == 1


def test_articles_without_a_publisher_stand_for_themselves(cited: Callable[..., Citation]) -> None:
    assert len(independent((cited("a1", None), cited("a2", None)))) == 2


@given(citations)
def test_every_citation_is_in_one_family_and_families_share_nothing(given_citations: list[Citation]) -> None:
    families = independent(given_citations)
    assert sorted(map(id, (c for family in families for c in family))) == sorted(map(id, given_citations))
    marks = [{c.group for c in family} | {c.source for c in family if c.source} for family in families]
    assert all(not one & other for n, one in enumerate(marks) for other in marks[:n])


@given(citations)
def test_order_does_not_change_how_many_publishers_there_are(given_citations: list[Citation]) -> None:
    assert len(independent(given_citations)) == len(independent(given_citations[::-1]))


def test_a_line_shows_the_sentence_that_holds_the_quotation(
    statement: Callable[..., Event], cited: Callable[..., Citation]
) -> None:
    plain = cited("a1", sentence="He spoke.")
    quoting = cited("a2", sentence='He said "we will talk".')
    said = statement("x", "RU", act=Act.PLEDGE, quote="we will talk", citations=(plain, quoting))
    assert proof(said) is quoting


def test_a_held_call_is_not_proven_by_its_announcement(
    call: Callable[..., Event], cited: Callable[..., Citation]
) -> None:
    plan = cited("a1", sentence="They will speak.", published=date(2025, 3, 10))
    report = cited("a2", sentence="They spoke.", published=date(2025, 3, 13))
    assert proof(call("x", "RU", "TR", status=Status.HELD, citations=(plan, report))) is report
