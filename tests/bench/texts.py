"""A briefing to send: made up, as long and as full of links as those of a busy day."""

_LINE = (
    "• <b>France → Kenya</b> · statement, appeal\n“The talks in Nairobi must go on”, the Foreign Minister said — "
    '<a href="https://a.example/{number}">A Courier</a>, 2 publishers\n'
)

BRIEFING = "<b>Communiqué · Monday, 16 March 2026</b>\n\n" + "".join(
    _LINE.format(number=number) for number in range(10)
)
"""Telegram's HTML of about 1,500 characters, before parsing."""
