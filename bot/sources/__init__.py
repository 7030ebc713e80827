"""What comes in: files, folders and feeds, as `FeedItem`s."""
