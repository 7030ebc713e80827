"""Lines that point elsewhere: to another story, a form, an app, a licence."""

import re

from bot.text.bylines import is_desk_line, without_desk
from bot.text.lexicon import pattern
from bot.text.lines import bare, ends_sentence, measure

LONGEST = 60
"""Words. The longest notices (of agencies' licences) stay under this."""

_ENDING = r"[\s.!…:：»>›→|)\]]*"
_NOTICE = re.compile(rf"[(\[]?{pattern(('notices', 'whole'))}{_ENDING}", re.IGNORECASE)
_ALONE = re.compile(
    rf"{pattern(('pointers', 'alone'), ('pointers', 'before'))}(?:{_ENDING}|\s*[:：|»>›–—]\s*\S.*|\s+-\s.*)",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?i:{pattern(('pointers', 'before'))})\s+(?P<headline>\S.*)")
_SHOUTED = re.compile(
    rf"(?<=[.!?\"”’»)])\s+(?P<label>{pattern(('pointers', 'before'))})\s*[:|]\s*\S.*$", re.IGNORECASE
)
_TWEET = re.compile(
    r"(?:[—–-]+\s*[^()]{1,60}\(@\w{1,20}\).*|(?:https?://)?(?:pic\.twitter\.com|t\.co)/\w+|(?:https?://|www\.)\S+|@\w{2,20})"
)
_TWEET_TAIL = re.compile(
    r"(?:\s*(?:https?://)?(?:pic\.twitter\.com|t\.co)/\w+)+(?:\s*[—–-]+\s*[^()]{1,60}\(@\w{1,20}\)[^.]*)?$"
)
_COUNT = re.compile(r"\d+[ -](?:comments?|shares?|likes?|views?|min(?:ute)?s?[ -]read)", re.IGNORECASE)


def strip_pointers(lines: list[str]) -> list[str]:
    """Take out the lines, and the ends of lines, that lead away from the story."""
    kept = []
    for line in lines:
        if line and is_pointer(line):
            continue
        rest = _without_tail(line)
        if rest or not line:
            kept.append(rest)
    return kept


def is_pointer(line: str) -> bool:
    """Tell whether all of `line` leads away from the story."""
    if _TWEET.fullmatch(line) or not any(map(str.isalnum, line)):
        return True
    line = bare(line).strip("|*_~[]【】 ")
    if not line or measure(line) > LONGEST:
        return False
    if _NOTICE.fullmatch(line) or _ALONE.fullmatch(line) or _COUNT.fullmatch(line) or is_desk_line(line):
        return True
    match = _BEFORE.fullmatch(line)
    # "Read more: …" is an order; "Read more than a hundred pages, he said." is a sentence.
    return match is not None and not match["headline"][0].islower() and not ends_sentence(line)


def _without_tail(line: str) -> str:
    line = _TWEET_TAIL.sub("", without_desk(line)).rstrip()
    match = _SHOUTED.search(line)
    return line[: match.start()].rstrip() if match and match["label"].isupper() else line
