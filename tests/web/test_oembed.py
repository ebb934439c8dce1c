"""oEmbed: a post as a quotation elsewhere, in sizes that were asked for."""

from typing import Any

import pytest
from lxml import etree, html
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account, Lab, Post, Status
from tests.builders import a_post
from tests.conftest import Browser

PAGE = "http://localhost/posts/ute"


@pytest.fixture
def post(db: Session, alice: Account, lab: Lab, store: Storage) -> Post:
    made = a_post(db, alice, title="Ute", lab="boden", store=store, pictures=1)
    db.commit()
    return made


def asked(browser: Browser, **values: object) -> Any:
    answer = browser.get("/oembed", query_string={"url": PAGE, **values})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


def test_a_post_s_page_leads_to_its_quotation(post: Post, client: Browser) -> None:
    head = html.fromstring(client.get("/posts/ute").data)
    for kind, mimetype in (("application/json", "application/json"), ("text/xml", "text/xml")):
        (link,) = head.xpath(f"//link[@type='{kind}+oembed']/@href")
        answer = client.get(str(link).removeprefix("http://localhost"))
        assert (answer.status_code, answer.mimetype) == (200, mimetype)


def test_it_says_what_the_standard_asks_for(post: Post, client: Browser) -> None:
    said = asked(client)
    assert (said["version"], said["type"]) == ("1.0", "rich")
    assert (said["title"], said["author_name"]) == ("Ute", "Amal")
    assert (said["width"], said["height"]) == (600, 320)
    assert (said["thumbnail_width"], said["thumbnail_height"]) == (1200, 630)
    thumbnail = client.get(said["thumbnail_url"].removeprefix("http://localhost"))
    assert thumbnail.mimetype == "image/jpeg"


def test_xml_says_the_same(post: Post, client: Browser) -> None:
    answer = client.get("/oembed", query_string={"url": PAGE, "format": "xml"})
    root = etree.fromstring(answer.data)
    assert root.tag == "oembed"
    said = {one.tag: one.text for one in root}
    assert said == {name: str(value) for name, value in asked(client).items()}


@pytest.mark.parametrize("way", ["/posts/ute", "/posts/ute?utm_source=x#text", "/p/{short}"])
def test_any_of_a_post_s_addresses_will_do(post: Post, client: Browser, way: str) -> None:
    said = asked(client, url="http://localhost" + way.format(short=post.short))
    assert said["title"] == "Ute"
    assert f'href="{PAGE}"' in said["html"]


@pytest.mark.parametrize(
    "address",
    ["", "x", "http://[", "http://localhost/", "http://localhost/labs/boden", "/posts/ute",
     "http://elsewhere.example/posts/ute", "http://localhost/posts/inte", "http://localhost/posts/",
     "javascript://localhost/posts/ute", "http://localhost/posts/%00", "http://localhost/p/",
     "http://localhost/posts/%ff", "http://localhost:x/posts/ute"],
)  # fmt: skip
def test_other_addresses_are_not_found(post: Post, client: Browser, address: str) -> None:
    assert client.get("/oembed", query_string={"url": address}).status_code == 404


def test_an_address_must_be_given(client: Browser) -> None:
    assert client.get("/oembed").status_code == 404


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.DRAFT, Status.SUBMITTED])
def test_what_is_not_public_is_not_found(
    db: Session, alice: Account, client: Browser, log_in, status: Status
) -> None:
    post = a_post(db, alice, status, title="Ute")
    db.commit()
    for browser in (client, log_in(alice)):
        for address in (PAGE, f"http://localhost/p/{post.short}"):
            assert browser.get("/oembed", query_string={"url": address}).status_code == 404


@pytest.mark.parametrize("wished", ["yaml", "JSON", ""])
def test_other_formats_are_not_implemented(post: Post, client: Browser, wished: str) -> None:
    answer = client.get("/oembed", query_string={"url": PAGE, "format": wished})
    assert answer.status_code == 501
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize(
    ("most", "width", "height"),
    [
        ({"maxwidth": 300}, 300, 320),
        ({"maxwidth": 9000, "maxheight": 100}, 600, 100),
        ({"maxwidth": "x", "maxheight": "-1"}, 600, 320),
        ({"maxwidth": 0}, 600, 320),
        ({"maxwidth": "²"}, 600, 320),
    ],
)
def test_no_size_is_larger_than_asked_for(
    post: Post, client: Browser, most: dict[str, object], width: int, height: int
) -> None:
    said = asked(client, **most)
    assert (said["width"], said["height"]) == (width, height)


def test_a_smaller_picture_stands_in_for_the_card(post: Post, client: Browser) -> None:
    said = asked(client, maxwidth=480)
    assert (said["thumbnail_width"], said["thumbnail_height"]) == (64, 48)
    answer = client.get(said["thumbnail_url"].removeprefix("http://localhost"))
    assert answer.status_code == 200
    assert not any(name.startswith("thumbnail") for name in asked(client, maxwidth=10))


def test_the_quotation_needs_no_script_and_says_its_language(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice, title="<script>alert(1)</script> الجيران", lang="ar", body="<b>x</b>")
    db.commit()
    said = asked(client, url=f"http://localhost/posts/{post.slug}")
    (quote,) = html.fragments_fromstring(said["html"])
    assert (quote.tag, quote.get("lang"), quote.get("dir")) == ("blockquote", "ar", "rtl")
    assert {one.tag for one in quote.iter()} <= {"blockquote", "p", "a", "footer", "bdi"}
