"""What the words said show, where the reporting verb leaves it open; and that the table can be trusted as it is edited."""

import re

import pytest

from bot.events.acts import act_of, load_rules
from bot.events.lexicon import load_lexicon
from bot.model import Act


def said(words: str, *, foreign: bool = False) -> Act:
    return act_of(words, verb=Act.POSITION, settled=False, foreign=foreign)


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("Our thoughts are with the families of the drowned", Act.CONDOLENCE),
        ("The report is untrue", Act.DENIAL),
        ("We will not accept a border drawn by others", Act.REJECTION),
        ("This was a heinous deed", Act.CONDEMNATION),
        ("There will be consequences for whoever did it", Act.WARNING),
        ("We are deeply concerned by the shelling", Act.CONCERN),
        ("Both sides must stop the shelling", Act.APPEAL),
        ("We stand ready to send engineers", Act.PLEDGE),
        ("We stand with our neighbours", Act.SUPPORT),
        ("The ferry sails at noon", Act.POSITION),
        ("", Act.POSITION),
    ],
)
def test_the_words_decide_after_a_neutral_verb(words: str, act: Act) -> None:
    assert said(words) is act


def test_a_verb_that_settles_it_outweighs_the_words() -> None:
    words = "that both sides must stop"
    assert act_of(words, verb=Act.WARNING, settled=True, foreign=True) is Act.WARNING


def test_the_words_may_still_speak_where_a_noun_only_names_a_position() -> None:
    assert act_of("that both sides must stop", verb=Act.POSITION, settled=True, foreign=False) is Act.APPEAL


def test_blame_needs_somebody_else_to_bear_it() -> None:
    words = "the failed policy that provoked the war"
    assert said(words, foreign=True) is Act.ACCUSATION
    assert said(words, foreign=False) is not Act.ACCUSATION


def test_the_stronger_rule_decides_between_two() -> None:
    assert said("this heinous deed must stop") is Act.CONDEMNATION


@pytest.mark.parametrize(
    "words", ["mustard is scarce", "the worth of it", "a needle", "the condemned man's brother"]
)
def test_a_word_is_not_found_inside_another(words: str) -> None:
    assert said(words) in {Act.POSITION, Act.CONDEMNATION if "condemn" in words else Act.POSITION}


def test_letters_and_apostrophes_may_be_of_any_kind() -> None:
    assert said("OUR THOUGHTS ARE WITH THEM") is Act.CONDOLENCE
    assert said("It’s  \n untrue") is Act.DENIAL


def test_a_gap_reaches_over_four_words_and_no_further() -> None:
    assert said("sympathy for all the bereaved families") is Act.CONDOLENCE
    far = "sympathy, as one two three four five six people said, for families"
    assert said(far) is not Act.CONDOLENCE


def test_every_phrase_of_the_table_finds_itself() -> None:
    for rule in load_rules():
        for branch in rule.wording.pattern.removeprefix(r"\b(?:").removesuffix(r")(?!\w)").split("|"):
            words = (
                re.sub(r"\\w\*|\(\?:.*?\)\{0,4\}|\\W\+", " ", branch).replace(r"\s+", " ").replace("\\", "")
            )
            assert rule.wording.search(" ".join(words.split())), branch


def test_every_act_a_statement_can_have_is_reached_by_the_tables() -> None:
    lexicon = load_lexicon()
    frames = {frame.act for frames in lexicon.verbs.values() for frame in frames}
    assert frames | set(lexicon.nouns.values()) == set(Act)


def test_a_verb_that_decides_has_an_act_to_decide() -> None:
    for lemma, frames in load_lexicon().verbs.items():
        assert all(frame.takes for frame in frames), lemma
        assert not any(frame.decides and frame.act is Act.POSITION for frame in frames), lemma
