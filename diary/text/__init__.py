"""Text: str in, str out. Knows no post, no database and no page."""
