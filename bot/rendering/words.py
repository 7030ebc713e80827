"""The words of one language, from `templates/locale/LANGUAGE.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Patterns by dotted key, filled with what is known. A key that is missing is a KeyError, never silence."""

    locale: str
    table: dict[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """The pattern at `key` with its braces filled from `values`."""
        return str(self._at(key)).format(**values)

    def counted(self, key: str, count: int, **values: object) -> str:
        """The singular or plural pattern at `key`, with `{count}` filled."""
        return self(f"{key}.{'one' if count == 1 else 'other'}", count=count, **values)

    def several(self, key: str) -> tuple[str, ...]:
        """The list of words at `key`."""
        return tuple(self._at(key))

    def joined(self, names: tuple[str, ...]) -> str:
        """A list as this language writes it: “a, b and c”."""
        *most, last = names or ("",)
        return self("list.comma").join(most) + self("list.and") + last if most else last

    def _at(self, key: str) -> Any:  # noqa: ANN401 - a TOML value; each caller says what it must be
        value: Any = self.table
        for part in key.split("."):
            value = value[part]
        return value


@cache
def words(locale: str = "en") -> Words:
    """The words of `locale` (a language code). Raises FileNotFoundError for a language without a file."""
    path = resources.files("templates").joinpath("locale", f"{locale}.toml")
    return Words(locale, tomllib.loads(path.read_text(encoding="utf-8")))
