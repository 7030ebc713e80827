"""Whether Telegram knows us, in words a person can act on."""

import httpx
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.errors import SettingError, TelegramUnreachable


async def introduce(bot: Bot) -> str:
    """Begin with Telegram and give the bot's name there (`communique_bot`).

    Raises:
        SettingError: Telegram does not take the token.
        TelegramUnreachable: nothing answers, or not as Telegram does.
    """
    try:
        await bot.initialize()
    except InvalidToken:
        # The library's own message repeats the token.
        raise SettingError(
            "Telegram does not accept COMMUNIQUE_BOT_TOKEN.",
            "Copy it again from @BotFather, or have a new one made there with /token.",
        ) from None
    except TelegramError as error:
        raise TelegramUnreachable(
            f"Telegram cannot be reached at {_host(bot)} ({_why(error)}).",
            "Check the network, and a firewall or proxy between; then run communique doctor.",
        ) from error
    return str(bot.username)


def _host(bot: Bot) -> str:
    return httpx.URL(bot.base_url).host


def _why(error: TelegramError) -> str:
    cause = error.__cause__
    # What follows the name of a status is the whole page that a proxy answered with.
    return type(cause).__name__ if isinstance(cause, httpx.HTTPError) else error.message.partition(". ")[0]
