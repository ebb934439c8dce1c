"""The commands: `diary …`."""

import click
from sqlalchemy.exc import OperationalError

from diary.cli.backup import backup
from diary.cli.bench import bench
from diary.cli.check import check
from diary.cli.close import close
from diary.cli.deliver import deliver
from diary.cli.demo import demo
from diary.cli.export import export
from diary.cli.import_ import import_
from diary.cli.invite import invite
from diary.cli.mirror import mirror
from diary.cli.recall import recall
from diary.cli.render import render
from diary.cli.report import report
from diary.cli.restore import restore
from diary.cli.serve import serve
from diary.cli.upgrade import upgrade
from diary.config import SettingsError

UNREACHABLE = "The database cannot be reached. See that it runs and what DIARY_DATABASE_URL says."


class Diary(click.Group):
    """Says in one sentence what is wrong with a setting (exit status 2) or where the database
    does not answer (1)."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.UsageError(str(error)) from error
        except OperationalError as error:
            if error.statement is not None:  # it answered, and something else is wrong
                raise
            reason = str(error.orig).partition("\n")[0]
            raise click.ClickException(f"{UNREACHABLE} ({reason})") from error


@click.group(cls=Diary)
def main() -> None:
    """Share Stories: a shared digital diary."""


for command in (
    backup,
    bench,
    check,
    close,
    deliver,
    demo,
    export,
    import_,
    invite,
    mirror,
    recall,
    render,
    report,
    restore,
    serve,
    upgrade,
):
    main.add_command(command)
