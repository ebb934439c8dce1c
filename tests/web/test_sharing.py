"""A post carried elsewhere: its code, its sheet for the wall, the row of words below it."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from diary.build import BUILD
from diary.domain.content import BylineContent
from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Byline, Lab, Status
from tests.builders import a_post
from tests.conftest import Browser


def cited(browser: Browser, slug: str, lang: str = "sv") -> str:
    """The line to cite a post by, as it is copied."""
    text = browser.get(f"/posts/{slug}", headers={"Accept-Language": lang}).text
    found = re.search(r'<p class="cite[^>]*>(.*?)</p>', text, re.DOTALL)
    assert found is not None
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split())


def test_a_post_is_cited_by_names_roles_year_title_day_and_short_address(
    db: Session, alice: Account, client: Browser
) -> None:
    names = (BylineContent("Amal", "ny i Boden"), BylineContent("Petra"), BylineContent("أمل"))
    post = a_post(db, alice, bylines=names)
    db.commit()
    assert cited(client, post.slug or "") == (
        "Amal (ny i Boden), Petra, أمل (2019). Solen vill inte gå ner. Dagboken, 17 maj 2019. "
        f"http://localhost/p/{post.short}"
    )
    assert "17 مايو 2019" in cited(client, post.slug or "", "ar")


def test_without_a_name_the_diary_stands_first(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice, bylines=())
    db.commit()
    line = cited(client, post.slug or "")
    assert line.startswith("Dagboken (2019). Solen vill inte gå ner. 17 maj 2019. http")


def test_whoever_was_forgotten_is_not_cited(db: Session, alice: Account, client: Browser) -> None:
    post = a_post(db, alice)
    for byline in db.query(Byline).filter_by(revision_id=post.live_id):
        byline.name = byline.role = ""
    db.commit()
    assert cited(client, post.slug or "").startswith("Dagboken (2019).")


def test_without_a_title_its_first_words_stand_in_brackets(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice, title="", body="Idag kom grytan. Den var för liten.")
    db.commit()
    assert ". [Idag kom grytan.]. Dagboken" in cited(client, post.slug or "")


@pytest.mark.parametrize(
    ("precision", "said"),
    [("unknown", "Amal (ny i Boden). Solen"), ("year", "2019. http"), ("month", "maj 2019. http")],
)
def test_a_day_is_cited_as_exactly_as_it_is_known(
    db: Session, alice: Account, client: Browser, precision: str, said: str
) -> None:
    post = a_post(db, alice, dated=date(2019, 5, 1), precision=precision)
    db.commit()
    assert said in cited(client, post.slug or "")


def test_without_a_script_the_address_stands_there(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice)
    db.commit()
    text = client.get(f"/posts/{post.slug}").text
    assert f'<code dir="ltr">http://localhost/p/{post.short}</code>' in text
    assert f'src="/posts/{post.slug}/qr.svg"' in text
    buttons = re.findall(r"<button[^>]*data-deed[^>]*>", text)
    assert len(buttons) == 3
    assert all(" hidden" in button for button in buttons)


def scripts_of(client: Browser, address: str) -> list[str]:
    """The scripts of a page that run; what describes it to machines is data."""
    found = re.findall(r"<script[^>]*>", client.get(address).text)
    return [one for one in found if "application/ld+json" not in one]


def test_the_script_is_small_and_the_home_page_has_none(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice)
    db.commit()
    assert scripts_of(client, "/") == []
    assert scripts_of(client, f"/posts/{post.slug}") == [
        f'<script type="module" src="/js/{BUILD}/post.js">'
    ]
    assert len(client.get(f"/js/{BUILD}/post.js").data) < 2000


def test_the_code_is_a_picture_of_its_own(db: Session, alice: Account, client: Browser) -> None:
    post = a_post(db, alice)
    db.commit()
    answer = client.get(f"/posts/{post.slug}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg xmlns=")
    again = client.get(
        f"/posts/{post.slug}/qr.svg", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("what", ["qr.svg", "poster"])
def test_what_is_not_out_has_neither(
    db: Session, alice: Account, client: Browser, what: str
) -> None:
    gone = a_post(db, alice, Status.WITHDRAWN, title="Borta")
    db.commit()
    assert client.get(f"/posts/{gone.slug}/{what}").status_code == 410
    assert client.get(f"/posts/ingenting/{what}").status_code == 404


def test_the_sheet_says_who_where_and_asks_in_every_language(
    db: Session, alice: Account, lab: Lab, client: Browser, store: Storage
) -> None:
    put(db, {"contact_name": "Petra", "contact_phone": "070-123 45 67"})
    post = a_post(db, alice, store=store, pictures=1, lab="boden")
    db.commit()
    text = client.get(f"/posts/{post.slug}/poster", headers={"Accept-Language": "en"}).text
    for said in ("Boden", "Solen vill inte gå ner", "Vi satt ute", "Amal", "17 May 2019",
                 f">localhost/p/{post.short}<", "Petra", "070-123 45 67", "/pictures/",
                 'lang="sv"', 'lang="en"', 'lang="ar" dir="rtl"', "noindex"):  # fmt: skip
        assert said in text, said


def test_moderators_reach_the_sheet_from_their_list(
    db: Session, alice: Account, lab: Lab, as_coordinator: Browser, app: Flask
) -> None:
    post = a_post(db, alice, lab="boden")
    db.commit()
    assert f'href="/posts/{post.slug}/poster"' in as_coordinator.get("/moderation/posts").text
