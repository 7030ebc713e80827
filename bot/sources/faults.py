"""What a fetch that failed is called: one line that says what is wrong and what to do.

Nothing a server sends is repeated in a message but its three-digit answer.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

from bot.errors import FetchError
from bot.sources.guard import shown

RETRY_CAP = timedelta(days=7)
"""A server may ask us to stay away; for longer than this it is taken to be a mistake."""

AGAIN = "Try again later."
OPEN_IT = "Open it in a browser to see whether the address is still right."

_WAIT = frozenset({429, 503})


def bad_status(response: aiohttp.ClientResponse) -> FetchError:
    """Name the failure a server answered with."""
    status = response.status
    says = f"{shown(response.url)} answered {status}"
    wait = _retry_after(response) if status in _WAIT else None
    if status == 410:
        return FetchError(f"{says}: it is gone for good.", "Remove it.", permanent=True, status=status)
    if status == 404:
        return FetchError(f"{says}: it is not there.", OPEN_IT, status=status)
    if status in {401, 402, 403, 451}:
        return FetchError(f"{says}: it is not open to us.", OPEN_IT, status=status)
    if status == 429:
        return FetchError(f"{says}: it is asked too often.", AGAIN, retry_after=wait, status=status)
    return FetchError(f"{says}.", AGAIN, retry_after=wait, status=status)


def _retry_after(response: aiohttp.ClientResponse) -> timedelta | None:
    """Read Retry-After in either form, seconds or a date (RFC 9110 §10.2.3); None where it makes no sense."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=min(int(value[:9]), 10**8)), RETRY_CAP)
    until = _http_date(value)
    if until is None:
        return None
    now = _http_date(response.headers.get("Date", "")) or datetime.now(UTC)
    return min(max(until - now, timedelta(0)), RETRY_CAP)


def _http_date(value: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def translated(error: aiohttp.ClientError, url: URL) -> FetchError:
    """Name the failure the client met on its way to or from the server of `url`."""
    host = url.host or shown(url)
    match error:
        case aiohttp.InvalidURL():
            return FetchError(f"{shown(url)} is not a web address.", "Check its spelling.", permanent=True)
        case aiohttp.ClientConnectorDNSError():
            return FetchError(
                f"The name {error.host} cannot be found.", "Check its spelling and your network."
            )
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return FetchError(f"{error.host} has no valid certificate.", OPEN_IT)
        case aiohttp.ClientConnectorError():
            return FetchError(f"{error.host} cannot be reached.", "Check your network, or try again later.")
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return FetchError(f"{host} broke off in the middle of its answer.", AGAIN)
        case _:
            return FetchError(f"{host} gave an answer that is no proper HTTP.", OPEN_IT)
