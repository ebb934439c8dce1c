"""Moving house: `diary export --as folder --full` and `diary import --from folder --full`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import func, select

from diary.cli.backup import explained, private, told
from diary.cli.engines import open_engine
from diary.config import Settings
from diary.domain import accounts
from diary.domain.handouts import Copy
from diary.models import Picture, Post, Role
from diary.portability import moving
from diary.portability.archive import Reader
from diary.portability.backup import Living
from diary.portability.restore import Occupied, Wishes, check_place, restore
from diary.portability.source import Source

if TYPE_CHECKING:
    from diary.cli.export import Order

WORD = "full"
"""What stands in the name of a full export."""
WHERE = (
    "What is not public comes only into an empty diary that is not in use. "
    "Leave --full out for what is public."
)


def ensure_said(kind: str, path: Path, lead: str) -> None:
    """Raises UsageError unless a full export is a folder, says so in its name, and is a lead's."""
    if kind != "folder" or path.suffix.lower() == ".zip":
        raise click.UsageError("What is not public goes into a folder alone: --as folder, no zip.")
    if WORD not in path.name.lower():
        raise click.UsageError(f"Its name must say so: {path.name}-{WORD}.")
    if not lead:
        raise click.UsageError("It needs a lead's word: --lead USERNAME asks for the password.")


def given_word(diary: Source, lead: str) -> int:
    """The account of a lead who gives their password; raises UsageError."""
    password = click.prompt(f"Password of {lead}", hide_input=True, err=True)
    with diary.sessions() as session:
        account = accounts.candidate(session, lead)
        leads = account is not None and account.role is Role.LEAD
        kept = account.password_hash if account and leads else None
    if not accounts.verify(kept, password) or account is None:
        raise click.UsageError("That is no lead of this diary, or not their password.")
    return account.id


def add_private(order: "Order") -> None:
    """Write what is not public into a folder, which then is for its owner alone."""
    engine = order.diary.sessions.kw["bind"]
    living = Living(engine, order.diary.store, order.settings)
    with private(), told() as progress, explained():
        done = moving.write(living, order.path, progress)
        order.path.chmod(0o700)
    for key in (*done.missing, *done.damaged):
        click.echo(f"{key} is missing or damaged.", err=True)


def held(diary: Source, place: Path, receiver: str) -> tuple[Copy, list[int]]:
    """What is noted of a full export, and all pictures that are in it."""
    with diary.sessions() as session:
        posts = session.scalar(select(func.count()).select_from(Post)) or 0
        ids = list(session.scalars(select(Picture.id).where(Picture.recalled_at.is_(None))))
    return Copy(WORD, str(place), posts, len(ids), receiver), ids


def move_in(
    settings: Settings, source: str, path: Path, others: Iterable[object], *, dry_run: bool
) -> None:
    """All of a full folder into an empty diary; all accounts are closed.

    `others` are what else was asked for. Raises UsageError.
    """
    if source != "folder" or not path.is_dir() or any(others):
        raise click.UsageError("--full goes with --from folder and a folder, and nothing else.")
    wishes, now = Wishes(asleep=True, drop_mail=True), datetime.now(UTC)
    try:
        with private(), told() as progress, explained():
            backup = moving.found(path)
            if dry_run:
                check_place(open_engine(settings), Reader(backup).manifest, over=False)
                click.echo("The diary can move in here.")
                return
            done = restore(settings, backup, wishes, now, progress)
    except Occupied as error:
        raise click.UsageError(WHERE) from error
    posts = done.manifest.members["tables/posts.jsonl"].rows
    click.echo(f"The diary has moved in: {posts} posts, {done.files} files.")
    click.echo("All accounts are closed. Invite a lead (`diary invite`), who opens them at People.")
    for key in done.missing:
        click.echo(f"{key} was missing already.", err=True)
    if done.missing:
        raise SystemExit(1)
