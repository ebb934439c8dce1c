"""Building the demonstration: in order, once, and going on after a stop."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.config import Settings
from diary.demo import loader
from diary.demo.content import journey, queue
from diary.demo.loader import Workshop, build
from diary.media.storage import Storage
from diary.models import (
    Account,
    Claim,
    Consent,
    Decision,
    Lab,
    Method,
    Person,
    Picture,
    Post,
    Status,
    make_engine,
    make_sessions,
)
from tests.builders import NOW

PART = 7


@pytest.fixture
def shop(settings: Settings, store: Storage) -> Iterator[Workshop]:
    """A workshop on the fresh diary."""
    engine = make_engine(settings.database_url)
    yield Workshop(make_sessions(engine), store, NOW, lambda _done, _total: None)
    engine.dispose()


@pytest.fixture
def part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first posts of the journey and one that waits: all of it takes half a minute."""
    monkeypatch.setattr(loader, "journey", lambda: journey()[:PART])
    monkeypatch.setattr(loader, "queue", lambda: queue()[:1])
    monkeypatch.setattr(loader, "SIZE", (160, 120))


def sequences(sessions: sessionmaker[Session]) -> list[tuple[str, int]]:
    """The published posts in order, with what identifies them."""
    with sessions() as session:
        rows = session.execute(
            select(Post.slug, Post.sequence)
            .where(Post.status == Status.PUBLISHED)
            .order_by(Post.sequence)
        )
        return [(slug or "", sequence or 0) for slug, sequence in rows]


@pytest.mark.usefixtures("part_of_it")
def test_built_twice_it_is_the_same(shop: Workshop) -> None:
    build(shop)
    first = sequences(shop.sessions)
    assert [number for _, number in first] == list(range(1, PART + 1))
    build(shop)
    assert sequences(shop.sessions) == first


@pytest.mark.usefixtures("part_of_it")
def test_stopped_half_way_it_ends_in_the_same_diary(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(Workshop(shop.sessions, shop.store, NOW, stop))
    assert len(sequences(shop.sessions)) == 2  # and the one that waits
    build(shop)
    expected = [source.slug for source in journey()[:PART]]
    found = [slug for slug, _ in sequences(shop.sessions)]
    assert [a for a, b in zip(found, expected, strict=True) if b and a != b] == []
    assert len(found) == PART


@pytest.mark.usefixtures("part_of_it")
def test_the_house_stands_around_the_posts(shop: Workshop) -> None:
    build(shop)
    with shop.sessions() as session:
        assert [lab.slug for lab in session.scalars(select(Lab).order_by(Lab.position))] == [
            "boden", "rannebergen", "portalen", "lina-hage",
        ]  # fmt: skip
        assert len(list(session.scalars(select(Method).where(Method.core)))) == 11
        names = set(session.scalars(select(Account.username)))
        assert names == {"resident", "reader", "coordinator", "lead"}
        assert len(list(session.scalars(select(Post).where(Post.waiting_id.is_not(None))))) == 1
        people = list(session.scalars(select(Person.name)))
        assert len(people) == len(set(people))


@pytest.mark.usefixtures("part_of_it")
def test_the_pictures_are_drawn_and_show_nobody(shop: Workshop) -> None:
    build(shop)
    with shop.sessions() as session:
        pictures = list(session.scalars(select(Picture)))
        assert len({picture.original_key for picture in pictures}) == len(pictures) > 3
        for picture in pictures:
            assert shop.store.exists(picture.original_key)
            assert all(shop.store.exists(size.key) for size in picture.renditions)
        published = select(Consent.claim, Consent.decision).join(Picture).join(Post)
        rows = session.execute(published.where(Post.status == Status.PUBLISHED))
        said = {(claim, decision) for claim, decision in rows}
        assert said == {(Claim.NOBODY, Decision.NOBODY)}
