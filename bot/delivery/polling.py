"""Asking Telegram for updates, without end: whatever it answers, we ask again."""

from typing import Any

import structlog
from telegram.error import Conflict, TelegramError
from telegram.request import HTTPXRequest

NOT_TAKEN = (401, 404)
"""The statuses with which Telegram answers a token that it does not take: malformed, or none of its own."""

log = structlog.get_logger()


class TokenRefused(TelegramError):
    """Telegram did not take the token it took before."""


class Asking(HTTPXRequest):
    """The requests for updates.

    At a token that is not taken the library stops asking for good and tells nobody. It was taken when we began, so it
    was revoked since, or something on the way answers in Telegram's place; the second goes by, and we ask on.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 - the library's own
        """Make one request. Raises TokenRefused where the token is not taken."""
        code, payload = await super().do_request(*args, **kwargs)
        if code in NOT_TAKEN:
            raise TokenRefused(f"status {code}")
        return code, payload


def polling_failed(error: TelegramError) -> None:
    """Tell the operator what keeps updates from coming."""
    match error:
        case Conflict():
            log.error(
                "another program serves this bot with the same token; end one of them", reason=error.message
            )
        case TokenRefused():
            log.error(
                "Telegram does not take the bot's token any more; asking again. Was it revoked with @BotFather?",
                reason=error.message,
            )
        case _:
            log.warning(
                "Telegram does not answer; asking again", reason=f"{type(error).__name__}: {error.message}"
            )
