"""What search engines may find: addresses, times, languages, pictures; in parts when many."""

from typing import Any

import pytest
from lxml import etree
from sqlalchemy import event
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account, Kind, Lab, Status
from diary.queries import sitemap as queries
from diary.web import sitemap
from tests.builders import a_method, a_post
from tests.conftest import Browser

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
BASE = "http://localhost"


def found(browser: Browser, path: str, xpath: str = "//s:loc/text()") -> list[str]:
    answer = browser.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    tree: Any = etree.fromstring(answer.data)
    return [str(one) for one in tree.xpath(xpath, namespaces=NAMES)]


def test_it_lists_what_is_public_and_nothing_else(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    a_method(db, "kor")
    a_post(db, alice, title="Ute", lab="boden", methods=("kor",))
    for status in (Status.DRAFT, Status.SUBMITTED, Status.WITHDRAWN):
        a_post(db, alice, status, title=f"Inte {status}")
    db.commit()
    addresses = found(client, "/sitemap.xml")
    assert f"{BASE}/posts/ute" in addresses
    assert {f"{BASE}/labs/boden", f"{BASE}/methods/kor", f"{BASE}/archive/2019/05"} <= {*addresses}
    assert not any("inte-" in address for address in addresses)
    assert len(addresses) == len(set(addresses))
    for address in addresses:
        answer = client.get(address.removeprefix(BASE))
        assert answer.status_code == 200
        if answer.mimetype == "text/html":
            assert f'<link rel="canonical" href="{address}">' in answer.text


def test_an_empty_diary_has_one_too(client: Browser) -> None:
    assert f"{BASE}/about" in found(client, "/sitemap.xml")


def test_posts_tell_when_they_changed_and_in_what_languages_they_are(
    db: Session, alice: Account, client: Browser
) -> None:
    second: dict[str, Any] = {
        "second_kind": "translation",
        "second_lang": "sv",
        "second_body": "Ute.",
    }
    post = a_post(db, alice, title="الجيران", lang="ar", gist="Grannarna", **second)
    db.commit()
    page = f"//s:url[s:loc='{BASE}/posts/{post.slug}']"
    assert found(client, "/sitemap.xml", f"{page}/s:lastmod/text()") == [
        "2020-02-07T12:00:00+00:00"
    ]
    assert found(client, "/sitemap.xml", f"{page}/xhtml:link/@hreflang") == ["ar", "sv"]
    assert found(client, "/sitemap.xml", f"{page}/xhtml:link/@href") == 2 * [
        f"{BASE}/posts/{post.slug}"
    ]


def test_every_picture_it_names_is_public(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    a_post(db, alice, title="Ute", store=store, pictures=2)
    a_post(db, alice, Status.SUBMITTED, title="Inne", store=store, pictures=1)
    db.commit()
    images = found(client, "/sitemap.xml", "//image:loc/text()")
    assert len(images) == 2
    for address in images:
        assert client.get(address.removeprefix(BASE)).mimetype == "image/jpeg"


def test_of_the_authors_pages_only_those_that_may_be_kept(
    db: Session, alice: Account, bob: Account, client: Browser
) -> None:
    alice.person.slug, bob.person.slug = "alice", "bob"
    bob.person.kind = Kind.STAFF
    db.commit()
    addresses = found(client, "/sitemap.xml")
    assert f"{BASE}/authors/bob" in addresses
    assert f"{BASE}/authors/alice" not in addresses


@pytest.fixture
def in_threes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of three posts: nobody waits here for ten thousand."""
    monkeypatch.setattr(queries, "PART", 3)
    monkeypatch.setattr(sitemap, "PART", 3)


def test_many_posts_come_in_parts_that_stay(
    db: Session, alice: Account, client: Browser, in_threes: None
) -> None:
    for number in range(1, 6):
        a_post(db, alice, title=f"Dag {number}")
    gone = a_post(db, alice, Status.WITHDRAWN, title="Borta")
    db.commit()
    files = found(client, "/sitemap.xml")
    assert files == [f"{BASE}/sitemap-{name}.xml" for name in ("pages", "1", "2")]
    first = client.get("/sitemap-1.xml").data
    assert found(client, "/sitemap-1.xml") == [f"{BASE}/posts/dag-{n}" for n in (1, 2, 3)]
    assert found(client, "/sitemap-2.xml") == [f"{BASE}/posts/dag-{n}" for n in (4, 5)]
    assert f"{BASE}/about" in found(client, "/sitemap-pages.xml")
    assert gone.sequence == 6
    a_post(db, alice, title="Dag 7")
    db.commit()
    assert client.get("/sitemap-1.xml").data == first
    assert found(client, "/sitemap-3.xml") == [f"{BASE}/posts/dag-7"]


@pytest.mark.parametrize("number", ["0", "9", "2147483647", "x", "-1"])
def test_there_is_no_part_without_posts(client: Browser, number: str) -> None:
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_it_takes_as_many_queries_for_many_posts_as_for_one(
    db: Session, alice: Account, store: Storage, app, client: Browser
) -> None:
    asked: list[str] = []
    engine = app.extensions["diary"].sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    counts = []
    for more in (1, 5):
        for number in range(more):
            a_post(db, alice, title=f"{more} {number}", store=store, pictures=1)
        db.commit()
        asked.clear()
        client.get("/sitemap.xml")
        counts.append(sum("FROM state" not in one and "BEGIN" not in one for one in asked))
    assert counts[0] == counts[1] < 15
