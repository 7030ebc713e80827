import pytest

from bot.events.merge_people import same_person, together
from bot.model import Actor


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Xi", "Xi Jinping"),
        ("Putin", "Vladimir Putin"),
        ("Recep Tayyip Erdogan", "Tayyip Erdoğan"),
        ("Abdel Fattah el-Sisi", "Abdel-Fattah al-Sisi"),
        ("Bashar Assad", "Bashar al-Assad"),
        ("Volodymyr Zelensky", "Vladimir Zelenskyy"),
        ("Zelenskiy", "Volodymyr Zelensky"),
    ],
)
def test_spellings_of_one_name_are_one_person(one: str, other: str) -> None:
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vladimir Putin", "Sergey Lavrov"),
        ("Bill Clinton", "Hillary Clinton"),
        ("Edi Rama", "Rahman"),
        ("", "Putin"),
    ],
)
def test_other_names_are_other_people(one: str, other: str) -> None:
    assert not same_person(one, other)
    assert not same_person(other, one)


def test_a_country_without_a_name_is_one_with_its_named_person() -> None:
    told = (Actor("RU"), Actor("TR"), Actor("RU", "Putin"), Actor("RU", "Vladimir Putin", "President"))
    assert together(told) == (Actor("RU", "Vladimir Putin", "President"), Actor("TR"))


def test_two_people_of_one_country_stay_two_and_an_unnamed_role_is_given_to_neither() -> None:
    told = (Actor("RU", "Sergey Lavrov"), Actor("RU", None, "spokesman"), Actor("RU", "Vladimir Putin"))
    assert together(told) == (Actor("RU", "Sergey Lavrov"), Actor("RU", "Vladimir Putin"))
