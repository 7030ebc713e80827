import pytest

from bot.text.language import detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "Kenyan President William Ruto spoke by telephone with Ugandan President Yoweri Museveni on Tuesday.",
            "en",
        ),
        (
            "Niger's military government accused Nigeria on Friday of sheltering saboteurs who cut a pipeline.",
            "en",
        ),
        ("Di president dey vex say dem no gree pay di money wey dem owe im people since last year.", "pcm"),
        ("Le ministre des Affaires étrangères a reçu mardi l'ambassadeur de Suède à Paris.", "fr"),
        ("Türkei und Griechenland nahmen am Dienstag ihre Gespräche über die Ägäis wieder auf.", "de"),
        ("+++ 12:30 +++ 14:00 +++ 15:45 +++ 16:10 +++ 17:00", None),
        ("Reuters", None),
    ],
)
def test_a_language_is_told_from_its_words(text: str, code: str | None) -> None:
    assert detect(text) == code
