"""Folding: the same members give the same groups in any order, and no chain glues two stories together."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Resemblance
from bot.text.groups import Excerpt, Member, excerpts, group, reference_day
from bot.text.similarity import compare

MONDAY, TUESDAY, FRIDAY = date(2024, 3, 4), date(2024, 3, 5), date(2024, 3, 8)
FOLDS = (Resemblance.COPY, Resemblance.VERSION)


def run(start: int, stop: int) -> str:
    """Distinct words, so that two runs share exactly the shingles of their common stretch."""
    return " ".join(f"w{number}" for number in range(start, stop))


@st.composite
def stories(draw: st.DrawFn) -> list[Member]:
    """Up to seven overlapping stretches of one long text: copies, versions, excerpts and strangers."""
    made = []
    for number in range(draw(st.integers(0, 7))):
        start = draw(st.integers(0, 30)) * 10
        length = draw(st.integers(6, 40)) * 10
        title = draw(st.sampled_from([None, "Talks in Oslo", "Talks in Oslo end"]))
        day = draw(st.sampled_from([None, MONDAY, TUESDAY]))
        made.append(Member(f"a{number}", run(start, start + length), title, day))
    return made


shuffled = stories().flatmap(lambda members: st.tuples(st.just(members), st.permutations(members)))


@given(shuffled)
def test_the_order_of_arrival_never_matters(orders: tuple[list[Member], list[Member]]) -> None:
    one, other = orders
    assert group(one) == group(other)
    assert reference_day(one) == reference_day(other)
    assert excerpts(one) == excerpts(other)


@given(stories())
def test_every_copy_resembles_its_representative_and_no_two_representatives_do(members: list[Member]) -> None:
    found = group(members)
    of = {member.id: member for member in members}
    heads = sorted(set(found.values()))
    assert found.keys() == of.keys()
    assert all(found[head] == head for head in heads)
    for name, head in found.items():
        assert name == head or relation(of[name], of[head]) in FOLDS
    for at, head in enumerate(heads):
        assert all(relation(of[head], of[other]) not in FOLDS for other in heads[at + 1 :])


def relation(a: Member, b: Member) -> Resemblance:
    return compare(a.text, b.text, a_title=a.title, b_title=b.title)


def test_the_first_published_stands_for_its_copies() -> None:
    wire, reprint = Member("z", run(0, 300), published=MONDAY), Member("a", run(0, 400), published=TUESDAY)
    assert group([reprint, wire]) == {"z": "z", "a": "z"}


def test_a_dated_article_stands_before_an_undated_one_and_a_longer_before_a_shorter() -> None:
    undated, dated = Member("a", run(0, 400)), Member("c", run(0, 300), published=FRIDAY)
    longer = Member("d", run(0, 350), published=FRIDAY)
    assert set(group([undated, dated]).values()) == {"c"}
    assert set(group([undated, dated, longer]).values()) == {"d"}


def test_a_digest_that_resembles_two_stories_does_not_make_them_one() -> None:
    first, second = (
        Member("first", run(0, 200), published=MONDAY),
        Member("second", run(500, 700), published=MONDAY),
    )
    digest = Member("digest", run(0, 200) + " " + run(500, 700), published=TUESDAY)
    found = group([digest, second, first])
    assert found["first"] == "first"
    assert found["second"] == "second"
    assert found["digest"] in {"first", "second"}


def test_nothing_to_group_gives_nothing() -> None:
    assert group([]) == {}
    assert reference_day([]) == {}
    assert excerpts([]) == ()


def test_an_article_given_twice_counts_once() -> None:
    member = Member("a", run(0, 200))
    assert group([member, member]) == {"a": "a"}


def test_an_undated_copy_takes_the_earliest_day_of_its_group() -> None:
    members = [
        Member("late", run(0, 300), published=FRIDAY),
        Member("undated", run(0, 290)),
        Member("early", run(0, 310), published=TUESDAY),
        Member("stranger", run(600, 900), published=MONDAY),
    ]
    assert reference_day(members) == {
        "late": FRIDAY,
        "undated": TUESDAY,
        "early": TUESDAY,
        "stranger": MONDAY,
    }


def test_a_group_without_any_day_stays_undated() -> None:
    members = [
        Member("a", run(0, 300)),
        Member("b", run(0, 290)),
        Member("c", run(600, 900), published=MONDAY),
    ]
    assert reference_day(members) == {"a": None, "b": None, "c": MONDAY}


def test_an_article_quoted_in_a_digest_is_linked_and_not_folded() -> None:
    quoted, digest = Member("z", run(0, 100), published=TUESDAY), Member("a", run(0, 1000), published=MONDAY)
    assert group([quoted, digest]) == {"z": "z", "a": "a"}
    assert excerpts([digest, quoted]) == (Excerpt(part="z", whole="a"),)


def test_a_group_already_at_hand_is_used() -> None:
    members = [Member("a", run(0, 300), published=MONDAY), Member("b", run(700, 900))]
    assert reference_day(members, {"a": "a", "b": "a"}) == {"a": MONDAY, "b": MONDAY}


@pytest.mark.parametrize("title", [None, "Embassy notice"])
def test_short_notices_fold_only_word_for_word(title: str | None) -> None:
    members = [Member("a", run(0, 20), title), Member("b", run(0, 20), title), Member("c", run(0, 21), title)]
    assert group(members) == {"a": "a", "b": "a", "c": "c"}
