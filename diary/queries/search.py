"""Finding published posts by their words: the same hits in the same order on both databases."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    column,
    exists,
    extract,
    false,
    func,
    literal,
    select,
    table,
    text,
    true,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from diary.models import (
    UNDATED,
    Byline,
    Lab,
    Method,
    Origin,
    Post,
    Provenance,
    Revision,
    RevisionMethod,
    SearchRow,
)
from diary.queries import journey
from diary.queries.cards import PAGE_SIZE, cards, rows
from diary.queries.posts import Among, published
from diary.queries.rows import PostCard
from diary.text.stem import LEVELS, Term

COUNTED = 1000
"""Up to here hits are counted one by one."""
LOOKED_AT = 20  # posts whose words are offered where nothing is found
MOST_NEAR = 3
ALIKE = 0.75  # of 1, as difflib measures it

FTS = table("search_fts", column("rowid", Integer), column("search_fts", String))


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the hits to show: slugs and words, empty for all; `author` a name as signed."""

    lab: str = ""
    method: str = ""
    author: str = ""
    voice: str = ""
    kind: str = ""
    year: str = ""
    lang: str = ""
    provenance: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the hits, best first; `after` is the cursor of what follows, or None."""

    posts: tuple[PostCard, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Facets:
    """How many hits there are, in all and per value of each filter.

    Past `COUNTED` hits only the newest are counted and `more` is true.
    """

    total: int
    more: bool
    of: dict[str, Counter[str]]


def matching(
    session: Session,
    terms: Iterable[Term],
    filters: Filters = Filters(),
    among: Among = published,
) -> Select[Post, Revision]:
    """The published posts that hold all of the terms, in whatever form."""
    # Whatever order is asked for, the index is asked once and not post by post.
    sequence, matches = _match(session, tuple(terms), LEVELS)
    return _lets_through(filters, among).where(Post.sequence.in_(select(sequence).where(matches)))


def find(
    session: Session,
    terms: tuple[Term, ...],
    filters: Filters = Filters(),
    *,
    after: tuple[int, int] = (1, 0),
    size: int = PAGE_SIZE,
    lang: str = "sv",
) -> Found:
    """Posts that hold all of the terms: by the level of the worst found one, then the newest.

    `after` is a level and a sequence at it, 0 for its beginning.
    """
    first, before = after
    found: list[Row[Any]] = []
    places: list[tuple[int, int]] = []
    for level in range(first, LEVELS + 1):
        least = before if level == first else 0
        more = size + 1 - len(found)
        part = rows(
            session, _newest(session, filters, terms, level, more, before=least, alone=True)
        )
        found += part
        places += [(level, row.sequence or 0) for row in part]
        if len(found) > size:
            break
    cursor = "{}.{}".format(*places[size - 1]) if len(found) > size else None
    return Found(cards(session, found[:size], lang), cursor)


def parse_cursor(text: str) -> tuple[int, int]:
    """Read `<level>.<sequence>`; whatever else is there begins at the beginning."""
    level, _, sequence = text.partition(".")
    if not (level.isdecimal() and sequence.isdecimal() and len(level) == 1 and len(sequence) < 10):
        return (1, 0)
    return min(max(int(level), 1), LEVELS), int(sequence)


def facets(session: Session, terms: tuple[Term, ...], filters: Filters) -> Facets:
    """The hits counted: in three queries, whatever is found."""
    hits = (
        _newest(session, filters, terms, LEVELS, COUNTED + 1)
        .outerjoin(Lab, Post.lab_id == Lab.id)
        .outerjoin(Provenance, Provenance.post_id == Post.id)
        .with_only_columns(
            Post.live_id,
            func.coalesce(Lab.slug, journey.NO_LAB),
            Revision.voice,
            Post.dated,
            Revision.lang,
            func.coalesce(Provenance.origin, Origin.WRITTEN),
        )
    )
    rows = session.execute(hits).all()
    more, rows = len(rows) > COUNTED, rows[:COUNTED]
    # Written into the statement: a thousand parameters would cost more than all the rest.
    live: Any = bindparam("live", [row[0] for row in rows], expanding=True, literal_execute=True)
    methods = select(Method.slug, RevisionMethod.revision_id).join(RevisionMethod)
    signed = select(Byline.name, Byline.kind, Byline.revision_id)
    bylines = session.execute(signed.where(Byline.revision_id.in_(live))).all()
    named = session.execute(methods.where(RevisionMethod.revision_id.in_(live))).all()
    of = {
        "lab": Counter(row[1] for row in rows),
        "method": Counter(slug for slug, _ in named),
        "author": Counter(name for name, _ in {(row[0], row[2]) for row in bylines} if name),
        "voice": Counter(str(row[2]) for row in rows if row[2]),
        "kind": Counter(str(kind) for kind, _ in {(row[1], row[2]) for row in bylines}),
        "year": Counter(str(row[3].year) for row in rows if row[3] < UNDATED),
        "lang": Counter(row[4] for row in rows),
        "provenance": Counter(str(row[5]) for row in rows),
    }
    return Facets(len(rows), more, of)


def count(session: Session, terms: tuple[Term, ...], filters: Filters = Filters()) -> int:
    """How many hits there are, `COUNTED` + 1 at most."""
    found = _newest(session, filters, terms, LEVELS, COUNTED + 1).with_only_columns(Post.id)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def near(session: Session, terms: Iterable[Term]) -> tuple[str, ...]:
    """Words that do stand in published posts and look like those that were looked for."""
    offered: dict[str, None] = {}
    for word in {word for term in terms for word in term.words}:
        begun = (Term((word[:3],), prefix=True),)
        newest = _newest(session, Filters(), begun, 2, LOOKED_AT)
        rows = session.scalars(
            newest.join(SearchRow, SearchRow.post_id == Post.id).with_only_columns(SearchRow.words)
        )
        known = {one[1:] for row in rows for one in row.split() if one[0] in "12"} - {word}
        offered.update(dict.fromkeys(get_close_matches(word, sorted(known), MOST_NEAR, ALIKE)))
    return tuple(offered)[:MOST_NEAR]


def _lets_through(filters: Filters, among: Among = published) -> Select[Post, Revision]:
    chosen = journey.filtered(
        journey.Filters(filters.lab, filters.method, filters.voice, filters.kind), among
    )
    if filters.author:
        signed = exists().where(Byline.revision_id == Post.live_id)
        chosen = chosen.where(signed.where(Byline.name == filters.author))
    if filters.year:
        chosen = chosen.where(_in_year(filters.year))
    if filters.lang:
        chosen = chosen.where(Revision.lang == filters.lang)
    if filters.provenance:
        origin = func.coalesce(
            select(Provenance.origin)
            .where(Provenance.post_id == Post.id)
            .correlate(Post)
            .scalar_subquery(),
            Origin.WRITTEN,
        )
        known = filters.provenance in set(Origin)
        chosen = chosen.where(origin == filters.provenance if known else false())
    return chosen


def _in_year(text: str) -> ColumnElement[bool]:
    if not (text.isdecimal() and len(text) == 4):
        return false()
    # Asked hit by hit: by an index of days SQLite would ask that of words once per post.
    return extract("year", Post.dated) == int(text)


def _newest(
    session: Session,
    filters: Filters,
    terms: tuple[Term, ...],
    level: int,
    most: int,
    *,
    before: int = 0,
    alone: bool = False,
) -> Select[Post, Revision]:
    """The newest that match up to a level, or at it `alone`; only those `before` a sequence."""
    # What the index holds is public: where nothing else is asked, its newest are enough.
    enough = None if filters or before else most
    sequence, matches = _match(session, terms, level, alone=alone, most=enough)
    found = _lets_through(filters).join(sequence.table, sequence == Post.sequence).where(matches)
    if before:
        found = found.where(sequence < before)
    # By the index's own number: else SQLite asks the index once per post.
    return found.order_by(sequence.desc()).limit(most)


def _match(
    session: Session,
    terms: tuple[Term, ...],
    level: int,
    *,
    alone: bool = False,
    most: int | None = None,
) -> tuple[Any, ColumnElement[bool]]:
    """The sequences of the database's own index, and which of them match.

    With `most` no more than the newest, where that is less work.
    """
    if _is_fts(session):
        asked = _fts(terms, level)
        if alone and level > 1 and (better := _fts(terms, level - 1)):
            asked = f"({asked}) NOT ({better})"
        return FTS.c.rowid, FTS.c.search_fts.op("MATCH")(asked or '""')
    asked = _tsquery(terms, level)
    if alone and level > 1 and (better := _tsquery(terms, level - 1)):
        asked = f"({asked}) & !({better})"
    vector: ColumnElement[Any] = column("vector", _selectable=SearchRow.__table__)
    matches = vector.op("@@")(literal(asked).op("::")(column("tsquery", is_literal=True)))
    # By itself PostgreSQL would go through the posts in order and unpack the words of each; so it
    # has all hits before it takes the newest of them.
    hits = select(SearchRow.sequence).where(matches).cte().prefix_with("MATERIALIZED")
    newest = select(hits).order_by(hits.c.sequence.desc()).limit(most).subquery()
    return newest.c.sequence, true()


def _fts(terms: Iterable[Term], level: int) -> str:
    """A query of FTS5; empty where a term has no form to look for."""
    return _joined(terms, level, lambda words: f'"{" ".join(words)}"', (" *", " OR ", " AND "))


def _tsquery(terms: Iterable[Term], level: int) -> str:
    """A query of PostgreSQL's text search."""

    def quoted(words: list[str]) -> str:
        return " <-> ".join(f"'{word}'" for word in words)

    return _joined(terms, level, quoted, (":*", " | ", " & "))


def _joined(
    terms: Iterable[Term],
    level: int,
    quoted: Callable[[list[str]], str],
    signs: tuple[str, str, str],
) -> str:
    prefix, either, both = signs
    return both.join(
        "("
        + either.join(
            f"({quoted([f'{at}{word}' for word in form.split()])}{prefix if term.prefix else ''})"
            for at in range(1, level + 1)
            for form in term.at(at)
        )
        + ")"
        for term in terms
    )


# ---------------------------------------------------------------- the database's own index


def damage(session: Session) -> DatabaseError | None:
    """What FTS5 finds wrong with its index against the rows it is fed from (sqlite.org/fts5.html,
    6.4); a generated column cannot differ. The session is one that may write."""
    if not _is_fts(session):
        return None
    try:
        session.execute(text(f"{_INDEX}(search_fts, rank) VALUES ('integrity-check', 1)"))
    except DatabaseError as error:
        return error
    return None


def rebuild(session: Session) -> None:
    """Make a damaged index anew."""
    session.execute(text(f"{_INDEX}(search_fts) VALUES ('rebuild')"))


_INDEX = "INSERT INTO search_fts"


def _is_fts(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
