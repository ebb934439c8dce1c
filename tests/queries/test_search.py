"""Finding: hand-labelled queries over the demonstration's journey, the same on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from diary.demo import loader
from diary.domain.upgrade import upgrade
from diary.media.storage import LocalStorage
from diary.models import make_engine, make_sessions
from diary.queries import search
from diary.queries.search import Filters
from diary.text.stem import query
from tests.builders import NOW, a_prepared
from tests.postgres import postgres_server


@pytest.fixture(scope="module")
def diaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[sessionmaker[Session]]]:
    """The demonstration on SQLite and on PostgreSQL, with one small picture for all."""
    folder = tmp_path_factory.mktemp("search")
    with postgres_server() as server, pytest.MonkeyPatch.context() as patch:
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
