"""Addresses of articles, so that one page has one."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit

TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_.*|piwik_.*|matomo_.*|hsa_.*|_hs.*|__hs.*|mc_[ce]id|fb_.*|fbclid|gclid|gclsrc|dclid|wbraid"
    r"|gbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|li_fat_id|vero_id|oly_.*|wickedid|srsltid|cmpid|cmp"
    r"|ocid|ito|ftag|smid|smtyp|at_(?:medium|campaign|link.*|format|ptr_name|bbc_team)|xtor|ns_.*|mkt_tok|trk"
    r"|guccounter|guce_.*|soc_.*|sref|partner|amp",
    re.IGNORECASE,
)
"""Names of query parameters that tell a publisher where a click came from and never which page is meant."""


def plain_address(url: str) -> str:
    """Give `url` without tracking parameters and fragment; what is no web address comes back as it is."""
    parts = _split(url.strip())
    if parts is None:
        return url.strip()
    kept = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(pair[0])
    ]
    # Where nothing is dropped the query stays letter by letter, since some servers mind its spelling.
    same = len(kept) == len(parse_qsl(parts.query, keep_blank_values=True))
    return parts._replace(query=parts.query if same else urlencode(kept), fragment="").geturl()


def canonical(given: str | None, *named: str | None) -> str | None:
    """Give the address of a page fetched from `given` that names itself in `named`, the most trusted first.

    A name on another host or at the site's root is not believed: sites copy such lines from page to page.
    """
    for name in named:
        address = urljoin(given or "", name.strip()) if name else ""
        if address and _split(address) and _is_believable(address, given):
            return plain_address(address)
    return plain_address(given) if given else None


def host(url: str | None) -> str | None:
    """Give the host of `url` without `www.` and the like, as a publisher's name of last resort."""
    parts = _split(url) if url else None
    return _site(parts) if parts else None


def _is_believable(address: str, given: str | None) -> bool:
    named, known = _split(address), _split(given) if given else None
    if named is None or (not named.path.strip("/") and not named.query):
        return bool(known and named and known.path.strip("/") == "" and _site(known) == _site(named))
    return known is None or _site(known) == _site(named)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if is_web else None


def _site(parts: SplitResult) -> str:
    return re.sub(r"^(?:www\d?|m|mobile|amp)\.(?=.*\.)", "", (parts.hostname or "").lower())
