"""The rules. No Flask here: session, store and clock are passed in."""
