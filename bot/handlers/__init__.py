"""Chat: one update, one flow, one screen."""
