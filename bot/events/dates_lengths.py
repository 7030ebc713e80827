"""Durations and repetitions: "two years" is `P2Y`, "weeks" `PXW`, "every Monday" `XXXX-WXX-1`."""

import re

from bot.events.dates_lexicon import load_date_words

HALVES = {"hour": "PT30M", "day": "PT12H", "year": "P6M", "decade": "P5Y", "century": "P50Y"}


def parse_amount(said: str) -> float | None:
    """The number a word or numeral stands for; None for "several" and its like."""
    plain = said.lower().replace(",", "")
    numbers = load_date_words().numbers
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain)
    if plain in {"a", "an", "the"}:
        return 1
    if plain.endswith("hundred"):
        return 100
    words = re.split(r"[-\s]", plain)
    return sum(numbers[word] for word in words) if all(word in numbers for word in words) else None


def length(parts: dict[str, str]) -> str:
    """The ISO duration of an expression; `X` stands for a number not said."""
    words = load_date_words()
    name = words.unit_of[parts["unit"].lower()]
    alone = None if parts["unit"].lower() != name else 1.0
    amount = parse_amount(parts["amount"]) if "amount" in parts else alone
    return duration(amount, words.units[name], half="half" in parts)


def half_length(parts: dict[str, str]) -> str:
    """The ISO duration of half a unit: "half an hour" is `PT30M`."""
    return HALVES[parts["unit"].lower()]


def duration(amount: float | None, code: str, *, half: bool = False) -> str:
    """`P2Y`, `PT24H`, `P1.5Y` (a year and a half), `PXD`."""
    if amount is not None and code == "2W":
        amount, code = amount * 2, "W"
    number = "X" if amount is None else f"{amount + (0.5 if half else 0):g}"
    code = code.removeprefix("2")
    return f"PT{number}{code[1]}" if code.startswith("T") else f"P{number}{code}"


def rate(parts: dict[str, str]) -> str:
    """How often: a named weekday repeats as `XXXX-WXX-1`, all else by the length of its period."""
    words = load_date_words()
    if "weekday" in parts:
        part = parts.get("part")
        suffix = f"T{words.parts_of_day[part.lower()]}" if part else ""
        return f"XXXX-WXX-{words.weekdays[parts['weekday'].capitalize()]}{suffix}"
    if "adverb" in parts:
        return words.weekly[parts["adverb"].lower()]
    amount = 2.0 if parts.get("amount", "").lower() == "other" else parse_amount(parts.get("amount", "a"))
    return duration(amount, words.units[words.unit_of[parts["unit"].lower()]])
