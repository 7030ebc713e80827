import re
from pathlib import Path

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
    ],
)
def test_a_bad_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"COMMUNIQUE_{name}", value)

    with pytest.raises(SettingError) as caught:
        load_settings()

    assert f"COMMUNIQUE_{name}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hush" not in str(caught.value)


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
