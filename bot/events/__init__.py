"""Who said, called, met or mediated: from an article's text to typed events with their proof."""
