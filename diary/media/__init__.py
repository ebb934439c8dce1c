"""Pictures and the place where files lie: bytes in, bytes out, nothing of the rest of the diary."""
