"""What stands before the story: stamps, bylines, places of writing, agencies' names."""

from bot.text.bylines import is_byline
from bot.text.datelines import dateline
from bot.text.lines import ends_sentence
from bot.text.stamps import FOOT, HEAD, is_stamp, read_stamp


def strip_lead(lines: list[str]) -> list[str]:
    """Take stamps, bylines and datelines off the first lines of a text, and stamps off its last ones."""
    kept: list[str] = []
    rest = list(lines)
    while rest and sum(map(bool, kept)) < HEAD:
        line = without_lead(rest.pop(0))
        if line is not None:
            kept.append(line)
            if ends_sentence(line):
                break
    return kept + _strip_foot(rest)


def without_lead(line: str) -> str | None:
    """Give `line` from where its story begins, None where all of it only says who, when and where from."""
    if is_byline(line):
        return None
    end = 0
    while rest := line[end:]:
        stamp = read_stamp(rest)
        taken = stamp.end if stamp else dateline(rest)
        if not taken:
            return rest
        end += taken
        end += len(line[end:]) - len(line[end:].lstrip())
    return None if line else line


def _strip_foot(lines: list[str]) -> list[str]:
    filled = [at for at, line in enumerate(lines) if line][-FOOT:]
    return [line for at, line in enumerate(lines) if at not in filled or not is_stamp(line)]
