"""Finding in the demonstration's journey: the same on both databases."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import event, select
from sqlalchemy.orm import Session, sessionmaker

from diary.demo import loader
from diary.demo.content import journey, load_yaml
from diary.domain.upgrade import upgrade
from diary.media.storage import LocalStorage
from diary.models import Method, Post, make_engine, make_sessions
from diary.queries import search
from diary.queries.posts import with_method
from diary.queries.search import Filters
from diary.text.plain import slug
from diary.text.stem import query
from tests.builders import NOW, a_prepared
from tests.databases import Server


@pytest.fixture(scope="module")
def diaries(
    tmp_path_factory: pytest.TempPathFactory, postgres: Server
) -> Iterator[list[sessionmaker[Session]]]:
    """The demonstration on SQLite and on PostgreSQL, with one small picture for all."""
    folder = tmp_path_factory.mktemp("search")
    with postgres.empty() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "_draw", None)
        patch.setattr(
            loader,
            "_drawn",
            lambda some: ((one, [a_prepared()] * len(one.drawings)) for one in some),
        )
        made = []
        for url in (f"sqlite:///{folder / 'diary.db'}", server):
            engine = make_engine(url)
            upgrade(engine, NOW)
            made.append(make_sessions(engine))
            store = LocalStorage(folder / engine.name)
            loader.build(loader.Workshop(made[-1], store, NOW, lambda *_: None))
        yield made
        for sessions in made:
            sessions.kw["bind"].dispose()


def found(sessions: sessionmaker[Session], asked: str, **filters: str) -> list[str]:
    """The addresses of all hits in order, walked part by part."""
    slugs, after = [], (1, 0)
    with sessions() as session:
        while True:
            part = search.find(session, query(asked), Filters(**filters), after=after, size=7)
            slugs += [post.slug for post in part.posts]
            if part.after is None:
                return slugs
            after = search.parse_cursor(part.after)


LABELLED = yaml.safe_load((Path(__file__).parent / "labelled.yaml").read_text("utf-8"))
"""Queries, and the posts that each must find, put down by hand."""
PLACES = ("title", "text", "form in title", "form", "folded in title", "folded")
ASKED = [(asked, label) for label in LABELLED for asked in label["asked"]]
JOURNEY = [(source.slug or slug(source.title), source.methods) for source in journey()]


def expected(label: dict[str, Any]) -> list[str]:
    """What a label says, in the order it stands for: the better place, then the newest."""
    order: list[str] = []
    for place in PLACES:
        said = label.get(place, [])
        if isinstance(said, dict):
            under = [slug for slug, methods in JOURNEY if said["all under"] in methods]
            said = [*under, *said.get("and", [])]
        order += [slug for slug, _ in reversed(JOURNEY) if slug in set(said) - set(order)]
        assert set(said) <= set(order), "a post of that name is not in the sources"
    return order


@pytest.mark.parametrize(("asked", "label"), ASKED, ids=[asked for asked, _ in ASKED])
def test_a_query_finds_what_was_put_down_for_it(
    diaries: list[sessionmaker[Session]], asked: str, label: dict[str, Any]
) -> None:
    for sessions in diaries:
        hits = found(sessions, asked)
        if label.get("complete", True):
            assert hits == expected(label)
        known = [slug for slug in hits if slug in expected(label)]
        assert known == expected(label)


def test_all_eleven_ways_of_working_are_asked_for_by_name() -> None:
    names = {method["name"]["sv"] for method in load_yaml("methods") if method["core"]}
    assert len(names) == 11
    assert names <= {asked for asked, _ in ASKED}


def test_a_method_s_name_finds_all_its_posts(diaries: list[sessionmaker[Session]]) -> None:
    for sessions in diaries:
        with sessions() as session:
            for method in session.scalars(select(Method).where(Method.core)).all():
                chosen = with_method(method.id).with_only_columns(Post.slug)
                named = set(session.scalars(chosen))
                assert named
                assert named <= set(found(sessions, method.name)), method.name


def test_both_databases_give_the_same_in_the_same_order(
    diaries: list[sessionmaker[Session]],
) -> None:
    lite, large = diaries
    for asked in (*(asked for asked, _ in ASKED), "mat i boden", "k* s*", '"på torget"', "xyzzy"):
        slugs = found(lite, asked)
        assert slugs == found(large, asked), asked
        assert len(slugs) == len(set(slugs))
        with lite() as one, large() as other:
            counted = search.facets(one, query(asked), Filters())
            assert counted == search.facets(other, query(asked), Filters())
            assert counted.total == len(slugs)


FILTERS = (
    Filters(lab="boden"),
    Filters(method="integrationskor"),
    Filters(voice="insight"),
    Filters(kind="resident"),
    Filters(author="Amal"),
    Filters(lang="sv"),
    Filters(provenance="title"),
)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_sqlite_asks_its_index_once_whatever_the_filter(
    diaries: list[sessionmaker[Session]], filters: Filters
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    with diaries[0]() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        search.find(session, query("barn"), filters)
        search.facets(session, query("barn"), filters)
        event.remove(connection, "before_cursor_execute", note)
        searching = [one for one in asked if "MATCH" in one[0]]
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            for statement, values in searching
        ]
    assert len(plans) >= 2
    assert all("search_fts" in plan[0].detail for plan in plans)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filtered_hits_are_counted_alike(
    diaries: list[sessionmaker[Session]], filters: Filters
) -> None:
    counted = []
    for sessions in diaries:
        with sessions() as session:
            counted.append(search.facets(session, query("barn"), filters))
    assert counted[0] == counted[1]
    assert counted[0].total == len(found(diaries[0], "barn", **asdict(filters)))


def test_near_words_are_the_same_on_both(diaries: list[sessionmaker[Session]]) -> None:
    offered = []
    for sessions in diaries:
        with sessions() as session:
            offered.append(search.near(session, query("motesplatzen")))
    assert offered[0] == offered[1] != ()
