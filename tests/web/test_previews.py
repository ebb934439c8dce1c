"""Cards for links, and what a page's head tells other programs."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.config import Settings
from diary.domain.journal import show_change
from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import (
    Account,
    Alias,
    Claim,
    Consent,
    Decision,
    Lab,
    Picture,
    Post,
    Revision,
    Status,
)
from tests.builders import NOW, a_method, a_post
from tests.conftest import Browser

BLUE = (0, 0x5D, 0x7B)
NAUGHTY = "\"><script>alert(1)</script> & 'ute'"


def head(browser: Browser, path: str) -> html.HtmlElement:
    answer = browser.get(path)
    assert answer.status_code == 200
    return html.fromstring(answer.data).find("head")


def said(browser: Browser, path: str, name: str) -> list[str]:
    """What the meta elements of this name or property say."""
    found = head(browser, path).xpath(f"meta[@property='{name}' or @name='{name}']/@content")
    return [str(one) for one in found]


def card_of(browser: Browser, path: str) -> str:
    (address,) = said(browser, path, "og:image")
    assert address.startswith("http://localhost/")
    return address.removeprefix("http://localhost")


def first_pixel(browser: Browser, address: str) -> Any:
    with Image.open(BytesIO(browser.get(address).data)) as image:
        return image.getpixel((5, 5))


def shows_the_picture(browser: Browser, address: str) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(first_pixel(browser, address), BLUE, strict=True))


def pictured(db: Session, alice: Account, store: Storage, **content: Any) -> Post:
    post = a_post(db, alice, store=store, pictures=1, title="Ute", **content)
    db.commit()
    return post


def consent_of(db: Session, post: Post) -> Consent:
    return db.scalars(select(Consent).join(Picture).where(Picture.post_id == post.id)).one()


# ---------------------------------------------------------------- the card


def test_a_post_has_a_card_with_its_picture(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    pictured(db, alice, store)
    answer = client.get(card_of(client, "/posts/ute"))
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    with Image.open(BytesIO(answer.data)) as image:
        assert image.size == (1200, 630)
    assert shows_the_picture(client, card_of(client, "/posts/ute"))
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


def test_who_has_the_card_gets_304(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    pictured(db, alice, store)
    address = card_of(client, "/posts/ute")
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag


def test_a_card_is_in_its_lab_s_colour(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    lab.colour = "plum"
    a_post(db, alice, title="Ute", lab="boden")
    db.commit()
    for page in ("/posts/ute", "/labs/boden"):
        found = first_pixel(client, card_of(client, page))
        assert all(abs(a - b) < 12 for a, b in zip(found, (0x6B, 0x2D, 0x5C), strict=True))


def test_a_corrected_title_gives_another_address_and_the_old_one_still_answers(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice, title="Ute")
    db.commit()
    old = card_of(client, "/posts/ute")
    db.get_one(Revision, post.live_id).heading = "Inne"
    show_change(db, NOW)
    db.commit()
    new = card_of(client, "/posts/ute")
    assert new != old
    assert client.get(old).data == client.get(new).data


@pytest.mark.parametrize(
    ("status", "code"), [(Status.WITHDRAWN, 410), (Status.DRAFT, 404), (Status.SUBMITTED, 404)]
)
def test_what_is_not_public_has_no_card(
    db: Session, alice: Account, client: Browser, log_in, status: Status, code: int
) -> None:
    post = a_post(db, alice, status, title="Ute")
    db.commit()
    slug = post.slug or "ute"
    for browser in (client, log_in(alice)):
        assert browser.get(f"/posts/{slug}/card-0123456789ab.jpg").status_code == code


@pytest.mark.parametrize("way", ["hidden", "recalled", "withdrawn", "no", "unpublished"])
def test_a_picture_that_may_not_be_shown_leaves_the_card_at_once(
    db: Session, alice: Account, store: Storage, client: Browser, way: str
) -> None:
    post = pictured(db, alice, store)
    address = card_of(client, "/posts/ute")
    assert shows_the_picture(client, address)
    consent = consent_of(db, post)
    picture = db.get_one(Picture, consent.picture_id)
    if way == "hidden":
        picture.hidden_at = NOW
    elif way == "recalled":
        picture.recalled_at = NOW
    elif way == "withdrawn":
        consent.withdrawn_at = NOW
    elif way == "no":
        consent.decision = Decision.NO
    else:
        post.status = Status.WITHDRAWN
    show_change(db, NOW)
    db.commit()
    if way == "unpublished":
        assert client.get(address).status_code == 410
        return
    assert client.get(address).status_code == 200
    assert not shows_the_picture(client, address)
    assert card_of(client, "/posts/ute") != address
    assert said(client, "/posts/ute", "og:image:alt") == ["Ute"]


def test_a_card_without_its_file_still_has_words(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    post = pictured(db, alice, store)
    address = card_of(client, "/posts/ute")
    for picture in db.scalars(select(Picture).where(Picture.post_id == post.id)):
        for file in picture.renditions:
            store.delete(file.key)
    assert client.get(address).status_code == 200
    assert not shows_the_picture(client, address)


def test_the_old_address_of_a_lab_s_card_leads_on(db: Session, lab: Lab, client: Browser) -> None:
    db.add(Alias(kind="lab", slug="gamla", target_id=lab.id))
    db.commit()
    answer = client.get("/labs/gamla/card-0123456789ab.jpg")
    assert (answer.status_code, answer.location) == (301, "/labs/boden/card-0123456789ab.jpg")
    assert client.get("/labs/ingen/card-0123456789ab.jpg").status_code == 404


def test_no_file_is_left_by_drawing_a_card(
    db: Session, alice: Account, store: Storage, client: Browser, settings: Settings
) -> None:
    def files() -> set[Path]:
        return set(Path(settings.storage_url.removeprefix("file:")).rglob("*"))

    pictured(db, alice, store)
    before = files()
    assert client.get(card_of(client, "/posts/ute")).status_code == 200
    assert files() == before


# ---------------------------------------------------------------- people who can be recognised


@pytest.mark.parametrize(
    ("claim", "decision", "people"),
    [
        (Claim.YES, None, True),
        (Claim.NOBODY, Decision.YES, True),
        (Claim.YES, Decision.NOBODY, False),
        (Claim.NOBODY, None, False),
    ],
)
def test_search_engines_are_asked_to_leave_people_out(
    db: Session,
    alice: Account,
    store: Storage,
    client: Browser,
    claim: Claim,
    decision: Decision | None,
    people: bool,
) -> None:
    post = pictured(db, alice, store)
    consent = consent_of(db, post)
    consent.claim, consent.decision = claim, decision
    db.commit()
    assert said(client, "/posts/ute", "robots") == (["noimageindex"] if people else [])
    picture = head(client, "/posts/ute").getparent().xpath("//main//img/@src")[0]
    wanted = "noindex, noimageindex" if people else None
    for address in (str(picture), card_of(client, "/posts/ute")):
        assert client.get(address).headers.get("X-Robots-Tag") == wanted
    assert ("<image:loc>" in client.get("/sitemap.xml").text) is not people


# ---------------------------------------------------------------- the head


def test_a_post_tells_others_what_it_is(
    db: Session, alice: Account, lab: Lab, store: Storage, client: Browser
) -> None:
    a_method(db, "kor", "Integrationskör")
    pictured(db, alice, store, lab="boden", methods=("kor",))
    told = {
        "og:type": "article",
        "og:title": "Ute",
        "og:url": "http://localhost/posts/ute",
        "og:site_name": "Dagboken",
        "og:locale": "sv_SE",
        "og:description": "Vi satt ute till elva.",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Bild 0",
        "article:published_time": "2020-02-07T12:00:00+00:00",
        "article:section": "Boden",
        "article:tag": "Integrationskör",
        "author": "Amal",
        "description": "Vi satt ute till elva.",
        "twitter:card": "summary_large_image",
    }
    assert {name: said(client, "/posts/ute", name) for name in told} == {
        name: [value] for name, value in told.items()
    }


def test_a_post_s_languages_are_told(db: Session, alice: Account, client: Browser) -> None:
    second: dict[str, Any] = {
        "second_kind": "translation",
        "second_lang": "sv",
        "second_body": "Ute.",
    }
    a_post(db, alice, title="الجيران", lang="ar", gist="Grannarna", **second)
    db.commit()
    slug = db.scalars(select(Post.slug)).one()
    assert said(client, f"/posts/{slug}", "og:locale") == ["ar_EG"]
    assert said(client, f"/posts/{slug}", "og:locale:alternate") == ["sv_SE"]
    assert said(client, f"/posts/{slug}", "og:description") == ["Grannarna"]


def test_other_pages_are_in_every_language_of_the_interface(client: Browser) -> None:
    assert said(client, "/about", "og:locale") == ["sv_SE"]
    assert said(client, "/about", "og:locale:alternate") == ["en_US", "ar_EG"]


def test_no_title_breaks_out_of_the_head(db: Session, alice: Account, client: Browser) -> None:
    put(db, {"title": NAUGHTY})
    post = a_post(db, alice, title=NAUGHTY)
    db.commit()
    page = f"/posts/{post.slug}"
    assert said(client, page, "og:title") == [NAUGHTY]
    assert said(client, "/", "og:title") == [NAUGHTY]
    assert head(client, page).xpath("//script[not(@src) and not(@type)]") == []
    assert client.get(card_of(client, page)).status_code == 200


PAGES = ["/", "/labs", "/labs/boden", "/methods", "/methods/kor", "/archive", "/archive/2019",
         "/archive/2019/05", "/posts/ute", "/about", "/help", "/privacy", "/accessibility",
         "/feeds"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_has_its_one_address_and_a_card(
    db: Session, alice: Account, lab: Lab, client: Browser, path: str
) -> None:
    a_method(db, "kor")
    a_post(db, alice, title="Ute", lab="boden", methods=("kor",))
    db.commit()
    for address in (path, f"{path}?before=9&lab=boden&utm_source=x"):
        found = head(client, address).xpath("link[@rel='canonical']/@href")
        assert found == [f"http://localhost{path}"]
    assert said(client, path, "og:url") == [f"http://localhost{path}"]
    assert len(said(client, path, "og:title")) == 1
    assert client.get(card_of(client, path)).mimetype == "image/jpeg"


def test_an_author_s_page_is_known_by_its_address_but_not_kept(
    db: Session, alice: Account, client: Browser
) -> None:
    alice.person.slug = "amal"
    db.commit()
    assert said(client, "/authors/amal", "robots") == ["noindex"]
    assert said(client, "/authors/amal", "og:url") == ["http://localhost/authors/amal"]


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/card"])
def test_forms_and_mistakes_have_no_address_of_their_own(client: Browser, path: str) -> None:
    page = client.get(path).text
    assert "canonical" not in page
    assert "og:" not in page
