"""From what a source sent to clean article text: pages, clean-up, language, dates, likeness."""
