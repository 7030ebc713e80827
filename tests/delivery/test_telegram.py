"""One send against answers as the Bot API gives them, through the library's own parsing."""

import json
from datetime import timedelta
from html import escape
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from telegram.warnings import PTBDeprecationWarning

from bot.delivery.limiter import Limiter
from bot.delivery.outcome import Gone, Moved, Odd, Refused, Sent, Throttled, Unclear, Unreachable
from bot.delivery.pace import Precedence
from bot.delivery.telegram import MOST_REASON, UNTOLD_PAUSE, pause, plain_text, send

MESSAGE = {"message_id": 77, "date": 1_700_000_000, "chat": {"id": 5, "type": "private"}, "text": "x"}


@pytest.fixture(autouse=True)
def _spans_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


class Answers(BaseRequest):
    """A Bot API that gives one answer and keeps what it was asked."""

    def __init__(self, status: int, body: object) -> None:
        self._status = status
        self._body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.asked: list[dict[str, Any]] = []

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002
        request_data: RequestData | None = None,
        *_args: object,
        **_kwargs: object,
    ) -> tuple[int, bytes]:
        assert url.endswith("/sendMessage")
        assert request_data is not None
        self.asked.append(request_data.parameters)
        return self._status, self._body


def _bot(request: BaseRequest) -> Bot:
    return Bot("1:x", request=request, get_updates_request=request)


def _error(status: int, description: str, **parameters: int) -> Answers:
    extra = {"parameters": parameters} if parameters else {}
    return Answers(status, {"ok": False, "error_code": status, "description": description, **extra})


async def _sent_to(request: BaseRequest) -> object:
    return await send(_bot(request), 5, "x")


@pytest.mark.asyncio
async def test_a_message_that_is_taken_is_sent_under_its_number() -> None:
    assert await _sent_to(Answers(200, {"ok": True, "result": MESSAGE})) == Sent(77)


@pytest.mark.asyncio
async def test_text_goes_as_html_without_previews() -> None:
    api = Answers(200, {"ok": True, "result": MESSAGE})
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])
    await send(_bot(api), 5, "<b>x</b>", silent=True, keyboard=keyboard)
    (asked,) = api.asked
    assert (asked["chat_id"], asked["text"], asked["parse_mode"]) == (5, "<b>x</b>", "HTML")
    assert asked["link_preview_options"] == {"is_disabled": True}
    assert asked["disable_notification"] is True
    assert asked["reply_markup"]["inline_keyboard"][0][0]["text"] == "More"


@pytest.mark.asyncio
async def test_plain_text_goes_without_a_parse_mode() -> None:
    api = Answers(200, {"ok": True, "result": MESSAGE})
    await send(_bot(api), 5, "1 < 2", plain=True)
    assert "parse_mode" not in api.asked[0]


@pytest.mark.asyncio
async def test_a_bot_with_a_limiter_is_told_the_precedence() -> None:
    heard: list[Precedence] = []

    class Ear(Limiter):
        async def process_request(self, *args: Any, **kwargs: Any) -> Any:
            heard.append(kwargs["rate_limit_args"].precedence)
            return await super().process_request(*args, **kwargs)

    api = Answers(200, {"ok": True, "result": MESSAGE})
    bot = ExtBot("1:x", request=api, get_updates_request=api, rate_limiter=Ear())
    assert await send(bot, 5, "x", precedence=Precedence.BROADCAST) == Sent(77)
    assert await send(bot, 5, "x") == Sent(77)
    assert heard == [Precedence.BROADCAST, Precedence.REPLY]


@pytest.mark.asyncio
async def test_a_library_bot_without_a_limiter_sends_all_the_same() -> None:
    api = Answers(200, {"ok": True, "result": MESSAGE})
    bot = ExtBot("1:x", request=api, get_updates_request=api)
    assert await send(bot, 5, "x", precedence=Precedence.BROADCAST) == Sent(77)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            _error(429, "Too Many Requests: retry after 35", retry_after=35),
            Throttled(timedelta(seconds=35)),
        ),
        (_error(429, "Too Many Requests: retry after 7"), Throttled(timedelta(seconds=7))),
        (_error(429, "Too Many Requests: retry after 0", retry_after=0), Throttled(UNTOLD_PAUSE)),
        (Answers(429, b"slow down"), Throttled(UNTOLD_PAUSE)),
        (
            _error(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=-1001234567890,
            ),
            Moved(-1001234567890),
        ),
        (
            _error(403, "Forbidden: bot was blocked by the user"),
            Gone("bot was blocked by the user"),
        ),
        (_error(400, "Bad Request: chat not found"), Gone("Chat not found", is_strange=True)),
        (
            _error(400, "Bad Request: can't parse entities: Unexpected end tag at byte offset 9"),
            Refused("Can't parse entities: unexpected end tag at byte offset 9"),
        ),
        (_error(400, "Bad Request: message text is empty"), Refused("Message text is empty")),
        (_error(403, "Forbidden: the moon is full"), Odd("the moon is full")),
        (_error(400, "Bad Request: NEVER_HEARD_OF"), Odd("Never_heard_of")),
        (_error(413, "Request Entity Too Large"), Odd("Request Entity Too Large")),
        (_error(500, "Internal Server Error: restart"), Unreachable("Internal Server Error: restart")),
        (_error(502, "Bad Gateway"), Unreachable("Bad Gateway")),
        (_error(504, "Gateway Timeout"), Unclear("Gateway Timeout")),
    ],
)
async def test_an_answer_becomes_its_outcome(answer: Answers, outcome: object) -> None:
    assert await _sent_to(answer) == outcome


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, Unclear), (400, Odd), (403, Odd), (502, Unreachable), (503, Unreachable), (504, Unclear)],
)
async def test_a_page_of_something_in_between_condemns_nobody(status: int, kind: type) -> None:
    outcome = await _sent_to(Answers(status, b"<html>" + b"proxy " * 500))
    assert isinstance(outcome, kind)
    assert isinstance(outcome, Odd | Unclear | Unreachable)
    assert len(outcome.reason) <= MOST_REASON


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "description", "error"),
    [
        (401, "Unauthorized", InvalidToken),
        (404, "Not Found", InvalidToken),
        (409, "Conflict: terminated by other getUpdates request", Conflict),
    ],
)
async def test_what_concerns_the_bot_itself_flies(
    status: int, description: str, error: type[TelegramError]
) -> None:
    with pytest.raises(error):
        await _sent_to(_error(status, description))


def _failing(error: Exception) -> HTTPXRequest:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    return HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(fail)})


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("[Errno -2] Name or service not known"),
        httpx.ConnectTimeout(""),
        httpx.PoolTimeout(""),
        httpx.ProxyError("407 Proxy Authentication Required"),
    ],
)
async def test_a_request_that_never_left_found_telegram_unreachable(error: Exception) -> None:
    assert isinstance(await _sent_to(_failing(error)), Unreachable)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout(""),
        httpx.WriteTimeout(""),
        httpx.ReadError(""),
        httpx.WriteError(""),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
        httpx.DecodingError("not gzip"),
    ],
)
async def test_a_request_that_left_without_an_answer_is_unclear(error: Exception) -> None:
    outcome = await _sent_to(_failing(error))
    assert isinstance(outcome, Unclear)
    assert type(error).__name__ in outcome.reason


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [301, 418])
async def test_a_status_nobody_expects_is_odd(status: int) -> None:
    assert isinstance(await _sent_to(Answers(status, b"")), Odd)


@pytest.mark.asyncio
async def test_a_fault_of_the_program_flies() -> None:
    with pytest.raises(NetworkError, match="ZeroDivisionError"):
        await _sent_to(_failing(ZeroDivisionError()))


def test_a_pause_is_read_in_either_form_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pause(RetryAfter(3)) == timedelta(seconds=3)
    monkeypatch.delenv("PTB_TIMEDELTA")
    with pytest.warns(PTBDeprecationWarning):
        assert pause(RetryAfter(3)) == timedelta(seconds=3)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>A &amp; B</b>\n<i>c</i>", "A & B\nc"),
        (
            '<a href="https://a.example/?x=1&amp;y=2">Outlet</a>, today',
            "Outlet (https://a.example/?x=1&y=2), today",
        ),
        ('<a href="https://a.example">The <b>big</b> one</a>', "The big one (https://a.example)"),
        (
            '<a href="https://a.example">a</a><a href="https://a.example">b</a>',
            "a (https://a.example)b (https://a.example)",
        ),
        ('<a href="https://a.example">https://a.example</a>', "https://a.example"),
        ('<a href="tg://user?id=7">Ann</a>', "Ann"),
        ("<blockquote expandable>said</blockquote>", "said"),
        ("5 &lt; 6 <b>never closed", "5 < 6 never closed"),
        ("if a < b and c > d <i>x</b>", "if a < b and c > d x"),
    ],
)
def test_plain_text_keeps_the_words_and_the_addresses(html: str, text: str) -> None:
    assert plain_text(html) == text


def _link(parts: tuple[str, str]) -> str:
    words, path = parts
    return f'<a href="https://a.example/{escape(path)}">{escape(words)}</a>'


PIECES = st.one_of(
    st.text().map(escape),
    st.text().map(lambda text: f"<b>{escape(text)}</b>"),
    st.tuples(st.text(), st.text()).map(_link),
)


@given(st.lists(PIECES).map("".join))
def test_plain_text_is_never_longer_than_its_html(html: str) -> None:
    assert len(plain_text(html)) <= len(html)


@given(st.text())
def test_any_text_has_a_plain_form(html: str) -> None:
    assert len(plain_text(html)) <= len(html)
