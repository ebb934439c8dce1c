"""What imports look up: the evidence kept with posts, the places and persons there are."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Lab, Method, Person, Provenance
from diary.text.names import fold


def evidence(session: Session) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """What pages say, per post that was rebuilt from them; some at a time."""
    statement = select(Provenance.post_id, Provenance.evidence).order_by(Provenance.post_id)
    for post_id, kept in session.execute(statement.execution_options(yield_per=200)):
        if kept:
            yield post_id, kept


def provenance(session: Session, post_id: int) -> Provenance | None:
    """Where a post that was not written here comes from."""
    return session.get(Provenance, post_id)


def places(session: Session) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """All labs and methods: which of the two, the slug, the names in all languages."""
    for kind in (Lab, Method):
        rows = session.execute(select(kind.slug, kind.name, kind.short_names).order_by(kind.id))
        for slug, name, shorts in rows:
            yield kind.__name__.lower(), slug, (name, *shorts.values())


def persons(session: Session) -> dict[str, tuple[int, ...]]:
    """The ids of all persons by uid and by folded name; those merged into others count as them."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = session.execute(select(Person.id, Person.uid, Person.name, Person.merged_into_id))
    for person_id, uid, name, merged in rows:
        found[str(uid)].add(merged or person_id)
        if name and merged is None:
            found[fold(name)].add(person_id)
    return {key: tuple(sorted(ids)) for key, ids in found.items()}
