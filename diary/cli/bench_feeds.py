"""What building a feed's documents costs in a diary a hundred times as long."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.cli.bench_queue import like
from diary.models import (
    Byline,
    Post,
    Revision,
    RevisionMethod,
    ShownPicture,
    State,
    Status,
    begin_writing,
)

DOCUMENTS = ("/feed.atom", "/feed.rss", "/feed.json", "/feed/archive/3.atom")
TIMES_AS_MANY = 100
TIMES = 20


@dataclass(frozen=True, slots=True)
class Document:
    """Seconds of processor time for a document, in a short and in a long diary."""

    path: str
    few: float
    many: float

    @property
    def ratio(self) -> float:
        """How much longer it takes in the long one."""
        return self.many / self.few


def measure(app: Flask) -> list[Document]:
    """Measure with a demonstration's posts, then with a hundred times as many, which it keeps."""
    few = [_seconds(app, path) for path in DOCUMENTS]
    with app.extensions["diary"].sessions() as session:
        begin_writing(session)
        fill(session, TIMES_AS_MANY - 1)
        session.commit()
    many = [_seconds(app, path) for path in DOCUMENTS]
    return [Document(*row) for row in zip(DOCUMENTS, few, many, strict=True)]


def _seconds(app: Flask, path: str) -> float:
    client, spent = app.test_client(), []
    client.get(path)
    for _ in range(TIMES):
        began = time.process_time()
        client.get(path)
        spent.append(time.process_time() - began)
    return min(spent)


def fill(session: Session, times: int) -> None:
    """Publish all that is out so many times more, in the same order."""
    statement = select(Post, Revision).join(Revision, Post.live_id == Revision.id)
    out = session.execute(statement.order_by(Post.sequence)).all()
    shown = [revision.id for _, revision in out]
    words: dict[Any, Sequence[Any]] = {
        kind: session.scalars(select(kind).where(kind.revision_id.in_(shown))).all()
        for kind in (Byline, RevisionMethod, ShownPicture)
    }
    state = session.scalars(select(State)).one()
    for _ in range(times):
        posts = [_draft(post, number) for number, (post, _) in enumerate(out, state.sequence + 1)]
        state.sequence += len(posts)
        copied = zip(_ids(session, Post, posts), out, strict=True)
        revisions = [like(revision, post_id=post_id) for post_id, (_, revision) in copied]
        copies = dict(zip(shown, _ids(session, Revision, revisions), strict=True))
        for kind, rows in words.items():
            named = [like(row, revision_id=copies[row.revision_id]) for row in rows]
            session.execute(insert(kind), named)
    live = select(Revision.id).where(Revision.post_id == Post.id).scalar_subquery()
    drafts = update(Post).where(Post.sequence > len(out))
    session.execute(drafts.values(status=Status.PUBLISHED, live_id=live))
    state.version += 1


def _draft(post: Post, number: int) -> dict[str, Any]:
    """A copy that is a draft at first: what is out has a revision."""
    new = {"uid": new_uid(), "short": secrets.token_hex(8), "slug": f"{post.slug}-{number}"}
    none = dict.fromkeys(("form_key", "live_id", "waiting_id", "read_id"))
    return like(post, status=Status.DRAFT, sequence=number, **new, **none)


def _ids(session: Session, kind: type[Post | Revision], rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and give their ids, in the same order."""
    statement = insert(kind).returning(kind.id, sort_by_parameter_order=True)
    return [*session.scalars(statement, rows)]
