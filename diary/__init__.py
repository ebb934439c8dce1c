"""Share Stories: a shared digital diary of a neighbourhood project."""
