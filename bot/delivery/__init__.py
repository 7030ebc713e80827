"""The edge out: when a briefing is due, how fast messages may go, and one send with its outcome."""
