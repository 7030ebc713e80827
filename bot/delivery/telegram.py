"""One send: the request to Telegram, and whatever comes back as an `Outcome`.

Every error of the library is translated here and nowhere else. What means that the bot itself is misconfigured (a token
that is not taken, a second bot on the same token) and what we do not know is let fly.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from html import unescape
from itertools import groupby

import httpx
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from bot.delivery.outcome import Gone, Moved, Odd, Outcome, Refused, Sent, Throttled, Unclear, Unreachable
from bot.delivery.pace import Precedence, Ticket
from bot.delivery.verdicts import Verdict, bare, judge
from bot.rendering.runs import Run, read

MOST_REASON = 300
"""Characters of a reason: a proxy may answer with a whole page, which the ledger need not keep."""

UNTOLD_PAUSE = timedelta(seconds=5)
"""How long to wait where something on the way to Telegram says "too many requests" and not for how long."""

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""The errors that come before the first byte of a request is sent."""

_UNREADABLE = "Invalid server response"
"""What the library says of an answer with status 2xx that is no JSON (BaseRequest.parse_json_payload)."""

# The library gives the answers below no class of their own and drops their status. What is left is Telegram's
# description, or the status's own name with its number.
_TOO_MANY = re.compile(r"too many requests(?:: retry after (\d+))?", re.IGNORECASE)
_GATEWAY_WAITED = re.compile(r"gateway time-?out", re.IGNORECASE)
_SERVER_DOWN = re.compile(
    r"internal server error|bad gateway|service unavailable|[^(]*\(5\d\d\)", re.IGNORECASE
)

_HREF = re.compile(r'href="([^"]*)"')
_TAG = re.compile(r"</?[a-z][^<>]*>")


async def send(  # noqa: PLR0913 - each is one thing that may differ from message to message
    bot: Bot,
    chat: int,
    text: str,
    *,
    silent: bool = False,
    keyboard: InlineKeyboardMarkup | None = None,
    plain: bool = False,
    precedence: Precedence = Precedence.REPLY,
    paid: bool = False,
) -> Outcome:
    """Send `text`, Telegram's HTML or, where `plain`, no markup at all, to `chat` and say how it ended.

    `silent` rings no bell. `paid` lets it go beyond the free 30 a second, for a tenth of a star. `precedence` is heard by a bot that has a `Limiter`. Links bring no preview.
    Raises InvalidToken and Conflict, which concern the bot and no chat, and errors that are not Telegram's.
    """
    post, ticket = bot.send_message, Ticket(precedence)
    if isinstance(bot, ExtBot) and bot.rate_limiter:
        post = partial(bot.send_message, rate_limit_args=ticket)
    try:
        message = await post(
            chat,
            text,
            parse_mode=None if plain else ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            disable_notification=silent,
            reply_markup=keyboard,
            allow_paid_broadcast=paid or None,
        )
    except TelegramError as error:
        return _outcome(error)
    return Sent(message.message_id if ticket.message is None else ticket.message)


def pause(error: RetryAfter) -> timedelta:
    """How long Telegram tells us to wait; the library gives seconds where PTB_TIMEDELTA is not set."""
    value = error.retry_after
    return value if isinstance(value, timedelta) else timedelta(seconds=value)


def plain_text(html: str) -> str:
    """Telegram's HTML without its tags, never longer than it was.

    The address of a link follows its words in brackets, since it is the reader's proof; Telegram makes it a link
    again by itself. Only addresses of the web are kept. HTML that is broken loses its tags and with them the addresses.
    """
    try:
        runs = read(html)
    except ValueError:
        return unescape(_TAG.sub("", html))
    return "".join(_with_address(address, group) for address, group in groupby(runs, _link))


def _link(run: Run) -> tuple[int, str] | None:
    """The link that `run` stands in: what tells it from its neighbours, and its address; None where it is in none."""
    found = ((tag.number, _HREF.search(tag.raw)) for tag in run.tags if tag.name == "a")
    return next(((number, unescape(href[1])) for number, href in found if href), None)


def _with_address(link: tuple[int, str] | None, runs: Iterator[Run]) -> str:
    words = "".join(run.text for run in runs)
    if link is None or not link[1].startswith(("https://", "http://")) or link[1] == words:
        return words
    return f"{words} ({link[1]})"


def _outcome(error: TelegramError) -> Outcome:
    """What `error` means; BadRequest and TimedOut are NetworkErrors too, so the order matters."""
    match error:
        case RetryAfter():
            return Throttled(pause(error))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case BadRequest() | Forbidden():
            return _refusal(error)
        case NetworkError():
            return _failure(error)
    if type(error) is TelegramError and error.message == _UNREADABLE:
        return Unclear(_reason(error))
    raise error


def _refusal(error: BadRequest | Forbidden) -> Outcome:
    reason = bare(_reason(error))
    match judge(error.message):
        case Verdict.GONE:
            return Gone(reason)
        case Verdict.STRANGE:
            return Gone(reason, is_strange=True)
        case Verdict.REFUSED:
            return Refused(reason)
    return Odd(reason)


def _failure(error: NetworkError) -> Outcome:
    """The outcome of a request that failed on its way, or whose answer's status has no class of its own."""
    match error.__cause__:
        case httpx.HTTPError() as cause:
            return (Unreachable if isinstance(cause, _NEVER_LEFT) else Unclear)(_reason(error))
        case None | TelegramError():
            return _answered(error)
    raise error


def _answered(error: NetworkError) -> Outcome:
    if too_many := _TOO_MANY.match(error.message):
        return Throttled(timedelta(seconds=int(too_many[1] or 0)) or UNTOLD_PAUSE)
    if _GATEWAY_WAITED.match(error.message):
        return Unclear(_reason(error))
    return (Unreachable if _SERVER_DOWN.match(error.message) else Odd)(_reason(error))


def _reason(error: TelegramError) -> str:
    """What `error` says, and at which step, where the library says no more than "Timed out"."""
    cause = f" ({type(error.__cause__).__name__})" if isinstance(error, TimedOut) else ""
    return f"{error.message}{cause}"[:MOST_REASON]
