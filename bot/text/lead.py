"""What stands before the story: stamps, bylines, places of writing, agencies' names."""

from dataclasses import dataclass

from bot.text.bylines import is_byline
from bot.text.datelines import dateline, is_turn
from bot.text.lines import ends_sentence
from bot.text.stamps import FOOT, HEAD, is_chronology, is_stamp, read_stamp


def strip_lead(lines: list[str]) -> list[str]:
    """Take stamps, bylines and datelines off the first lines of a text, and stamps off its last ones."""
    kept: list[str] = []
    habits = _Habits(is_transcript=sum(map(is_turn, lines)) > 1, is_chronology=is_chronology(lines))
    at = 0
    while at < len(lines) and sum(map(bool, kept)) < HEAD:
        line = lines[at]
        at += 1
        story = line[_lead(line, habits) :]
        if story or not line:
            kept.append(story)
        if ends_sentence(story):
            break
    return kept + _strip_foot(lines[at:])


@dataclass(frozen=True, slots=True)
class _Habits:
    # In a transcript capitals before a colon name a speaker; in a chronology a date heads a part.
    is_transcript: bool = False
    is_chronology: bool = False


def lead(line: str) -> int:
    """Give how many characters of `line` only say who wrote, when and where from."""
    return _lead(line, _Habits())


def _lead(line: str, habits: _Habits) -> int:
    if is_byline(line):
        return len(line)
    end = 0
    while taken := _taken(line[end:], habits):
        end += taken
        end += len(line[end:]) - len(line[end:].lstrip())
    return end


def _taken(line: str, habits: _Habits) -> int:
    stamp = read_stamp(line)
    if stamp and (stamp.labelled or not habits.is_chronology):
        return stamp.end
    return 0 if habits.is_transcript and is_turn(line) else dateline(line)


def _strip_foot(lines: list[str]) -> list[str]:
    filled = [at for at, line in enumerate(lines) if line][-FOOT:]
    return [line for at, line in enumerate(lines) if at not in filled or not is_stamp(line)]
