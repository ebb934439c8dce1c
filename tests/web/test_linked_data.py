"""schema.org data in the head: sound JSON whatever was typed, and nothing that is not shown."""

import json
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.content import BylineContent
from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Byline, Correction, Kind, Lab, Picture, Post, Revision
from diary.web.linked_data import locale_of
from tests.builders import NOW, a_method, a_post
from tests.conftest import Browser

NAUGHTY = ["</script><script>alert(1)</script>", "<!--", "]]>", '"\\', "\u2028", "الجيران", "🎉"]


def data(browser: Browser, path: str) -> dict[str, Any]:
    (found,) = html.fromstring(browser.get(path).data).xpath(
        "//script[@type='application/ld+json']/text()"
    )
    read: dict[str, Any] = json.loads(str(found))
    return read


@pytest.fixture
def post(db: Session, alice: Account, lab: Lab, store: Storage) -> Post:
    a_method(db, "kor", "Integrationskör")
    made = a_post(
        db, alice, title="Ute", lab="boden", methods=("kor",), store=store, pictures=1,
        bylines=(BylineContent("Amal", "ny i Boden"), BylineContent("Petra", "lokal ledare")),
    )  # fmt: skip
    db.commit()
    return made


def test_a_post_says_who_when_where_and_how(db: Session, post: Post, client: Browser) -> None:
    byline = db.scalars(select(Byline).where(Byline.name == "Petra")).all()
    for one in byline:
        one.kind = Kind.STAFF
        one.person.slug = "petra"
    db.commit()
    found = data(client, "/posts/ute")
    assert found["@type"] == "BlogPosting"
    assert found["@id"] == f"urn:uuid:{post.uid}"
    assert found["headline"] == "Ute"
    assert found["inLanguage"] == "sv"
    assert found["datePublished"] == found["dateModified"] == "2020-02-07T12:00:00+00:00"
    assert found["temporalCoverage"] == "2019-05-17"
    assert found["keywords"] == ["Integrationskör"]
    assert found["locationCreated"]["name"] == "Boden"
    assert found["isPartOf"]["@type"] == "Blog"
    assert found["author"] == [
        {"@type": "Person", "name": "Amal", "description": "ny i Boden"},
        {
            "@type": "Person",
            "name": "Petra",
            "jobTitle": "lokal ledare",
            "url": "http://localhost/authors/petra",
        },
    ]


def test_its_pictures_come_with_caption_credit_and_licence(post: Post, client: Browser) -> None:
    (image,) = data(client, "/posts/ute")["image"]
    assert image["caption"] == "Text 0"
    assert image["creditText"] == "Amal"
    assert image["license"].startswith("https://creativecommons.org/")
    assert client.get(image["contentUrl"].removeprefix("http://localhost")).status_code == 200


def test_a_picture_out_of_sight_is_out_of_the_data(
    db: Session, post: Post, client: Browser
) -> None:
    db.scalars(select(Picture)).one().hidden_at = NOW
    db.commit()
    assert "image" not in data(client, "/posts/ute")


def test_a_correction_is_told(db: Session, post: Post, client: Browser) -> None:
    db.add(Correction(post_id=post.id, revision_id=post.live_id, at=NOW, words="Det var i maj."))
    db.commit()
    (correction,) = data(client, "/posts/ute")["correction"]
    assert correction["text"] == "Det var i maj."


def test_whoever_is_forgotten_has_no_name_here(db: Session, post: Post, client: Browser) -> None:
    for byline in db.scalars(select(Byline)):
        byline.name = byline.role = ""
    db.commit()
    assert {one["name"] for one in data(client, "/posts/ute")["author"]} == {"Någon"}


@pytest.mark.parametrize("words", NAUGHTY)
def test_whatever_was_typed_stays_data(
    db: Session, alice: Account, client: Browser, words: str
) -> None:
    put(db, {"title": f"D {words}"})
    post = a_post(db, alice, title=f"U {words}", body=f"T {words}")
    db.commit()
    page = client.get(f"/posts/{post.slug}")
    found = data(client, f"/posts/{post.slug}")
    assert found["headline"] == post_heading(db)
    assert "alert" not in "".join(
        map(str, html.fromstring(page.data).xpath("//script[not(@type)]/text()"))
    )


def post_heading(db: Session) -> str:
    return db.scalars(select(Revision.heading)).one()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "Blog"), ("/labs/boden", "CollectionPage"), ("/methods/kor", "CollectionPage")],
)
def test_lists_say_what_they_are(post: Post, client: Browser, path: str, kind: str) -> None:
    found = data(client, path)
    assert (found["@context"], found["@type"]) == ("https://schema.org", kind)


@pytest.mark.parametrize(
    ("lang", "locale"),
    [("sv", "sv_SE"), ("so", "so_SO"), ("uk", "uk_UA"), ("ckb", "ckb_IQ"), ("xx", "xx")],
)
def test_a_language_gets_its_commonest_country(lang: str, locale: str) -> None:
    assert locale_of(lang) == locale
