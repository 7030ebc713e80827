"""The order of work: read from storage, take pure steps, write to storage."""
