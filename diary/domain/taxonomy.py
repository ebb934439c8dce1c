"""Where labs, methods and persons are found: their addresses change, and old ones lead on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from diary.domain import policy
from diary.domain.content import Content, from_json, to_json
from diary.domain.errors import Invalid, NotAllowed, NotFound, Problem
from diary.domain.journal import record, show_change
from diary.domain.policy import Actor
from diary.models import Alias, Lab, Method, Person, Subscription, WorkingCopy
from diary.queries import aliases, named
from diary.queries.aliases import Named, kind_of, of_kind
from diary.text.plain import slug as slug_of


def ensure_lead(actor: Actor) -> None:
    """Raise NotAllowed for anybody but a lead."""
    if not policy.administers(actor):
        raise NotAllowed


def move(
    session: Session, actor: Actor, kind: type[Named], slug: str, wanted: str, now: datetime
) -> str:
    """Give a lab, method or person another address, and return it; the old one leads on to it.

    Raises NotAllowed for anybody but a lead, NotFound, or Invalid for no address and for one that
    leads to something else.
    """
    ensure_lead(actor)
    show_change(session, now)  # locks, so that no address is given twice
    found = aliases.at(session, kind, slug)
    if found is None:
        raise NotFound
    address = slug_of(wanted)
    if address == slug:
        return slug
    _refuse(session, kind, found, address)
    session.execute(delete(Alias).where(of_kind(kind), Alias.slug == address))
    session.add(Alias(kind=kind_of(kind), slug=slug, target_id=found.id))
    found.slug = address
    session.flush()
    follow_in_copies(session)
    by, what = actor.account_id, kind_of(kind)
    record(session, "rename", now, actor_id=by, subject_id=found.id, reason=what)
    return address


def _refuse(session: Session, kind: type[Named], found: Named, address: str) -> None:
    if not address:
        raise Invalid((Problem("address", "no_address"),))
    living = aliases.at(session, kind, address)
    if living is not None:
        raise Invalid((Problem("address", "address_taken", {"name": living.name}),))
    old = aliases.target(session, kind, address)
    if old is not None and old.id != found.id:
        raise Invalid((Problem("address", "address_leads_on", {"name": old.name}),))


def retire(session: Session, actor: Actor, slug: str, now: datetime, *, used: bool) -> None:
    """Offer a method no more, or again; its page and its posts stay. Raises NotFound."""
    ensure_lead(actor)
    show_change(session, now)
    method = aliases.at(session, Method, slug)
    if method is None:
        raise NotFound
    if (method.retired_at is None) != used:
        method.retired_at = None if used else now
        deed = "bring_into_use" if used else "retire"
        record(session, deed, now, actor_id=actor.account_id, subject_id=method.id, reason="method")


def forget_addresses(session: Session, person: Person) -> None:
    """Let nothing remember where somebody's page was, or is; nobody follows it by mail."""
    session.execute(delete(Subscription).where(Subscription.person_id == person.id))
    old = delete(Alias).where(of_kind(Person), Alias.target_id == person.id)
    session.execute(old)
    person.slug = None


# ---------------------------------------------------------------- what is being written


def up_to_date(session: Session, content: Content) -> Content:
    """The content with present addresses: a page open since before may name old ones."""
    labs = aliases.present(session, Lab) if content.lab else {}
    methods = aliases.present(session, Method) if content.methods else {}
    content = replace(content, inspired_by=named.settled(session, content.inspired_by))
    return _with_present(content, labs, methods)


def _with_present(content: Content, labs: Mapping[str, str], methods: Mapping[str, str]) -> Content:
    named = dict.fromkeys(methods.get(slug, slug) for slug in content.methods)
    return replace(content, lab=labs.get(content.lab, content.lab), methods=tuple(named))


def follow_in_copies(session: Session) -> None:
    """Bring all that is being written up to date, so that nobody's form names what is no more."""
    labs, methods = aliases.present(session, Lab), aliases.present(session, Method)
    change_copies(session, lambda content: _with_present(content, labs, methods))


def change_copies(
    session: Session, change: Callable[[Content], Content], *which: ColumnElement[bool]
) -> None:
    """Change all that is being written, or some of it."""
    for copy in session.scalars(select(WorkingCopy).where(*which)):
        content = from_json(copy.content)
        changed = change(content)
        if changed != content:
            copy.content = to_json(changed)


def signed_by_another(content: Content, person_id: int, other_id: int) -> Content:
    """The content with another person in somebody's place; the name and role stay."""
    bylines = tuple(
        replace(one, person_id=other_id) if one.person_id == person_id else one
        for one in content.bylines
    )
    return replace(content, bylines=bylines)
