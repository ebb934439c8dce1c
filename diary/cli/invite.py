"""`diary invite`: a link for the first lead, or for anybody."""

from datetime import UTC, datetime

import click
from sqlalchemy import Engine

from diary.cli.engines import open_engine
from diary.cli.upgrade import bring_up
from diary.config import Settings, load
from diary.domain.ended import ended_at
from diary.domain.errors import Invalid
from diary.domain.invitations import INVITATION_LASTS, Offer, code
from diary.domain.invitations import invite as make_invitation
from diary.models import Kind, Role, begin_writing, make_sessions


@click.command()
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.LEAD.value,
    show_default=True, help="What the account may do.",
)  # fmt: skip
@click.option("--lab", "labs", multiple=True, help="Slug of a place; may be given several times.")
def invite(role: str, labs: tuple[str, ...]) -> None:
    """Print a link to join by; it can be used once."""
    settings = load()
    engine = open_engine(settings)
    bring_up(settings, engine)
    click.echo(make_link(settings, engine, Role(role), labs))
    click.echo(f"Valid for {INVITATION_LASTS.days} days, once.", err=True)


def make_link(
    settings: Settings, engine: Engine, role: Role = Role.LEAD, labs: tuple[str, ...] = ()
) -> str:
    """A link to join by; raises a UsageError where nobody can, or for a lab that is not there."""
    kind = Kind.RESIDENT if role == Role.AUTHOR else Kind.STAFF
    with make_sessions(engine)() as session:
        begin_writing(session)
        if ended_at(session) is not None:
            raise click.UsageError(
                "The journey has ended, and nobody joins any more. Let it go on while they do: "
                "`diary close --reopen`."
            )
        try:
            now = datetime.now(UTC)
            made = make_invitation(session, None, Offer(role, kind, labs), now, settings.secret_key)
        except Invalid as error:
            raise click.BadParameter(
                "name places that exist, by slug; a coordinator needs at least one.",
                param_hint="--lab",
            ) from error
        uid = made.uid
        session.commit()
    assert uid is not None  # noqa: S101 (a new one has one)
    return f"{settings.home}/join/{code(uid, settings.secret_key)}"
