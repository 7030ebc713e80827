"""Our transport beside the library's own: whatever goes wrong, both say the same."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import httpx
import pytest
from telegram import Bot, InputFile
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.delivery.aiohttp_request import AiohttpRequest
from bot.delivery.outcome import Sent, Unclear, Unreachable
from bot.delivery.telegram import send
from tests.stand_in import Break, StandIn

READER = 7
SHORT = 0.2
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n{"ok": true, "result": true}'

LARGE = 16_000_000
"""Bytes, more than the two ends of a connection hold between them."""

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

each_transport = pytest.mark.parametrize("transport", [HTTPXRequest, AiohttpRequest])


@asynccontextmanager
async def listening(peer: Peer) -> AsyncIterator[str]:
    """A server of raw bytes; gives its host and port. At the end it lets all connections go."""
    talking: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await peer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The other side went first.
        finally:
            writer.transport.abort() if peer is silent else writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.add(asyncio.create_task(talk(reader, writer)))

    async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield f"{host}:{port}"
        for each in talking:
            each.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
        await asyncio.sleep(0)


async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Takes nothing and says nothing."""
    await asyncio.Event().wait()


async def blunt(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Does not wait to be asked."""
    writer.write(b"no TLS\r\n")
    await writer.drain()


def saying(answer: bytes) -> Peer:
    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return peer


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def chain(error: TelegramError) -> tuple[str, str]:
    return type(error).__name__, type(error.__cause__).__name__


async def failure(transport: type[BaseRequest], url: str, **given: Any) -> tuple[str, str]:
    """The library's error and its cause."""
    async with transport(**given) as request:
        with pytest.raises(TelegramError) as failed:
            await request.post(url)
    return chain(failed.value)


@pytest.mark.asyncio
@each_transport
@pytest.mark.parametrize(
    ("peer", "scheme", "names"),
    [
        (None, "http", ("NetworkError", "ConnectError")),
        (None, "ftp", ("NetworkError", "UnsupportedProtocol")),
        (silent, "http", ("TimedOut", "ReadTimeout")),
        (silent, "https", ("TimedOut", "ConnectTimeout")),
        (blunt, "https", ("NetworkError", "ConnectError")),
        (saying(b""), "http", ("NetworkError", "RemoteProtocolError")),
        (saying(b"nonsense\r\n\r\n"), "http", ("NetworkError", "RemoteProtocolError")),
        (saying(OK[:-5]), "http", ("NetworkError", "RemoteProtocolError")),
        (saying(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"), "http", ("NetworkError", "TelegramError")),
        (saying(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"), "http", ("NetworkError", "TelegramError")),
    ],
)  # fmt: skip
async def test_faults_have_the_same_names(
    transport: type[BaseRequest], peer: Peer | None, scheme: str, names: tuple[str, str]
) -> None:
    async with listening(peer or silent) as address:
        where = address if peer else "127.0.0.1:1"
        found = await failure(
            transport, f"{scheme}://{where}/", read_timeout=SHORT, connect_timeout=SHORT, media_write_timeout=SHORT
        )  # fmt: skip
    assert found == names


@pytest.mark.asyncio
@each_transport
async def test_a_name_nobody_has_is_no_connection(transport: type[BaseRequest]) -> None:
    assert await failure(transport, "http://nowhere.invalid/") == ("NetworkError", "ConnectError")


@pytest.mark.asyncio
@each_transport
async def test_a_full_pool_is_told_from_a_slow_answer(transport: Any) -> None:
    async with (
        listening(silent) as address,
        transport(connection_pool_size=1, pool_timeout=SHORT, read_timeout=5 * SHORT) as request,
    ):
        first = asyncio.create_task(request.post(f"http://{address}/"))
        await asyncio.sleep(0)
        with pytest.raises(TimedOut, match=r"^Pool timeout") as full:
            await request.post(f"http://{address}/")
        assert isinstance(full.value.__cause__, httpx.PoolTimeout)
        with pytest.raises(TimedOut) as slow:
            await first
        assert isinstance(slow.value.__cause__, httpx.ReadTimeout)


@pytest.mark.asyncio
@each_transport
async def test_what_is_not_taken_times_out_while_it_is_sent(transport: Any) -> None:
    file = RequestData([RequestParameter.from_input("document", InputFile(bytes(LARGE), "zeros"))])
    async with (
        listening(silent) as address,
        transport(media_write_timeout=SHORT, read_timeout=None) as request,
    ):
        with pytest.raises(TimedOut) as stuck:
            await request.post(f"http://{address}/", file)
    assert isinstance(stuck.value.__cause__, httpx.WriteTimeout)


@pytest.mark.asyncio
@each_transport
async def test_the_proxies_of_the_environment_are_used(
    transport: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        refused = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
        writer.write(refused if heads[-1].startswith(b"CONNECT") else OK)
        await writer.drain()

    async with listening(proxy) as address:
        monkeypatch.setenv("HTTP_PROXY", f"http://me:word@{address}")
        monkeypatch.setenv("ALL_PROXY", address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        async with transport() as request, listening(saying(OK)) as near:
            assert await request.post("http://api.example/") is True
            assert await request.post(f"http://{near}/") is True
            with pytest.raises(NetworkError) as refused:
                await request.post("https://api.example/")
    assert isinstance(refused.value.__cause__, httpx.ProxyError)
    plain, tunnel = heads
    assert plain.startswith(b"POST http://api.example/ HTTP/1.1\r\n")
    assert base64.b64encode(b"me:word") in plain
    assert tunnel.startswith(b"CONNECT api.example:443 HTTP/1.1\r\n")


@pytest.mark.asyncio
@each_transport
async def test_a_proxy_that_is_not_there_is_no_connection(
    transport: type[BaseRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert await failure(transport, "http://api.example/") == ("NetworkError", "ConnectError")


@pytest.mark.asyncio
async def test_a_proxy_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    async with AiohttpRequest() as request:
        with pytest.raises(NetworkError, match="go through HTTP proxies; socks5 is not one of them"):
            await request.post("http://api.example/")


@pytest.mark.asyncio
@each_transport
async def test_it_can_be_closed_and_opened_again(transport: Any) -> None:
    request = transport(read_timeout=3.0)
    assert request.read_timeout == 3.0
    async with listening(saying(OK)) as address:
        for _ in range(2):
            await request.initialize()
            assert await request.post(f"http://{address}/") is True
            await request.shutdown()
            await request.shutdown()
            with pytest.raises(NetworkError, match="is not initialized"):
                await request.post(f"http://{address}/")


@pytest.mark.asyncio
@each_transport
async def test_files_arrive_whole(transport: Any) -> None:
    table, large = b"a,b\n", bytes(range(256)) * 8000
    async with StandIn() as api:
        api.private(READER)
        async with Bot(api.token, api.base_url, request=transport()) as bot:
            await bot.send_document(READER, table, filename="events “1”.csv")
            handle = InputFile(BytesIO(large), filename="large.bin", read_file_handle=False)
            await bot.send_document(READER, handle, disable_notification=True)
        assert api.uploads == [(READER, "events “1”.csv", table), (READER, "large.bin", large)]


@pytest.mark.asyncio
async def test_sends_end_as_by_the_other_transport() -> None:
    async with StandIn() as api:
        api.private(READER)
        async with Bot(api.token, api.base_url, request=AiohttpRequest(read_timeout=SHORT)) as bot:
            outcomes = [await send(bot, READER, "<b>Hello</b> 🏟")]
            for how in (Break.STALL, Break.RESET, Break.LOST, Break.ERROR):
                api.break_next("sendMessage", how)
                outcomes.append(await send(bot, READER, "Hello"))
            await api.restart()
            outcomes.append(await send(bot, READER, "Bye"))
        assert [type(each) for each in outcomes] == [Sent, Unclear, Unclear, Unclear, Unreachable, Sent]
        assert [each.text for each in api.messages(READER)] == ["Hello 🏟", "Hello", "Bye"]
