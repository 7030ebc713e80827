"""From events to what one reader is told: what matters, in which order, marked new or known."""
