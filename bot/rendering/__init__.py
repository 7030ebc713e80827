"""Briefings and events as text, Telegram messages, Markdown, HTML and JSON. The words are in `templates/`."""
