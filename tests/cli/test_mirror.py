"""`diary mirror`: a twin of a diary that runs, from its feed alone."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from diary.addresses import new_uid
from diary.models import (
    Byline,
    Lab,
    Method,
    Mirror,
    Origin,
    Picture,
    Post,
    Provenance,
    Revision,
    begin_writing,
)
from tests.cli.test_commands import environment
from tests.mirrors import NAMES, Source, Twin, another, answering

OLD = "https://gamla.example/flyttat-hit"
STRANGE = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Där borta</title>
<id>https://gamla.example/</id><link href="javascript:alert(1)"/>
<link rel="self" href="https://gamla.example:99999/"/>
<entry><id>https://gamla.example/1</id><title>Ett</title><published>2019-05-17T12:00:00Z</published>
<link href="/posts/%2e%2e"/><category term="…" scheme="https://gamla.example/methods"/>
<content type="html">&lt;p&gt;Hej&lt;script&gt;alert(1)&lt;/script&gt;
&lt;a href="javascript:alert(1)"&gt;här&lt;/a&gt;&lt;/p&gt;&lt;figure&gt;&lt;/figure&gt;
&lt;p class="film"&gt;&lt;a href="javascript:alert(1)"&gt;film&lt;/a&gt;&lt;/p&gt;</content>
</entry></feed>"""


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


def test_no_diary_takes_what_came_into_another_on_its_own_way(
    source: Source, app: Flask, tmp_path: Path, migrated: Path
) -> None:
    """Two that mirror each other: what one has imported stays its own, whatever ids feeds name."""
    (post,) = source.write("Flyttat hit")
    post.owner_id = source.db.get_one(Revision, post.live_id).made_by_id = None
    source.db.add(Provenance(post_id=post.id, origin=Origin.MOVED, source_url=OLD))
    source.db.commit()
    one = Twin(app.extensions["diary"].settings.instance, app.extensions["diary"].sessions)
    with another(tmp_path / "two", migrated, "Dagboken i Kiruna") as second:
        second.write("Från tvåan")
        two = Twin(tmp_path / "two", sessionmaker(second.db.get_bind()))
        assert two.mirror(source.url) == "Dagboken i Boden: 1 new."
        assert one.mirror(second.url) == "Dagboken i Kiruna: 1 new, 1 left alone."
        assert two.mirror() == "Dagboken i Boden: 1 left alone."
    source.db.rollback()
    whence = source.db.get_one(Provenance, post.id)
    assert (whence.mirror_id, whence.source_url) == (None, OLD)


def test_posts_under_their_own_places_stay_there(source: Source, twin: Twin) -> None:
    source.write("Kören")
    twin.mirror(source.url)
    assert "stay there" in twin.mirror(source.url, "--one-place", status=1)
    twin.mirror()


def test_a_feed_is_a_strangers(twin: Twin) -> None:
    with answering(200, STRANGE.encode()) as url:
        assert twin.mirror(url) == "Där borta: 1 new."
    with twin.sessions() as session:
        mirror = session.scalars(select(Mirror)).one()
        assert mirror.home == mirror.feed == url
        (post,) = session.scalars(select(Post))
        assert post.slug == "2e-2e"
        assert [(one.slug, one.name) for one in session.scalars(select(Method))] == [("way", "…")]
    page = twin.browser().get("/posts/2e-2e").text
    assert "javascript:" not in page
    assert "<script>alert" not in page


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
