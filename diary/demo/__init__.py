"""The demonstration: its data, its drawn pictures and how it is loaded."""
