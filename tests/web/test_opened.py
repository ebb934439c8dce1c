"""A feed opened in a browser's window is a page; for programs it stays a feed."""

from collections.abc import Callable

import pytest
from lxml import html
from sqlalchemy.orm import Session

from diary.models import Account, Lab
from tests.builders import a_post
from tests.conftest import Browser

WINDOW = {"Sec-Fetch-Dest": "document"}
KINDS = ("atom", "rss", "json")


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_is_and_what_to_copy(
    db: Session, alice: Account, client: Browser, kind: str
) -> None:
    post = a_post(db, alice, title="مرحبا", lang="ar", gist="Hej")
    db.commit()
    answer = client.get(f"/feed.{kind}", headers=WINDOW)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    page = html.fromstring(answer.text).find(".//main")
    assert page.xpath(".//input/@value") == [f"http://localhost/feed.{kind}"]
    (title,) = page.xpath(f".//a[@href='http://localhost/posts/{post.slug}']")
    assert (title.text, title.get("lang"), title.get("dir")) == ("مرحبا", "ar", "rtl")


def test_from_there_a_click_leads_to_the_feed_itself(client: Browser) -> None:
    opened = client.get("/feed.atom?endpoint=x&format=x&_method=x", headers=WINDOW)
    page = html.fromstring(opened.text)
    (raw,) = page.xpath("//main//a[contains(@href, 'raw=1')]/@href")
    answer = client.get(raw, headers=WINDOW)
    assert answer.mimetype == "application/atom+xml"
    assert answer.data == client.get("/feed.atom").data


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept": "text/html,application/xhtml+xml"},
        {"Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Dest": "iframe"},
    ],
)
def test_programs_get_the_feed_whatever_they_accept(
    client: Browser, headers: dict[str, str]
) -> None:
    assert client.get("/feed.rss", headers=headers).mimetype == "application/rss+xml"


def test_a_page_that_is_no_feed_stays_what_it_is(client: Browser, lab: Lab) -> None:
    assert "feed-address" not in client.get("/labs/boden", headers=WINDOW).text
    assert client.get("/labs/nix/feed.rss", headers=WINDOW).status_code == 404


def test_neither_is_taken_for_the_other(client: Browser, db: Session, alice: Account) -> None:
    a_post(db, alice)
    db.commit()
    feed, page = client.get("/feed.rss"), client.get("/feed.rss", headers=WINDOW)
    for one, other in ((feed, page), (page, feed)):
        seen = {"If-None-Match": one.headers["ETag"]}
        asked = WINDOW if one is page else {}
        asked_otherwise = {} if one is page else WINDOW
        assert client.get("/feed.rss", headers={**asked, **seen}).status_code == 304
        again = client.get("/feed.rss", headers={**asked_otherwise, **seen})
        assert (again.status_code, again.mimetype) == (200, other.mimetype)
    since = {"If-Modified-Since": feed.headers["Last-Modified"]}
    assert client.get("/feed.rss", headers={**WINDOW, **since}).status_code == 200


def test_a_feed_is_the_same_in_every_language_and_its_page_is_not(client: Browser) -> None:
    swedish, english = ({"Accept-Language": lang} for lang in ("sv", "en"))
    tag = client.get("/feed.atom", headers=swedish).headers["ETag"]
    assert client.get("/feed.atom", headers={**english, "If-None-Match": tag}).status_code == 304
    tag = client.get("/feed.atom", headers={**swedish, **WINDOW}).headers["ETag"]
    seen = {**english, **WINDOW, "If-None-Match": tag}
    assert client.get("/feed.atom", headers=seen).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_caches_are_told_what_it_depends_on(client: Browser, kind: str) -> None:
    feed = client.get(f"/feed.{kind}").vary.as_set()
    assert feed == {"accept-encoding", "sec-fetch-dest"}
    page = client.get(f"/feed.{kind}", headers=WINDOW).vary.as_set()
    assert page == {*feed, "accept-language", "cookie"}


def test_somebody_signed_in_gets_the_same_feed(
    db: Session, client: Browser, alice: Account, log_in: Callable[[Account], Browser]
) -> None:
    a_post(db, alice)
    db.commit()
    theirs, anybodys = log_in(alice).get("/feed.rss"), client.get("/feed.rss")
    assert theirs.data == anybodys.data
    assert theirs.headers["ETag"] == anybodys.headers["ETag"]
    assert theirs.vary.as_set() == {"accept-encoding", "sec-fetch-dest"}


def test_an_empty_feed_is_opened_kindly(client: Browser) -> None:
    answer = client.get("/feed.json", headers={**WINDOW, "Accept-Language": "en"})
    assert "Nothing yet." in answer.text
