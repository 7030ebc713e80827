"""Communiqué: diplomatic news in, one provable briefing out."""
