"""The edge out: when a briefing is due, how fast messages may go, and one send with its outcome."""

import os

# Else the Telegram library warns wherever it is told to wait, and gives the time in a form it will drop.
os.environ.setdefault("PTB_TIMEDELTA", "1")
