"""Keeping the words that posts are found by, in the transaction that changes what is public.

Whatever a transaction changes is noted as it is sent to the database, by object or by statement;
before the commit the rows of the posts concerned are made anew. So no deed has to think of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, event, insert, or_, select, true
from sqlalchemy.orm import ORMExecuteState, Session

from diary.domain import counting, downloads
from diary.models import (
    Byline,
    Consent,
    Lab,
    Method,
    Picture,
    Post,
    Provenance,
    Revision,
    RevisionMethod,
    SearchRow,
    Setting,
    ShownPicture,
    State,
)
from diary.queries.cards import cards, rows
from diary.queries.posts import published, those
from diary.queries.said import all_names, pieces
from diary.queries.site import site
from diary.text.stem import RECIPE, marked

AT_ONCE = 200
TOUCHED = "search: posts touched"
"""Where a session notes them."""

SHOWN = select(Revision.post_id).join(ShownPicture, ShownPicture.revision_id == Revision.id)
ROADS: dict[type[Any], Select[int]] = {
    Post: select(Post.id),
    Revision: select(Revision.post_id),
    Byline: select(Revision.post_id).join(Byline, Byline.revision_id == Revision.id),
    ShownPicture: SHOWN,
    Picture: SHOWN.join(Picture, ShownPicture.picture_id == Picture.id),
    Consent: SHOWN.join(Consent, ShownPicture.picture_id == Consent.picture_id),
    Provenance: select(Provenance.post_id),
    RevisionMethod: select(Revision.post_id).join(
        RevisionMethod, RevisionMethod.revision_id == Revision.id
    ),
    Lab: select(Post.id).join(Lab, Post.lab_id == Lab.id),
    Method: select(Revision.post_id)
    .join(RevisionMethod, RevisionMethod.revision_id == Revision.id)
    .join(Method, RevisionMethod.method_id == Method.id),
}
"""From what can be changed to the posts that show it."""
TABLES = {kind.__table__: kind for kind in ROADS}


def watch() -> None:
    """Have every session keep the words; once for the program."""
    event.listen(Session, "do_orm_execute", _note_statement)
    event.listen(Session, "after_flush", _note_objects)
    event.listen(Session, "before_commit", _keep)
    event.listen(Session, "after_rollback", _drop)


def _touched(session: Session) -> set[int]:
    noted: set[int] = session.info.setdefault(TOUCHED, set())
    return noted


def _note_statement(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete):
        return
    statement: Any = state.statement
    kind = TABLES.get(statement.table)
    if kind is None:
        return
    where: ColumnElement[bool] = true() if (w := statement.whereclause) is None else w
    # Asked before the statement runs: afterwards its condition may hold no longer.
    posts = state.session.scalars(_public(ROADS[kind].where(where)))
    _touched(state.session).update(posts)


def _note_objects(session: Session, _context: object) -> None:
    dirty = (one for one in session.dirty if session.is_modified(one))
    for one in (*session.new, *dirty, *session.deleted):
        if isinstance(one, Post):
            _touched(session).add(one.id)
        elif isinstance(one, Revision):
            _touched(session).add(one.post_id)
        elif isinstance(one, Setting) and one.key == "main_language":
            _touched(session).update(session.connection().scalars(select(SearchRow.post_id)))
        elif (kind := type(one)) in ROADS and not (kind in {Lab, Method} and one in session.new):
            _note_parts(session, kind, one)


def _note_parts(session: Session, kind: type[Any], one: Any) -> None:
    if kind in {Byline, ShownPicture}:
        roads = select(Revision.post_id).where(Revision.id == one.revision_id)
    elif kind is Consent:
        roads = SHOWN.where(ShownPicture.picture_id == one.picture_id)
    elif kind is Provenance:
        roads = select(Provenance.post_id).where(Provenance.post_id == one.post_id)
    elif kind is RevisionMethod:
        roads = select(Revision.post_id).where(Revision.id == one.revision_id)
    else:
        roads = ROADS[kind].where(kind.id == one.id)
    # The session is flushing, so the question goes past it.
    _touched(session).update(session.connection().scalars(_public(roads)))


def _public(posts: Select[int]) -> Select[int]:
    """Those of them that are public, or were and still have words."""
    (column,) = posts.selected_columns
    out = published().with_only_columns(Post.id)
    return posts.where(or_(column.in_(out), column.in_(select(SearchRow.post_id)))).distinct()


def _keep(session: Session) -> None:
    if session.info.get(TOUCHED) or session.new or session.dirty or session.deleted:
        session.flush()
        touched = session.info.pop(TOUCHED, None)
        if touched:
            index(session, touched)


def _drop(session: Session) -> None:
    session.info.pop(TOUCHED, None)


def index(session: Session, posts: Iterable[int]) -> None:
    """Make the rows of these posts anew, and count where they stand and stood.

    Those that are not public lose their rows.
    """
    cells: set[counting.Cell] = set()
    for ids in _parts(sorted(posts)):
        concerned = _public(select(Post.id).where(Post.id.in_(ids)))
        if session.scalar(concerned.limit(1)) is None:
            continue  # drafts hold nobody up
        # Of two at once the second waits here: it must see the rows, the counts and the editions
        # as the first leaves them.
        session.execute(select(State.id).with_for_update())
        gone = delete(SearchRow).where(SearchRow.post_id.in_(ids))
        known = session.execute(gone.returning(SearchRow.month, SearchRow.lab_id)).all()
        if known:  # a post that was public is not as it was
            downloads.close(session)
        cells.update((month, lab_id) for month, lab_id in known)
        cells.update(_insert(session, ids))
    counting.count(session, cells)


def _insert(session: Session, ids: Sequence[int]) -> set[counting.Cell]:
    rows = _rows(session, those(ids))
    if rows:
        session.execute(insert(SearchRow), rows)
    return {(row["month"], row["lab_id"]) for row in rows}


def index_missing(session: Session) -> int:
    """Make rows for published posts that have none or one of an older recipe: some, and how many.

    The caller commits, and goes on until nothing is left.
    """
    current = select(SearchRow.post_id).where(SearchRow.recipe == RECIPE)
    wanted = published().with_only_columns(Post.id).where(Post.id.not_in(current))
    ids = session.scalars(wanted.order_by(Post.id).limit(AT_ONCE)).all()
    index(session, ids)
    return len(ids)


def astray(session: Session) -> set[int]:
    """The posts whose rows are not what they would be made now; `index` puts them right."""
    out = published().with_only_columns(Post.id)
    found = set(session.scalars(select(SearchRow.post_id).where(SearchRow.post_id.not_in(out))))
    columns = SearchRow.__table__.columns
    for ids in _parts(sorted(session.scalars(out))):
        made = {row["post_id"]: row for row in _rows(session, published().where(Post.id.in_(ids)))}
        kept = session.execute(select(*columns).where(SearchRow.post_id.in_(ids))).mappings()
        right = {row["post_id"] for row in kept if made.get(row["post_id"]) == dict(row)}
        found.update(made.keys() - right)
    return found


def _parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def _rows(session: Session, chosen: Select[Post, Revision]) -> list[dict[str, Any]]:
    main = site(session).main_language
    names, found = all_names(session, main), rows(session, chosen)
    return [
        {
            "sequence": card.sequence,
            "post_id": card.id,
            "recipe": RECIPE,
            "words": marked(pieces(card, *names, main)),
            "month": row.stands_on.replace(day=1),
            "lab_id": row.lab_id or 0,
        }
        for row, card in zip(found, cards(session, found), strict=True)
    ]
