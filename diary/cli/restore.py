"""`diary restore`: a backup back into an empty place."""

from datetime import UTC, datetime
from pathlib import Path

import click

from diary.cli.backup import explained, private, told
from diary.cli.engines import open_engine
from diary.config import load
from diary.portability.archive import Archive, verify
from diary.portability.restore import Occupied, Restored, Wishes, check_place
from diary.portability.restore import restore as put_back


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--over", is_flag=True, help="Put it in the stead of the diary that is here.")
@click.option(
    "--erasures", "lists", multiple=True, help="A newer erasures.jsonl; several may be given.",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)  # fmt: skip
@click.option("--drop-mail", is_flag=True, help="Do not send mail and letters that waited.")
@click.option("--sign-out", is_flag=True, help="Everybody has to log in anew.")
@click.option("--dry-run", is_flag=True, help="Only check the backup, and whether it can go here.")
def restore(
    path: Path,
    lists: tuple[Path, ...],
    *,
    over: bool,
    drop_mail: bool,
    sign_out: bool,
    dry_run: bool,
) -> None:
    """Put a backup back into the empty place that the settings name.

    PATH is the folder that `diary backup` has written, for its newest one, or one of the zip files
    in it. Every checksum is compared before anything is written. What was taken away or forgotten
    since, as far as a list of erasures says so, is taken away and forgotten again before anybody
    sees it. The diary must not run. Broken off, it can be done again. The status is 1 if a file was
    missing in the backup, or if the secret key is another one.
    """
    with explained():
        backup = path if path.is_file() else Archive(path).newest()
    erased = tuple(line for file in lists for line in file.read_bytes().splitlines())
    wishes = Wishes(over=over, drop_mail=drop_mail, sign_out=sign_out, erased=erased)
    settings, now = load(), datetime.now(UTC)
    try:
        with private(), told() as progress, explained():
            if dry_run:
                manifest = verify(
                    Archive(backup.parent),
                    backup,
                    lambda n, total: progress("Checking …", n, total),
                )
                check_place(open_engine(settings), manifest, over=over)
                click.echo(
                    f"{backup} is whole and can go here. It is of {manifest.made_at:%F %R} UTC."
                )
                return
            done = put_back(settings, backup, wishes, now, progress)
    except Occupied as error:
        raise click.UsageError(str(error)) from error
    _report(backup, done)


def _report(backup: Path, done: Restored) -> None:
    click.echo(f"The diary is as it was at {done.manifest.made_at:%F %R} UTC ({backup.name}).")
    for key in done.missing:
        click.echo(f"{key} was missing already.", err=True)
    if done.other_key:
        click.echo(
            "The secret key is another one: everybody has to log in, and cards, posters and "
            "invitations open nothing. Set DIARY_SECRET_KEY to the old key to keep them.",
            err=True,
        )
    if done.missing or done.other_key:
        raise SystemExit(1)
