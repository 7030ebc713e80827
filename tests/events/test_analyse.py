"""The one entrance: order, offsets, ids, and that no text whatever brings it down."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ModelMissing
from bot.events.analyse import BATCH, Analyser
from bot.events.scene import PROOF_LENGTH
from bot.model import Analysis, Article, EventKind

DAY = date(2024, 5, 10)
STORY = (
    "Turkish President Recep Tayyip Erdogan spoke by phone with Russian President Vladimir Putin on Thursday.\n\n"
    "“The corridor must stay open,” Erdogan said. He condemned the raid on the port.\n\n"
    "Brazil offered to mediate between Guyana and Venezuela. Spain accused Morocco of opening the gates."
)


def article(text: str, name: str = "a", language: str | None = "en") -> Article:
    return Article(
        name, f"{name}.txt", text, source="example.org", url="https://example.org/1", language=language
    )


def run(analyser: Analyser, *articles: Article, day: date | None = DAY) -> tuple[Analysis, ...]:
    return tuple(analyser.analyse((one, day) for one in articles))


def test_a_story_yields_every_kind_of_thing_it_tells(analyser: Analyser) -> None:
    (analysis,) = run(analyser, article(STORY))
    kinds = {event.kind for event in analysis.events}
    assert kinds == {EventKind.CALL, EventKind.STATEMENT, EventKind.MEDIATION}
    assert analysis.analysed
    assert [mention.value for mention in analysis.dates] == ["2024-05-09"]


def test_each_citation_is_the_verbatim_sentence_and_says_where_it_is_from(analyser: Analyser) -> None:
    (analysis,) = run(analyser, article(STORY))
    citations = [citation for event in analysis.events for citation in event.citations]
    assert citations
    for citation in citations:
        assert STORY[citation.start : citation.end] == citation.sentence
        assert (citation.article, citation.name, citation.group) == ("a", "a.txt", "a")
        assert (citation.source, citation.url, citation.published) == (
            "example.org",
            "https://example.org/1",
            DAY,
        )


def test_a_proof_is_whole_sentences(analyser: Analyser) -> None:
    (analysis,) = run(analyser, article(STORY))
    for event in analysis.events:
        for citation in event.citations:
            before, after = STORY[: citation.start], STORY[citation.end :]
            assert before.rstrip()[-1:] in {"", ".", "”"}
            assert citation.sentence[-1:] in {".", "”"}
            assert after[:1] in {"", " ", "\n"}


def test_a_sentence_without_end_is_cut_between_words(analyser: Analyser) -> None:
    text = "Spain condemned the raid on the port and " + "the long and winding road beyond it and " * 60
    (analysis,) = run(analyser, article(text))
    citations = [citation for event in analysis.events for citation in event.citations]
    assert citations
    for citation in citations:
        assert len(citation.sentence) <= PROOF_LENGTH
        assert text[citation.end : citation.end + 1] in {"", " "}


@pytest.mark.parametrize("text", ["", " ", "\n\n", ".", "“", "🙂", "\u200b", "\ufeff", "a" * 5_000])
def test_a_text_of_next_to_nothing_yields_nothing(text: str, analyser: Analyser) -> None:
    (analysis,) = run(analyser, article(text, language=None))
    assert (analysis.events, analysis.attributions) == ((), ())


def test_another_language_comes_back_unanalysed(analyser: Analyser) -> None:
    german = article("Spanien verurteilte den Angriff auf den Hafen.", "g", "de")
    (analysis,) = run(analyser, german)
    assert analysis == Analysis(german, analysed=False)


def test_a_text_too_short_to_tell_its_language_is_read(analyser: Analyser) -> None:
    (analysis,) = run(analyser, article("Spain condemned the raid.", language=None))
    assert analysis.analysed
    assert len(analysis.events) == 1


def test_articles_come_back_in_order_over_several_batches(analyser: Analyser) -> None:
    states = ("Spain", "Ghana", "Norway", "Peru")
    many = [
        article(f"{states[n % 4]} condemned raid number {n}.", f"a{n}", "de" if n % 7 == 3 else "en")
        for n in range(BATCH + 18)
    ]
    found = run(analyser, *many)
    assert [analysis.article for analysis in found] == many
    assert [analysis.analysed for analysis in found] == [n % 7 != 3 for n in range(len(many))]
    for one, analysis in zip(many, found, strict=True):
        assert all(citation.article == one.id for event in analysis.events for citation in event.citations)


def test_each_article_is_resolved_against_its_own_day(analyser: Analyser) -> None:
    one, other = (
        article("Spain condemned the raid yesterday.", "a"),
        article("Peru condemned the raid yesterday.", "b"),
    )
    found = analyser.analyse([(one, date(2024, 5, 10)), (other, date(2022, 1, 1))])
    assert [analysis.events[0].date for analysis in found] == [date(2024, 5, 9), date(2021, 12, 31)]


def test_what_one_article_names_is_unknown_to_the_next(analyser: Analyser) -> None:
    first = article("Polish Foreign Minister Radek Nowicki said the bridge was safe.", "a")
    second = article("Nowicki said the bridge was safe. He condemned the raid.", "b")
    _, analysis = run(analyser, first, second)
    assert analysis.events == ()


def test_reading_twice_gives_the_same_to_the_last_id(analyser: Analyser) -> None:
    assert run(analyser, article(STORY)) == run(analyser, article(STORY))


def test_neighbours_in_a_batch_change_nothing(analyser: Analyser) -> None:
    alone = run(analyser, article(STORY))[0]
    beside = run(analyser, article("Peru thanked Chile.", "x"), article(STORY), article("", "y"))[1]
    assert alone == beside


def test_ids_tell_events_and_articles_apart(analyser: Analyser) -> None:
    one, other = run(analyser, article(STORY, "a"), article(STORY, "b"))
    ids = [event.id for analysis in (one, other) for event in analysis.events]
    assert len(ids) == len(set(ids))
    assert all(event.id for event in one.events)


def test_an_id_does_not_hang_on_what_the_article_is_called(analyser: Analyser) -> None:
    plain = article(STORY)
    renamed = replace(plain, name="other.txt", title="A title", source="example.com", url=None)
    one, other = run(analyser, plain, renamed)
    assert [event.id for event in one.events] == [event.id for event in other.events]


def test_every_event_has_codes_and_proof(analyser: Analyser) -> None:
    (analysis,) = run(analyser, article(STORY))
    for event in analysis.events:
        assert event.cameo
        assert event.plover
        assert event.citations
        assert event.actors


def test_what_lies_beyond_the_longest_article_is_left_alone(
    analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Spain condemned the raid.\n\nPeru condemned the raid."
    monkeypatch.setattr("bot.events.analyse.LONGEST", text.index("Peru"))
    (analysis,) = run(analyser, article(text))
    assert [event.countries for event in analysis.events] == [("ES",)]


def test_a_missing_model_says_what_to_do() -> None:
    with pytest.raises(ModelMissing, match="COMMUNIQUE_SPACY_MODEL"):
        Analyser("no_such_model")


PIECES = (
    "Spain ", "condemned ", "said ", "“", "”", '"', "the raid", ". ", "\n\n", "\n", "he added ", "Vladimir Putin ",
    "the Turkish president ", "spoke by phone with ", "held talks with ", "on Tuesday ", "a day earlier ", "yesterday ",
    "the leaders of Egypt, Iran and Syria ", "offered to mediate between ", "Guyana and Venezuela", ", ", "—", "(", ")",
    "its ", "both ", "they ", "it ", "his Greek counterpart ", "will meet ", "cancelled ", "not ", "to ", "who ", "’s ",
    "according to ", "8 May 2024 ", "\u200b", "\t", "e\u0301", "🇹🇷 ", "İstanbul ", "ß", "1. ", "\r\n", "\u2028",
)  # fmt: skip


@settings(max_examples=150)
@given(
    text=st.one_of(st.lists(st.sampled_from(PIECES), max_size=24).map("".join), st.text(max_size=80)),
    day=st.one_of(st.none(), st.just(DAY), st.dates()),
)
def test_no_text_brings_it_down_and_every_proof_is_verbatim(
    text: str, day: date | None, analyse: Callable[..., Analysis]
) -> None:
    analysis = analyse(text, day)
    for event in analysis.events:
        assert event.actors
        assert len({actor.country for actor in event.actors}) > 1 or event.kind not in {
            EventKind.CALL,
            EventKind.MEETING,
        }
        for citation in event.citations:
            assert citation.sentence
            assert text[citation.start : citation.end] == citation.sentence
            assert len(citation.sentence) <= PROOF_LENGTH
    for mention in analysis.dates:
        assert text[mention.start : mention.end] == mention.text
