"""Which language a text is in."""

import pytest

from bot.text.language import ANALYSED, detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The foreign minister of Ghana met her counterpart from Togo in Lomé on Monday.", "en"),
        (
            "Le ministre ghanéen des affaires étrangères a rencontré lundi son homologue togolais à Lomé.",
            "fr",
        ),
        ("Министр иностранных дел Ганы принимала в понедельник гостей из Уганды, обсуждали границу.", "ru"),
        ("التقت وزيرة خارجية غانا يوم الاثنين نظيرها من توغو في لومي لبحث الحدود.", "ar"),
        ("घाना की विदेश मंत्री ने सोमवार को लोमे में टोगो के अपने समकक्ष से मुलाकात की।", "hi"),
        (
            "加纳外交部长星期一在洛美会见了多哥外交部长，双方讨论了两国边界问题，并同意在年底之前举行新一轮的会谈。",
            "zh",
        ),
    ],
)
def test_a_sentence_is_enough(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text", ["", "Talks in Lomé", " \n" * 100, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"]
)
def test_too_little_tells_nothing(text: str) -> None:
    assert detect(text) is None


def test_english_is_analysed() -> None:
    assert "en" in ANALYSED
