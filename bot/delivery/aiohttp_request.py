"""The library's requests by way of aiohttp: at many sends a second its own transport, httpx, costs six times the processor time.

To whoever looks at errors it is as `telegram.request.HTTPXRequest` (22.8): the same classes for the same faults, and as their
cause the httpx error that stands for the same step, since what comes before the first byte and what comes after it are told
apart by that (`bot.delivery.telegram`). Where that class waits, this one does, and as long.
"""

import asyncio
import json
from io import BytesIO
from types import TracebackType
from typing import Any, Self
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

KEPT = 5.0
"""Seconds for which an idle connection is kept: as httpx does, so that the other side rarely closes one just as we use it."""

JSON = {"Content-Type": "application/json"}

FULL = (
    "Pool timeout: All connections in the connection pool are occupied. Request was *not* sent to Telegram. Consider "
    "adjusting the connection pool size or the pool timeout."
)

_NAMES: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout),
    (TimeoutError, httpx.WriteTimeout),
    (aiohttp.ClientHttpProxyError, httpx.ProxyError),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.NonHttpUrlClientError, httpx.UnsupportedProtocol),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError),
    (aiohttp.ClientError, httpx.ReadError),
)
"""What httpx calls each fault; the first that fits. A TimeoutError without more is that of `_Sending`."""


class AiohttpRequest(BaseRequest):
    """One pool of connections. Time-outs are seconds, None for none; `media_write_timeout` is that of requests with files.

    Proxies are those of the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY), by HTTP alone: one that speaks SOCKS
    is a RuntimeError. Certificates are checked against those httpx would check against (SSL_CERT_FILE, else certifi's).
    """

    __slots__ = (
        "_connect",
        "_media_write",
        "_places",
        "_pool",
        "_proxies",
        "_read",
        "_session",
        "_size",
        "_write",
    )

    def __init__(  # noqa: PLR0913 - as many as the class it stands for has
        self,
        *,
        connection_pool_size: int = 256,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
    ) -> None:
        self._size = connection_pool_size
        self._read, self._write, self._connect = read_timeout, write_timeout, connect_timeout
        self._pool, self._media_write = pool_timeout, media_write_timeout
        self._proxies = _Proxies()
        self._places = asyncio.Semaphore(connection_pool_size)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """The seconds to wait for an answer where a request does not say."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool; again after `shutdown`, if wanted."""
        if self._session is not None:
            return
        connector = aiohttp.TCPConnector(
            # Who may use a connection is decided by `_places`, so that waiting for one and opening one have a time-out each.
            limit=0,
            keepalive_timeout=KEPT,
            ssl=httpx.create_ssl_context(),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
        )

    async def shutdown(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0913, PLR0917 - the signature is the library's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - the library's own kind of default
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - likewise
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - likewise
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - likewise
    ) -> tuple[int, bytes]:
        """Make one request: the answer's status and content. Raises TimedOut and NetworkError."""
        if self._session is None:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        target = URL(url)
        given: dict[str, Any] = {
            "allow_redirects": False,
            "proxy": self._proxies.of(target),
            "timeout": aiohttp.ClientTimeout(
                total=None,
                # Finding the address, connecting and agreeing on TLS.
                connect=_chosen(connect_timeout, self._connect),
                sock_read=_chosen(read_timeout, self._read),
            ),
        } | _content(request_data)
        has_files = request_data is not None and request_data.contains_files
        patience = _chosen(write_timeout, self._media_write if has_files else self._write)
        await self._enter(_chosen(pool_timeout, self._pool))
        try:
            async with _Sending(patience) as sending:
                ask = self._session.request(method, target, upload_tracker=sending.tracker, **given)
                async with ask as response:
                    return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            cause = _cause(error)
            raise _translated(cause, error) from cause
        finally:
            self._places.release()

    async def _enter(self, patience: float | None) -> None:
        """Wait for a place among the connections."""
        if not self._places.locked():
            await self._places.acquire()
            return
        try:
            async with asyncio.timeout(patience):
                await self._places.acquire()
        except TimeoutError as error:
            raise TimedOut(FULL) from httpx.PoolTimeout(str(error))


class _Sending:
    """Ends a request by a TimeoutError where nothing more of it is taken for `patience` seconds, twice that at most."""

    def __init__(self, patience: float | None) -> None:
        self._patience = patience
        self._limit = asyncio.timeout(None)
        self._watch: asyncio.TimerHandle | None = None
        self._gone = -1
        self.tracker = aiohttp.UploadTracker()

    async def __aenter__(self) -> Self:
        await self._limit.__aenter__()
        self._look_later()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watch:
            self._watch.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _look_later(self) -> None:
        if self._patience is not None:
            self._watch = asyncio.get_running_loop().call_later(self._patience, self._look)

    def _look(self) -> None:
        if self.tracker.upload_complete.done():
            return
        # Before the first attempt it is the connection that takes its time, which has a limit of its own.
        if self.tracker.attempts and self.tracker.bytes_written <= self._gone:
            self._limit.reschedule(asyncio.get_running_loop().time())
            return
        self._gone = self.tracker.bytes_written
        self._look_later()


class _Proxies:
    """The proxies of the environment, as it was when they were first asked for."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], str | None] = {}

    def of(self, url: URL) -> str | None:
        """The proxy by which an address is reached, None for none."""
        key = url.scheme, url.host
        if key not in self._known:
            self._known[key] = self._found(url)
        return self._known[key]

    def _found(self, url: URL) -> str | None:
        proxies = getproxies()
        found = proxies.get(url.scheme) or proxies.get("all")
        if not found or proxy_bypass(url.host or ""):
            return None
        address = found if "://" in found else f"http://{found}"
        if not address.startswith(("http://", "https://")):
            scheme = address.partition("://")[0]
            raise RuntimeError(f"Paid broadcasts go through HTTP proxies; {scheme} is not one of them.")
        return address


def _content(request_data: RequestData | None) -> dict[str, Any]:
    """The body: JSON, since text is put into a form byte by byte; a form of several parts where there are files."""
    parameters = request_data.json_parameters if request_data else {}
    if request_data is None or not request_data.contains_files:
        return {"data": json.dumps(parameters).encode(), "headers": JSON} if parameters else {}
    form = aiohttp.FormData(parameters, quote_fields=False)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        # Bytes alone would be written in one piece, and hold up everyone else for as long.
        file = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=kind)
    return {"data": form}


def _chosen(given: Any, usual: float | None) -> float | None:  # noqa: ANN401 - the library's own kind of default
    return usual if isinstance(given, DefaultValue) else given


def _cause(error: Exception) -> httpx.TransportError:
    name = next(named for kind, named in _NAMES if isinstance(error, kind))
    cause = name(str(error))
    cause.__cause__ = error
    return cause


def _translated(cause: httpx.TransportError, error: Exception) -> NetworkError:
    if isinstance(cause, httpx.TimeoutException):
        return TimedOut()
    return NetworkError(f"aiohttp.{type(error).__name__}: {error}")
