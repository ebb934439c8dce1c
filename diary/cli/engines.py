"""The engine of a command: whoever opens one need not think of its end."""

import click
from sqlalchemy import Engine

from diary.config import Settings
from diary.models import make_engine


def open_engine(settings: Settings) -> Engine:
    """The engine of a diary; a command that asks for it lets go of its connections at its end."""
    engine = make_engine(settings.database_url)
    if command := click.get_current_context(silent=True):
        command.call_on_close(engine.dispose)
    return engine
