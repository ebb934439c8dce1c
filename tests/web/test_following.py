"""How to follow: the page in plain words, the list of all feeds, what tells browsers of them."""

import pytest
from lxml import etree, html
from sqlalchemy.orm import Session

from diary.domain.content import BylineContent
from diary.models import Account, Kind, Lab, Person
from tests.builders import a_method, a_post, an_account
from tests.conftest import Browser

SIGNED_IN = ("/mine", "/write", "/me")


def with_a_page(db: Session, username: str, kind: Kind) -> Person:
    """Somebody who asked for a page, and has signed a post that is out."""
    account = an_account(db, username, kind=kind)
    person = account.person
    person.slug = username
    byline = BylineContent(person.name, person_id=person.id)
    a_post(db, account, lab="boden", bylines=(byline,))
    return person


def discovered(browser: Browser, address: str) -> list[tuple[str, str]]:
    """The feeds a page tells browsers of: type and address, in order."""
    with browser.get(address) as answer:
        page = html.fromstring(answer.get_data(as_text=True))
    links = page.xpath("//head/link[@rel='alternate'][contains(@type, '+')]")
    assert all(link.get("title") for link in links)
    return [(link.get("type"), link.get("href")) for link in links]


def three(home: str) -> list[tuple[str, str]]:
    return [
        ("application/atom+xml", f"{home}/feed.atom"),
        ("application/rss+xml", f"{home}/feed.rss"),
        ("application/feed+json", f"{home}/feed.json"),
    ]


@pytest.mark.parametrize("address", ["/", "/labs", "/archive", "/feeds", "/privacy", "/nowhere"])
def test_every_page_tells_of_the_whole_diary(client: Browser, address: str) -> None:
    assert discovered(client, address) == three("")


def test_members_pages_do_so_too(as_author: Browser) -> None:
    for address in SIGNED_IN:
        assert discovered(as_author, address) == three(""), address


def test_a_page_with_a_feed_of_its_own_tells_of_it_first(
    db: Session, lab: Lab, client: Browser
) -> None:
    a_method(db, "kor")
    with_a_page(db, "petra", Kind.STAFF)
    db.commit()
    for home in ("/labs/boden", "/methods/kor", "/authors/petra"):
        assert discovered(client, home) == [*three(home), *three("")]
        for _type, address in discovered(client, home):
            assert client.get(address).status_code == 200


def test_a_filtered_journey_tells_of_what_the_filter_lets_through(
    lab: Lab, client: Browser
) -> None:
    first, *_rest = discovered(client, "/archive?lab=boden&voice=insight")
    assert first == ("application/atom+xml", "/archive/feed.atom?lab=boden&voice=insight")


def test_feeds_are_named_in_the_readers_language(lab: Lab, client: Browser) -> None:
    page = html.fromstring(client.get("/labs/boden", headers={"Accept-Language": "en"}).text)
    titles = page.xpath("//head/link[@type='application/rss+xml']/@title")
    assert titles == ["New posts: Boden (RSS)", "New posts: Dagboken (RSS)"]


def test_the_page_puts_one_address_first_and_folds_the_rest_away(
    lab: Lab, db: Session, client: Browser
) -> None:
    a_method(db, "kor")
    db.commit()
    page = html.fromstring(client.get("/feeds").text).find(".//main")
    assert page.xpath("//input[@readonly]/@value") == ["http://localhost/feed.rss"]
    assert "feed:http://localhost/feed.rss" in page.xpath(".//a/@href")
    folded = page.xpath(".//details//a/@href")
    for home in ("/labs/boden", "/methods/kor"):
        assert {f"http://localhost{home}/feed.{kind}" for kind in ("atom", "rss", "json")} <= set(
            folded
        )
    assert "/feeds.opml" in folded


def test_the_list_holds_the_whole_diary_and_every_part(
    lab: Lab, db: Session, alice: Account, client: Browser
) -> None:
    a_method(db, "kor")
    with_a_page(db, "petra", Kind.STAFF)
    with_a_page(db, "amal", Kind.RESIDENT)
    db.commit()
    with client.get("/feeds.opml") as answer:
        assert answer.mimetype == "text/x-opml"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="feeds.opml"'
        root = etree.fromstring(answer.data)
    feeds = [node.get("xmlUrl") for node in root.iter("outline") if node.get("type") == "rss"]
    parts = ("", "/labs/boden", "/methods/kor", "/authors/petra")
    assert feeds == [f"http://localhost{part}/feed.rss" for part in parts]
    for address in feeds:
        assert client.get(address).status_code == 200


def test_an_empty_diary_can_be_followed_too(client: Browser) -> None:
    with client.get("/feeds.opml") as answer:
        assert len(list(etree.fromstring(answer.data).iter("outline"))) == 1
    assert client.get("/feeds").status_code == 200
