"""The commands: `diary …`."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click

from diary.config import SettingsError
from diary.domain.errors import InUse

COMMANDS = (
    *("backup", "bench", "check", "close", "deliver", "demo", "export", "import", "invite"),
    *("mirror", "recall", "render", "report", "restore", "serve", "setup", "upgrade"),
)
"""Each by its name in a module of its own."""
IN_USE = "Another program holds the database. Stop the diary everywhere, then start this again."
UNREACHABLE = "The database cannot be reached. See that it runs and what DIARY_DATABASE_URL says."
NO_ENTRY = "The database's file cannot be opened. See that it and its folder belong to this user."


class Diary(click.Group):
    """Says in one sentence what is wrong with a setting (exit status 2) or where the database
    does not answer (1). Each command's module is loaded when it is asked for.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's)
        """The names of all commands."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """A command; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        name = "import_" if cmd_name == "import" else cmd_name  # the other is a word of Python's
        gc.disable()  # nothing of a module is garbage, and looking takes a quarter of the time
        try:
            found: click.Command = getattr(import_module(f"diary.cli.{name}"), name)
        finally:
            gc.enable()
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        with in_one_sentence():
            return super().invoke(ctx)


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Raises ClickException for what is no fault of the program's."""
    try:
        yield
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    except InUse as error:
        raise click.ClickException(IN_USE) from error
    except Exception as error:
        from sqlalchemy.exc import OperationalError  # in get_command it loads a quarter faster

        from diary.media.storage import UnknownStorage

        if isinstance(error, UnknownStorage):
            raise click.UsageError(str(error)) from error
        if not isinstance(error, OperationalError) or error.statement is not None:
            raise  # what answered has something else that is wrong
        reason = str(error.orig).partition("\n")[0]
        words = NO_ENTRY if "database file" in reason else UNREACHABLE
        raise click.ClickException(f"{words} ({reason})") from error


@click.group(cls=Diary)
def main() -> None:
    """Share Stories: a shared digital diary."""
