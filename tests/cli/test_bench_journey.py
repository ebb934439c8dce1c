"""What the bench of the journey measures in: the same diary, longer, on both databases."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.cli import bench_feeds
from diary.cli.bench_journey import WORD, Page, database_on, engine_of, lengthened
from diary.cli.bench_server import postgres_server
from diary.config import Settings
from diary.models import Account, Post, State, make_sessions
from diary.queries import tally
from tests.builders import a_lab, a_method, a_post

TIMES = 3


@pytest.fixture
def original(settings: Settings, db: Session, alice: Account) -> Settings:
    """A diary of eight posts, each but the first inspired by the first."""
    a_lab(db, "boden")
    a_method(db, "kor")
    first = a_post(db, alice, lab="boden", methods=("kor",), dated=date(2019, 5, 1))
    for day in range(2, 9):
        linked = f"[Först](/posts/{first.slug})"
        a_post(db, alice, lab="boden", dated=date(2019, 5, day), body=linked)
    db.commit()
    return settings


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/longer.db"
    else:
        with postgres_server() as server:
            yield database_on(server, "longer")


def test_a_diary_is_made_longer_with_all_that_its_posts_are_found_by(
    original: Settings, empty: str
):
    app = lengthened(original, empty, TIMES)
    with make_sessions(engine_of(app))() as session:
        assert tally.months(session) == {date(2019, 5, 1): {"boden": 8 * TIMES}}
        assert (
            session.scalars(select(State.sequence)).one()
            == len({*session.scalars(select(Post.sequence))})
            == 8 * TIMES
        )
    found = app.test_client().get(f"/search?q={WORD}").text
    slugs = re.findall(r'<h2><a href="/posts/([^"]+)"', found)
    assert len(slugs) == len(set(slugs)) == 2 * TIMES
    assert all(app.test_client().get(f"/posts/{slug}").status_code == 200 for slug in slugs)
    engine_of(app).dispose()


def test_feeds_are_measured_in_a_diary_that_becomes_longer(
    original: Settings, app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
):
    for name, value in {"DOCUMENTS": ("/feed.atom",), "TIMES_AS_MANY": TIMES, "TIMES": 2}.items():
        monkeypatch.setattr(bench_feeds, name, value)
    (found,) = bench_feeds.measure(app)
    assert found.few > 0
    assert found.many > 0
    assert tally.months(db) == {date(2019, 5, 1): {"boden": 8 * TIMES}}
    monkeypatch.setattr(bench_feeds, "DOCUMENTS", ("/no.atom",))
    with pytest.raises(RuntimeError, match="404"):
        bench_feeds.measure(app)


def test_each_page_says_how_many_times_as_long_it_takes_and_may():
    page = Page("/archive/matrix", "sqlite", (0.02, 0.03, 0.05))
    assert page.ratios == pytest.approx((1.5, 2.5))
    assert page.limits == (1.5, 2.0)
