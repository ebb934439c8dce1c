"""`diary mirror`: a twin of a diary that runs, from its feed alone."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import moderation
from diary.domain.moderation import Verdict
from diary.domain.recall import recall
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Byline,
    Correction,
    Lab,
    Letter,
    Method,
    Mirror,
    Person,
    Picture,
    Post,
    Precision,
    Rendition,
    Revision,
    SecondKind,
    Status,
    Voice,
    begin_writing,
)
from tests.builders import HOUSE, NOW, a_lead
from tests.cli.test_commands import environment
from tests.mirrors import Source, Twin, a_twin, another, answering, running

NAMES = [f"Inlägg {number}" for number in range(23)]
"""More than one archive document holds."""


@pytest.fixture
def source(app: Flask, db: Session, store: Storage, alice: Account) -> Iterator[Source]:
    with running(app, db, store, alice, "Dagboken i Boden") as made:
        yield made


@pytest.fixture
def twin(tmp_path: Path, migrated: Path) -> Iterator[Twin]:
    with a_twin(tmp_path / "twin", migrated) as made:
        yield made


def test_an_empty_diary_becomes_a_twin(source: Source, twin: Twin) -> None:
    posts = source.write(*NAMES)
    assert twin.mirror(source.url) == "Dagboken i Boden: 23 new."
    assert twin.called() == "Dagboken i Boden"
    with twin.sessions() as session:
        out = twin.out(session)
        assert list(out) == NAMES
        for post, (copy, _) in zip(posts, out.values(), strict=True):
            assert (copy.uid, copy.slug, copy.dated) == (post.uid, post.slug, post.dated)
            assert copy.published_at == post.published_at
        _, first = out["Inlägg 0"]
        assert first.body == "Vi *sjöng*: Inlägg 0."
        assert first.lab is not None
        assert (first.lab.slug, first.lab.name) == ("boden", "BIS i Boden")
        assert [(way.slug, way.name) for way in first.methods] == [("kor", "Kör")]
        assert [(one.name, one.role) for one in first.bylines] == [("Amal", "ny i Boden")]
        (shown,) = first.pictures
        assert (shown.alt, shown.caption, shown.credit) == ("Bild 0", "Text 0", "Amal")
        assert session.scalar(select(func.count(Picture.id))) == 23
        assert all(twin.has(key) for key in session.scalars(select(Picture.original_key)))
        assert not session.scalars(select(Letter)).all()


def test_what_is_said_beside_the_text_comes_along(source: Source, twin: Twin) -> None:
    source.write(
        "مقهى",
        lang="ar",
        lang_chosen=True,
        dated=date(2019, 5, 1),
        precision=Precision.MONTH,
        gist="En kväll på språkkaféet",
        second_kind=SecondKind.TRANSLATION,
        second_lang="sv",
        second_body="Vi **satt** länge.",
        scribe="Petra",
        voice=Voice.INSIGHT,
    )
    source.write("", pictures=0)
    source.write("När", pictures=0, precision=Precision.UNKNOWN, dated=date(2019, 1, 1), lab="")
    assert "3 new" in twin.mirror(source.url)
    with twin.sessions() as session:
        out = twin.out(session)
        _, told = out["مقهى"]
        assert (told.lang, told.gist, told.scribe) == ("ar", "En kväll på språkkaféet", "Petra")
        assert (told.dated, told.precision) == (date(2019, 5, 1), Precision.MONTH)
        second = (told.second_kind, told.second_lang, told.second_body)
        assert second == (SecondKind.TRANSLATION, "sv", "Vi **satt** länge.")
        assert told.voice is Voice.INSIGHT
        assert told.body == "Vi *sjöng*: مقهى."
        assert out["Vi sjöng: ."][1].title == ""
        post, undated = out["När"]
        assert (undated.precision, undated.lab) == (Precision.UNKNOWN, None)
        assert post.dated == date(9999, 1, 1)


def test_what_changes_there_changes_here(source: Source, twin: Twin) -> None:
    posts = source.write(*NAMES)
    source.write("Två bilder", pictures=2)
    twin.mirror(source.url)
    source.write("Ny ett", "Ny två", "Ny tre")
    source.decide(posts[3], Step.WITHDRAW, reason="wrong_facts")
    source.correct(posts[5], "Det var på tisdagen.", title="Rättat", lab="boden")
    pictured = source.db.scalars(select(Post).where(Post.slug == "tva-bilder")).one()
    source.recall(pictured, 1)
    with twin.sessions() as session:
        copy = session.scalars(select(Post).where(Post.uid == pictured.uid)).one()
        both = session.scalars(select(Picture).where(Picture.post_id == copy.id)).all()
        files = [both[1].original_key, *(size.key for size in both[1].renditions)]
        address = f"/pictures/{both[1].token}/{both[1].renditions[0].width}-x.webp"
    said = twin.mirror(source.url)
    assert said == (
        "Dagboken i Boden: 3 new, 2 changed, 1 taken down, 1 with a picture taken away."
    )
    with twin.sessions() as session:
        out = twin.out(session)
        now_called = {"Inlägg 3": [], "Inlägg 5": ["Rättat"]}
        kept = [name for one in NAMES for name in now_called.get(one, [one])]
        assert list(out) == [*kept, "Två bilder", "Ny ett", "Ny två", "Ny tre"]
        fixed, live = out["Rättat"]
        assert live.body == "Vi satt ute till elva."
        notes = select(Correction.at, Correction.words).where(Correction.post_id == fixed.id)
        assert [*session.execute(notes)] == [(NOW, "Det var på tisdagen.")]
        assert len(out["Två bilder"][1].pictures) == 1
        assert not any(twin.has(key) for key in files)
        left = session.scalars(select(Post).where(Post.uid == posts[3].uid)).one()
        assert left.status is Status.WITHDRAWN
    visitor = twin.browser()
    assert visitor.get("/posts/inlagg-3").status_code == 410
    assert visitor.get(address).status_code == 410
    assert visitor.get("/posts/inlagg-4").status_code == 200
    assert twin.mirror(source.url) == "Dagboken i Boden: nothing new."


def test_of_what_went_nothing_is_left_and_it_may_come_back(source: Source, twin: Twin) -> None:
    (post,) = source.write("Hemligt")
    twin.mirror(source.url)
    source.decide(post, Step.WITHDRAW, reason="wrong_facts")
    assert twin.mirror(source.url).endswith("1 taken down.")
    with twin.sessions() as session:
        words = session.execute(select(Revision.title, Revision.body, Revision.heading)).all()
        assert {*words} == {("", "", "")}
        assert not session.scalars(select(Picture)).all()
        assert not session.scalars(select(Byline)).all()
        assert not session.scalars(select(Person)).all()
    assert not [*twin.store.keys("originals/")]
    source.decide(post, Step.RESTORE)
    assert "1 changed" in twin.mirror(source.url)
    with twin.sessions() as session:
        ((_, live),) = twin.out(session).values()
        assert (live.title, len(live.pictures)) == ("Hemligt", 1)
        assert [one.name for one in live.bylines] == ["Amal"]


def test_a_quiet_change_to_an_old_post_leaves_no_earlier_words(source: Source, twin: Twin) -> None:
    first, *_ = source.write(*NAMES)
    twin.mirror(source.url)
    source.correct(first, None, title="Inlägg 0", body="Utan namnet.", lab="boden")
    assert "1 changed" in twin.mirror(source.url)
    with twin.sessions() as session:
        post, live = twin.out(session)["Inlägg 0"]
        assert live.body == "Utan namnet."
        bodies = select(Revision.body).where(Revision.post_id == post.id)
        assert sorted(session.scalars(bodies)) == ["", "Utan namnet."]
        # its picture is not shown there any more: neither is it kept here
        assert not session.scalars(select(Picture).where(Picture.post_id == post.id)).all()


def test_where_nothing_has_changed_it_asks_once(source: Source, twin: Twin) -> None:
    source.write(*NAMES)
    twin.mirror(source.url)
    source.asked.clear()
    twin.mirror(source.url)
    assert source.asked == [("/feed.atom", 304)]
    twin.mirror()
    assert source.asked == [("/feed.atom", 304)] * 2
    source.asked.clear()
    source.write("Ny")
    twin.mirror()
    documents = [one for one in source.asked if "archive" in one[0]]
    assert documents == [("/feed/archive/2.atom", 200), ("/feed/archive/1.atom", 304)]
    assert len([path for path, _ in source.asked if path.startswith("/pictures/")]) == 1


def test_killed_again_and_again_it_ends_in_the_same_twin(source: Source, twin: Twin) -> None:
    source.write(*NAMES)
    command = [sys.executable, "-m", "diary", "mirror", source.url]
    for enough in (1, 5, 21):
        started = subprocess.Popen(
            command,
            env=environment(twin.folder),
            cwd=twin.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while started.poll() is None and len(twin.titled()) < enough:
            time.sleep(0.02)
        os.kill(started.pid, signal.SIGKILL)
        started.wait()
    twin.mirror(source.url)
    assert twin.titled() == NAMES
    with twin.sessions() as session:
        assert session.scalar(select(func.count(Picture.id))) == 23
        assert session.scalar(select(func.count(Revision.id))) == 23


def test_a_picture_that_could_not_be_fetched_is_fetched_the_next_time(
    source: Source, twin: Twin
) -> None:
    source.write("Kören")
    key = source.db.scalars(
        select(Rendition.key).where(Rendition.extension == "jpg", Rendition.crop == "")
    ).one()
    data = source.store.get(key)
    source.store.delete(key)
    assert "Not brought in" in twin.mirror(source.url, status=1)
    assert twin.titled() == ["Kören"]
    source.store.put(key, data, "image/jpeg")
    assert twin.mirror(source.url) == "Dagboken i Boden: 1 changed."
    with twin.sessions() as session:
        assert len(twin.out(session)["Kören"][1].pictures) == 1


def test_what_was_worked_on_here_stays_but_goes_with_the_original(
    source: Source, twin: Twin
) -> None:
    (post,) = source.write("Kören", pictures=2)
    twin.mirror(source.url)
    with twin.sessions() as session:
        begin_writing(session)
        copy, live = twin.out(session)["Kören"]
        live.made_by_id = a_lead(session).account_id
        session.commit()
    source.recall(post)
    source.correct(post, None, title="Annat")
    assert "1 left alone" in twin.mirror(source.url)
    with twin.sessions() as session:
        copy, live = twin.out(session)["Kören"]
        states = select(Picture.recalled_at).where(Picture.post_id == copy.id)
        assert all(session.scalars(states))
    source.decide(post, Step.WITHDRAW, reason="wrong_facts")
    assert "1 taken down" in twin.mirror(source.url)


def test_what_was_taken_down_here_stays_down(source: Source, twin: Twin) -> None:
    (post,) = source.write("Kören")
    twin.mirror(source.url)
    with twin.sessions() as session:
        begin_writing(session)
        copy, _ = twin.out(session)["Kören"]
        verdict = Verdict(Step.WITHDRAW, copy.live_id or 0, reason="wrong_facts")
        moderation.decide(session, a_lead(session), copy.id, verdict, NOW, HOUSE)
        session.commit()
    source.correct(post, "Rättat.", title="Annat")
    assert "1 left alone" in twin.mirror(source.url)
    assert twin.titled() == []


def test_a_picture_taken_away_here_never_comes_back(source: Source, twin: Twin) -> None:
    (post,) = source.write("Kören", pictures=2)
    twin.mirror(source.url)
    with twin.sessions() as session:
        begin_writing(session)
        copy, live = twin.out(session)["Kören"]
        token = live.pictures[0].picture.token
        recall(session, twin.store, a_lead(session), copy.id, token, NOW)
        session.commit()
    source.decide(post, Step.WITHDRAW, reason="wrong_facts")
    twin.mirror(source.url)
    source.decide(post, Step.RESTORE)
    twin.mirror(source.url)
    with twin.sessions() as session:
        _, live = twin.out(session)["Kören"]
        assert [one.alt for one in live.pictures] == ["Bild 1"]


def test_several_diaries_keep_apart(
    source: Source, twin: Twin, tmp_path: Path, migrated: Path
) -> None:
    source.write("Från ettan")
    with (
        another(tmp_path / "two", migrated, "Dagboken i Kiruna") as second,
        another(tmp_path / "three", migrated, "Dagboken i Luleå") as third,
    ):
        second.write("Från tvåan")
        third.write("Från trean")
        twin.mirror(source.url)
        twin.mirror(second.url)
        twin.mirror(third.url, "--one-place")
        second.write("Mer från tvåan")
        assert twin.mirror().splitlines() == [
            "Dagboken i Boden: nothing new.",
            "Dagboken i Kiruna: 1 new.",
            "Dagboken i Luleå: nothing new.",
        ]
    with twin.sessions() as session:
        out = twin.out(session)
        names = {heading: live.lab.name for heading, (_, live) in out.items() if live.lab}
        assert names == {
            "Från ettan": "BIS i Boden",
            "Från tvåan": "BIS i Boden (Dagboken i Kiruna)",
            "Från trean": "Dagboken i Luleå",
            "Mer från tvåan": "BIS i Boden (Dagboken i Kiruna)",
        }
        assert session.scalars(select(Method.slug)).all() == ["kor"]
        assert len({one.person_id for one in session.scalars(select(Byline))}) == 3
        assert session.scalar(select(func.count(Lab.id))) == 3
    page = twin.browser().get("/", headers={"Accept-Language": "en"}).text
    for home in (source.url, second.url, third.url):
        assert f'href="{home}/"' in page


def test_every_page_says_what_it_is_and_posts_lead_to_the_original(
    source: Source, twin: Twin
) -> None:
    source.write("Kören")
    twin.mirror(source.url)
    visitor = twin.browser()
    original = f"{source.url}/posts/koren"
    for path in ("/", "/posts/koren", "/labs", "/archive", "/search?q=", "/about", "/finns-inte"):
        page = visitor.get(path).text
        assert 'class="page note twin"' in page, path
        assert f'href="{source.url}/"' in page, path
    page = visitor.get("/posts/koren").text
    assert f'<link rel="canonical" href="{original}">' in page
    assert page.count(f'href="{original}"') == 2
    feed = visitor.get("/feed.atom").text
    assert f'<link rel="via" href="{original}"/>' in feed
    assert f"<source><id>{source.uid}</id><title>Dagboken i Boden</title>" in feed
    assert f'url="{source.url}/feed.atom"' in visitor.get("/feed.rss").text
    found = visitor.get("/sitemap.xml").text
    assert "/labs/boden" in found
    assert "/posts/koren" not in found


def test_a_diary_is_no_twin_of_itself_nor_of_a_stranger_at_its_address(
    source: Source, twin: Twin, app: Flask
) -> None:
    source.write("Kören")
    folder = app.extensions["diary"].settings.instance
    own = Twin(folder, app.extensions["diary"].sessions)
    assert "itself" in own.mirror(source.url, status=1)
    twin.mirror(source.url)
    with twin.sessions() as session:
        begin_writing(session)
        session.scalars(select(Mirror)).one().uid = new_uid()
        session.commit()
    source.write("Till")
    assert "Another diary stands there now" in twin.mirror(source.url, status=1)
    assert twin.titled() == ["Kören"]


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"<p>Hej", "names no Atom feed"), (b"<rss/>", "names no Atom feed"), (b"", "no Atom feed")],
)
def test_what_is_no_diary_is_said_in_one_sentence(twin: Twin, data: bytes, says: str) -> None:
    with answering(200, data) as url:
        assert says in twin.mirror(url, status=1)
    assert "not to be reached" in twin.mirror(url, status=1)
    assert "web address" in twin.mirror("dagboken", status=2)
    assert "No diary is mirrored here yet" in twin.mirror(status=2)


def test_a_source_that_answers_nothing_empties_no_twin(source: Source, twin: Twin) -> None:
    """Only a page that says so itself is gone: a feed may be wrong."""
    posts = source.write(*NAMES)
    twin.mirror(source.url)
    sequence = posts[2].sequence
    posts[2].sequence = 1_000  # where no document reaches
    source.db.commit()
    source.write("Ny")
    assert twin.mirror(source.url) == "Dagboken i Boden: 1 new."
    assert "Inlägg 2" in twin.titled()
    posts[2].sequence = sequence
    source.db.commit()


def test_two_at_once_are_refused(source: Source, twin: Twin) -> None:
    source.write("Kören")
    with (twin.folder / "mirror.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "running here already" in twin.mirror(source.url, status=1)
    twin.mirror(source.url)
