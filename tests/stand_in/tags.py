"""The tags of Telegram's HTML, and the entity each makes (Bot API, "HTML style")."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from tests.stand_in.refusal import Json, Refused

PLAIN = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
"""Tags whose entity has no more fields."""

TAGS = frozenset(PLAIN) | {"a", "blockquote", "tg-emoji", "tg-time"}

MONOSPACED = frozenset({"code", "pre"})
STYLES = frozenset(PLAIN) - MONOSPACED
ALONE = frozenset({"a", "blockquote"})
"""Tags that cannot stand inside their like."""

SCHEMES = ("http", "https", "tg", "ton")


def check_start(tag: str, attributes: Mapping[str, str], around: Sequence[str], offset: int) -> None:
    """Refuse a start tag that must not stand where it does; `around` are the open tags, outermost first."""
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise Refused.unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    if outer := _clash(tag, around):
        raise Refused.spec(f"<{tag}> inside <{outer}> at byte offset {offset}: one of them would be lost")


def _clash(tag: str, around: Sequence[str]) -> str | None:
    """Give the open tag that does not go with this one; the official server drops one of the two without a word."""
    if tag in MONOSPACED and around[-1:] in (["pre"], ["code"]):
        return tag if around[-1] == tag else None
    for outer in around:
        if outer in MONOSPACED or (outer in STYLES and tag in MONOSPACED) or (outer == tag and tag in ALONE):
            return outer
    return None


def entity(tag: str, attributes: Mapping[str, str], inside: str) -> Json | None:
    """Give the entity's type and own fields; None where the server keeps the text and forgets the tag."""
    match tag:
        case "a":
            return link(attributes.get("href") or inside)
        case "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"}
        case "tg-emoji":
            return _emoji(attributes.get("emoji-id", ""))
        case "tg-time":
            return _time(attributes)
        case "code" if attributes.get("class", "").startswith("language-"):
            return {"type": "code", "language": attributes["class"].removeprefix("language-")}
    return {"type": PLAIN[tag]}


def link(address: str) -> Json | None:
    """Give what a link becomes: a text link, a mention, or nothing where the address is none."""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme == "tg" and parts.netloc == "user" and (named := parse_qs(parts.query).get("id")):
        return {"type": "text_mention", "user": {"id": int(named[0]), "is_bot": False, "first_name": ""}}
    known = parts.scheme in SCHEMES and (
        parts.scheme in {"tg", "ton"} or "." in (parts.hostname or "").strip(".")
    )
    if not known or any(each.isspace() for each in parts.netloc):
        return None
    return {"type": "text_link", "url": parts._replace(path=parts.path or "/").geturl()}


def _emoji(identifier: str) -> Json:
    if not identifier.isdecimal() or not int(identifier):
        raise Refused.unparsable("Invalid custom emoji identifier specified")
    return {"type": "custom_emoji", "custom_emoji_id": identifier}


def _time(attributes: Mapping[str, str]) -> Json:
    if not attributes.get("unix", "").isdecimal():
        raise Refused.spec("<tg-time> needs its moment in the attribute unix")
    made: Json = {"type": "date_time", "unix_time": int(attributes["unix"])}
    return made | ({"date_time_format": attributes["format"]} if "format" in attributes else {})
