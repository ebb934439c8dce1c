"""What leaves the diary as files, and comes in from them."""
