"""What belongs to a post's card: its methods, bylines and corrections, asked for many at once.

The statements are built once: that took longer than the asking.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, Executable, bindparam, case, select
from sqlalchemy.orm import Session

from diary.models import Byline, Correction, Method, Person, RevisionMethod
from diary.queries.kept import kept
from diary.queries.plain import told

OF: BindParameter[Any] = bindparam("of", expanding=True)
"""Of which revisions, or posts."""
PAGE = case((Person.archived_at.is_(None), Person.slug))
"""The address of somebody's page; whoever was put away has none."""

_METHOD = (
    Method.id, Method.slug, Method.name, Method.short_names, Method.core, Method.retired_at,
)  # fmt: skip
METHODS = (
    select(RevisionMethod.revision_id, *_METHOD)
    .join(Method)
    .where(RevisionMethod.revision_id.in_(OF))
    .order_by(Method.position, Method.id)
)
CORRECTIONS = (
    select(Correction.post_id, Correction.at, Correction.words)
    .where(Correction.post_id.in_(OF))
    .order_by(Correction.id)
)
BYLINES = (
    select(Byline.revision_id, Byline.name, Byline.role, Byline.kind, PAGE)
    .join(Person)
    .where(Byline.revision_id.in_(OF))
    .order_by(Byline.position)
)


@kept
def parts(session: Session, asked: Executable, of: tuple[int, ...]) -> Mapping[int, list[Any]]:
    """What `asked` tells of revisions or posts, by their ids, which come first in each row."""
    by_id = defaultdict(list)
    for row in told(session, asked, {"of": of}):
        by_id[row[0]].append(row)
    return by_id
