"""Addresses that posts, labs, methods and persons once had: what they lead to, what is taken."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from diary.models import Alias, Lab, Method, Person, Post

Named = TypeVar("Named", bound=Lab | Method | Person)
"""What has a name and an address of its own, and may have had others."""
Addressed = TypeVar("Addressed", bound=Lab | Method | Person | Post)


def kind_of(kind: type[Any]) -> str:
    """What an alias calls its target's kind."""
    return kind.__name__.lower()


def target(session: Session, kind: type[Addressed], slug: str) -> Addressed | None:
    """What an old address leads to."""
    alias = session.get(Alias, (kind_of(kind), slug))
    return session.get(kind, alias.target_id) if alias else None


def at(session: Session, kind: type[Named], slug: str) -> Named | None:
    """What has an address now."""
    column: Any = kind.slug
    return session.scalar(select(kind).where(column == slug))


def present(session: Session, kind: type[Any]) -> dict[str, str]:
    """All old addresses, and the present one of what each leads to."""
    statement = select(Alias.slug, kind.slug).join(kind, kind.id == Alias.target_id)
    pairs = session.execute(statement.where(of_kind(kind)))
    return {old: slug for old, slug in pairs if slug}


def taken(session: Session, kind: type[Any]) -> set[str | None]:
    """The addresses that lead somewhere, present and old ones."""
    old = select(Alias.slug).where(of_kind(kind))
    return {*session.scalars(select(kind.slug)), *session.scalars(old)}


def of_kind(kind: type[Any]) -> ColumnElement[bool]:
    """The aliases of labs, of methods or of persons."""
    return Alias.kind == kind_of(kind)
