"""`diary setup`: at most eight questions, and a real diary on this server."""

import getpass
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from diary.cli.engines import open_engine
from diary.cli.invite import make_link
from diary.cli.serve import has_accounts
from diary.cli.setup_answers import QUESTIONS, answer, is_plain
from diary.cli.setup_files import (
    FOLDER,
    INSTALL,
    Place,
    env_lines,
    keep_answers,
    merged,
    recall_answers,
    server_files,
    write,
    write_server_files,
)
from diary.cli.setup_letter import send_test
from diary.cli.upgrade import bring_up
from diary.config import KEY_FILE, Settings, dotenv, load, without_password
from diary.models import make_sessions

SETTINGS = {
    "address": "DIARY_BASE_URL",
    "mail": "DIARY_MAIL_URL",
    "sender": "DIARY_MAIL_FROM",
    "port": "PORT",
}
"""The questions whose answers are settings."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each question."""
    for one in reversed(QUESTIONS):
        command = click.option(f"--{one.name}", metavar="ANSWER", help=f"{one.words}.")(command)
    return command


@click.command()
@_options
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given stays, or is usual.")
@click.option("--dry-run", is_flag=True, help="Only show what would be written.")
def setup(*, yes: bool, dry_run: bool, **given: str | None) -> None:
    """Set up a real diary on this server; run it again to change an answer.

    Asks at most eight questions, writes `.env` and the folder `server` here (units for systemd, a
    site for the proxy, a script that installs them), makes the database, sends a test letter, and
    prints the link by which the first lead joins. What you have changed in a file is not
    overwritten unless you say so. A mail server's password is better set in DIARY_MAIL_URL than
    given on the command line.
    """
    folder = Path.cwd()
    values = {**dotenv(folder), **{name: value for name, value in os.environ.items() if value}}
    place = _place(values, folder)
    if odd := [path for path in (folder, *place.writes) if not is_plain(path)]:
        raise click.UsageError(
            f"The path {odd[0]} has spaces or signs that units and scripts read as something "
            "else; move it to one like /srv/diary."
        )
    earlier = recall_answers(folder / FOLDER)
    earlier |= {name: values[key] for name, key in SETTINGS.items() if values.get(key)}
    answered = {name: text for name, text in given.items() if text is not None}
    known = answer(answered, earlier, place.instance, ask=not yes)
    env = folder / ".env"
    words = merged(env.read_text() if env.exists() else "", env_lines(known, place))
    files = server_files(known, place, getpass.getuser())
    if dry_run:
        _show(folder, words, files)
        return
    write(env, words, 0o600)
    digests = write_server_files(folder / FOLDER, files, _never if yes else _may_replace)
    keep_answers(folder / FOLDER, known, digests)
    click.echo(f"Written: {env} and {folder / FOLDER}.")
    settings = load({**os.environ, **env_lines(known, place)}, root=folder)
    _open(settings, known["letter"])
    click.echo(f"\nNow run as root: sh {folder / FOLDER / INSTALL}\nwhich does:\n")
    click.echo("".join(_indented(files[INSTALL])))


def _place(values: dict[str, str], folder: Path) -> Place:
    """Where the diary is or is to be; one that is there already stays where it is."""
    instance = folder / values.get("DIARY_INSTANCE", "instance")
    begun = any((instance / name).exists() for name in ("diary.db", KEY_FILE))
    was_here = "DIARY_INSTANCE" not in values and begun
    url = values.get("DIARY_STORAGE_URL") or "file:uploads"
    base = folder if was_here or "DIARY_STORAGE_URL" in values else instance
    store = base / url.removeprefix("file:") if url.startswith("file:") else None
    return Place(folder, instance, store, was_here, values.get("DIARY_PROXIES", "1"))


def _show(folder: Path, env: str, files: dict[str, str]) -> None:
    shown = "\n".join(map(_without_secrets, env.splitlines()))
    for path, words in {
        folder / ".env": shown,
        **{folder / FOLDER / name: words for name, words in files.items()},
    }.items():
        click.echo(f"{path}\n\n{''.join(_indented(words))}")


def _without_secrets(line: str) -> str:
    return re.sub(r"(\w_(KEY|SECRET)\s*=).+", r"\1(secret)", without_password(line))


def _indented(words: str) -> Iterator[str]:
    return (f"    {line}\n" if line else "\n" for line in words.splitlines())


def _never(path: Path) -> bool:
    click.echo(f"{path} was changed by somebody and stays; what is new stands in {path.name}.new.")
    return False


def _may_replace(path: Path) -> bool:
    return click.confirm(f"{path} was changed by somebody. Overwrite it?") or _never(path)


def _open(settings: Settings, letter: str) -> None:
    """Make the database, send the test letter, print the first lead's link."""
    engine = open_engine(settings)
    bring_up(settings, engine)
    click.echo("The database is made, and at this program's version.")
    if settings.mail and "@" in letter:
        why = send_test(settings, letter)
        click.echo(why or f"A test letter was sent to {letter}; see that it has come.")
        if why:
            click.echo("No letters can be sent until that is mended: run `diary setup` again then.")
    if has_accounts(make_sessions(engine)):
        click.echo("Somebody leads the diary already; `diary invite` prints a link for another.")
    else:
        click.echo(f"The first lead joins by this link, once: {make_link(settings, engine)}")
