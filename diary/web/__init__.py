"""The edge: HTTP in, pages and feeds out."""
