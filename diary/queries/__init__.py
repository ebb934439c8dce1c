"""Selects and the plain rows they return; nothing here writes."""
