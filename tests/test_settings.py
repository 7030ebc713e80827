import re
from pathlib import Path
from traceback import format_exception

import pytest

from bot.errors import SettingError
from bot.events.analyse import DEFAULT_MODEL
from bot.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_without_any_setting_everything_has_a_value_that_works() -> None:
    settings = load_settings()

    assert re.fullmatch(r"sqlite:////.+communique.*\.db", settings.database_url)
    assert settings.spacy_model == DEFAULT_MODEL
    assert settings.processes >= 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root:hush@db/news"),
        ("PROCESSES", "many"),
        ("PROCESSES", "0"),
        ("PROCESSES", "100000"),
        ("LOG_LEVEL", "loud"),
        ("BOT_TOKEN", "hush"),
        ("BOT_TOKEN", "123456789:hush"),
        ("BOT_TOKEN", f"123456789:{'hush' * 9} "),
        ("BOT_TOKEN", f"bot123456789:{'hush' * 9}"),
        ("BOT_TOKEN", f"123456789:{'hush' * 9}\nX"),
        ("BOT_API", "api.telegram.org"),
        ("BOT_API", "ftp://hush.example"),
        ("BOT_API", "https:///hush"),
        ("BOT_API", "https://"),
        ("ADMINS", "@hush"),
        ("ADMINS", "11, hush"),
        ("ADMINS", "11;12"),
        ("ADMINS", "1.5"),
        ("ADMINS", "-1001234567890"),
        ("ADMINS", "0"),
        ("GRACE_HOURS", "0"),
        ("GRACE_HOURS", "-1"),
        ("GRACE_HOURS", "48.01"),
        ("GRACE_HOURS", "nan"),
        ("GRACE_HOURS", "inf"),
        ("GRACE_HOURS", "six"),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_variable_and_does_not_repeat_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"COMMUNIQUE_{name}", value)

    with pytest.raises(SettingError) as caught:
        load_settings()

    assert f"COMMUNIQUE_{name}" in str(caught.value)
    assert "\n" not in str(caught.value)
    # Nor where it is told with all that led to it.
    assert "hush" not in "".join(format_exception(caught.value)).replace(__file__, "")


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("BOT_API", "https://telegram.example", "https://telegram.example"),
        ("BOT_API", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("BOT_API", "", "https://api.telegram.org"),
        ("ADMINS", "11111111", {11111111}),
        ("ADMINS", "11,22 , 33", {11, 22, 33}),
        ("ADMINS", "11 22", {11, 22}),
        ("ADMINS", "11,11,", {11}),
        ("ADMINS", "", set()),
        ("GRACE_HOURS", "48", 48),
        ("GRACE_HOURS", "0.5", 0.5),
        ("GRACE_HOURS", "", 6),
        ("BOT_TOKEN", "", None),
    ],
)
def test_a_good_value_is_taken_and_an_empty_one_is_unset(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, wanted: object
) -> None:
    monkeypatch.setenv(f"COMMUNIQUE_{name}", value)
    assert getattr(load_settings(), name.lower()) == wanted


def test_a_token_is_taken_whole_and_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    token = f"123456789:AAF4-_{'hush' * 7}"
    monkeypatch.setenv("COMMUNIQUE_BOT_TOKEN", token)
    settings = load_settings()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == token
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert "hush" not in shown.replace(settings.database_url, "")


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_LOG_LEVEL", "")
    assert load_settings().log_level == "WARNING"


def test_what_a_command_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_PROCESSES", "7")
    assert load_settings(processes=2).processes == 2
    assert load_settings(processes=None).processes == 7


def test_a_password_is_not_shown_when_settings_are_printed() -> None:
    settings = load_settings(database_url="postgresql://me:hush@db/news")
    assert "hush" not in repr(settings)
