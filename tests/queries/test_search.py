"""Finding in the demonstration's journey: the same on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.demo import loader
from diary.domain.upgrade import upgrade
from diary.media.storage import LocalStorage
from diary.models import Method, Post, make_engine, make_sessions
from diary.queries import search
from diary.queries.posts import with_method
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


FOUND = {
    "Community Art": (9, "det-var-jag"),
    "integrationskör": (17, "integrationskor-i-behov-av-framtidsfinansiering"),
    "integrationskören": (17, "integrationskor-i-behov-av-framtidsfinansiering"),
    "kör": (24, "brev-fran-en-annan-kor"),
    "ungdomscafé": (18, "fredag-igen"),
    "ungdomscafe": (18, "fredag-igen"),
    "Deep Talk": (5, "en-stol-vid-vaggen"),
    "läslandet": (13, "det-som-gar-att-flytta"),
    "Läsland": (13, "det-som-gar-att-flytta"),
    "företagsskola": (9, "inspirerande-framgangar-men-aven-frustration"),
    "utvecklingssamtal": (11, "nu-du-sa-parvaneh"),
    "strukturerade utvecklingssamtal": (11, "nu-du-sa-parvaneh"),
    "dagboksmetoden": (18, "det-som-gar-att-flytta"),
    '"Share stories"': (18, "det-som-gar-att-flytta"),
    "feriejobb": (8, "hoglasning-for-mygg"),
    "områdesutvecklare": (8, "nasta-sommar-borjar-i-december"),
    '"Unga områdesutvecklare"': (8, "nasta-sommar-borjar-i-december"),
    "mötesplats": (45, "den-femte-nyckeln"),
    "mötesplatser": (45, "den-femte-nyckeln"),
    "mötesplatsen": (45, "den-femte-nyckeln"),
    "katalysator": (45, "den-femte-nyckeln"),
    "samverkansavtal": (13, "den-femte-nyckeln"),
    "språk*": (18, "sagan-bytte-sprak-mitt-i"),
    "choir": (17, "det-som-gar-att-flytta"),
    "فطور": (1, "bron-byggs-fran-bada-hall"),
}
"""How many posts each query found when it was recorded, and the first of them."""


def test_queries_find_what_they_found(diaries: list[sessionmaker[Session]]) -> None:
    for sessions in diaries:
        got = {asked: found(sessions, asked) for asked in FOUND}
        assert {asked: (len(slugs), slugs[0]) for asked, slugs in got.items()} == FOUND


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
    for asked in (*FOUND, "kor", "får", "far", "mat i boden", "k* s*", '"på torget"', "xyzzy"):
        slugs = found(lite, asked)
        assert slugs == found(large, asked), asked
        assert len(slugs) == len(set(slugs))
        with lite() as one, large() as other:
            counted = search.facets(one, query(asked), Filters())
            assert counted == search.facets(other, query(asked), Filters())
            assert counted.total == len(slugs)
