"""The exception tree. A message says what is wrong; `remedy` says what to do about it.

    CommuniqueError
    ├── UsageError            the command was used wrongly                  (exit 2)
    │   ├── SettingError      a setting has a value we cannot use
    │   └── UnknownCountry    a name that is no country or actor we know
    ├── InputError            one file or item cannot be used; the rest goes on
    │   ├── MissingInput      it is not there
    │   ├── UnreadableInput   it is not text, or not of the format it claims
    │   ├── EmptyInput        nothing is left to read
    │   ├── OversizedInput    it is larger than we take
    │   └── FetchError        its address could not be fetched
    ├── ModelMissing          the language model is not installed
    ├── TelegramUnreachable   Telegram does not answer
    └── StorageError          the database cannot be opened, read or written

Foreign errors are translated once, where they enter; an error we do not know is let fly, since it is a bug.
"""

from datetime import timedelta


class CommuniqueError(Exception):
    """Base of all errors a person can mend. `str()` gives the message and the remedy in one line."""

    def __init__(self, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross from worker processes; the default would lose the remedy.
        return type(self), (self.message, self.remedy)


class UsageError(CommuniqueError):
    """The command was used wrongly."""


class SettingError(UsageError):
    """A setting has a value we cannot use."""


class UnknownCountry(UsageError):
    """A name that is no country or actor we know."""


class InputError(CommuniqueError):
    """One file or item cannot be used."""


class MissingInput(InputError):
    """It is not there."""


class UnreadableInput(InputError):
    """It is not text, or not of the format it claims to be."""


class EmptyInput(InputError):
    """Nothing is left to read in it."""


class OversizedInput(InputError):
    """It is larger than we take."""


class FetchError(InputError):
    """An address could not be fetched.

    `permanent` says that asking again cannot help; `retry_after` is how long its server told us to stay away,
    None where it did not; `status` is its HTTP answer, None where none came.
    """

    def __init__(
        self,
        message: str,
        remedy: str | None = None,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message, remedy)
        self.permanent = permanent
        self.retry_after = retry_after
        self.status = status

    def __reduce__(self) -> tuple[object, ...]:
        verdict = {"permanent": self.permanent, "retry_after": self.retry_after, "status": self.status}
        return type(self), (self.message, self.remedy), verdict


class ModelMissing(CommuniqueError):
    """The language model is not installed."""


class TelegramUnreachable(CommuniqueError):
    """Telegram does not answer, or something on the way to it."""


class StorageError(CommuniqueError):
    """The database cannot be opened, read or written."""
