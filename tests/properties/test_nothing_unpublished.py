"""Nothing unpublished is reachable by any public address, feed or picture."""

import html
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid, picture_path
from diary.domain import moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.content import PictureContent, from_json
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Byline,
    Kind,
    Lab,
    Person,
    Picture,
    Post,
    Rendition,
    Revision,
    Status,
)
from tests.builders import HOUSE, NOW, a_content, a_lead, a_method, a_picture, a_post
from tests.conftest import Browser

SECRET = "Hemlighet"
HIDDEN = [status for status in Status if status not in {Status.PUBLISHED, Status.SCHEDULED}]
STARTS = ("/", "/archive", "/labs", "/methods", "/feeds", "/sitemap.xml", "/robots.txt", "/about")
LINK = re.compile(
    r"""(?:href|src|action)="([^"]+)"|<loc>([^<]+)|<(?:link|id)>([^<]+)|"url": ?"([^"]+)"""
)


@dataclass
class House:
    """A diary with one public post and one of every other kind, all about the same place."""

    public: Post
    hidden: dict[str, Post]
    pictures: dict[str, str]
    """Tokens of pictures nobody but the writer may see, by why."""


@pytest.fixture
def house(db: Session, store: Storage, alice: Account, lab: Lab) -> House:
    a_method(db, "kor")
    about: dict[str, Any] = {"lab": "boden", "methods": ("kor",)}
    public = a_post(db, alice, store=store, pictures=2, title="Alla får läsa", **about)
    hidden = {
        str(status): a_post(
            db,
            alice,
            status,
            store=store,
            pictures=1,
            title=f"{SECRET} {status}",
            body=f"{SECRET} i texten",
            gist=f"{SECRET} i raden",
            **about,
        )
        for status in HIDDEN
    }
    pictures = {why: _token(db, post) for why, post in hidden.items()}
    gone, unread = _change(db, store, alice, public)
    _give_author_page(db, public, *hidden.values())
    db.commit()
    return House(public, hidden, {**pictures, "removed": gone, "in a waiting text": unread})


def _token(db: Session, post: Post) -> str:
    return db.scalars(select(Picture.token).where(Picture.post_id == post.id)).one()


def _give_author_page(db: Session, *posts: Post) -> None:
    """Let one person with a page of their own sign all the posts."""
    amal = Person(uid=new_uid(), name="Amal", slug="amal", kind=Kind.RESIDENT, created_at=NOW)
    signed = select(Byline).join(Revision, Byline.revision_id == Revision.id)
    for byline in db.scalars(signed.where(Revision.post_id.in_([post.id for post in posts]))):
        byline.person = amal


def _change(db: Session, store: Storage, alice: Account, post: Post) -> tuple[str, str]:
    """Publish the post without its second picture; then let a text with a third one wait."""
    actor = actor_of(alice)
    first, second = from_json(writing.working_copy(db, actor, post).content).pictures
    kept = a_content(title="Alla får läsa", lab="boden", methods=("kor",), pictures=(first,))
    _send(db, alice, post, kept)
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0)
    moderation.decide(db, a_lead(db), post.id, verdict, NOW, HOUSE)
    unread = a_picture(db, store, post, "#123456").token
    more = (first, PictureContent(unread, caption=f"{SECRET} under bilden"))
    _send(db, alice, post, replace(kept, title=f"{SECRET} som väntar", pictures=more))
    return second.token, unread


def _send(db: Session, alice: Account, post: Post, content: object) -> None:
    actor = actor_of(alice)
    writing.save(db, actor, post, content, NOW)  # type: ignore[arg-type]
    writing.submit(db, actor, post, NOW, HOUSE)
    db.flush()


def crawl(browser: Browser) -> dict[str, str]:
    """All pages and feeds that can be reached from the public ones by following links."""
    seen: dict[str, str] = {}
    ahead = list(STARTS)
    while ahead:
        address = ahead.pop()
        if address in seen or address.startswith(("/static", "/pictures")):
            continue
        answer = browser.get(address)
        seen[address] = answer.text if answer.mimetype != "image/webp" else ""
        for found in LINK.findall(seen[address]):
            parts = urlsplit(html.unescape(next(filter(None, found))))
            if parts.netloc in {"", "localhost"} and parts.path.startswith("/"):
                ahead.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


def visitors(client: Browser, log_in: object, bob: Account) -> list[Browser]:
    return [client, log_in(bob)]  # type: ignore[operator]


def test_no_page_or_feed_a_visitor_can_reach_shows_it(client: Browser, house: House) -> None:
    pages = crawl(client)
    assert {"/", f"/posts/{house.public.slug}", "/feed.atom", "/labs/boden/feed.json"} <= set(pages)
    assert "/authors/amal" in pages
    assert [address for address, text in pages.items() if SECRET in text] == []
    assert "Alla får läsa" in pages["/"]


def test_every_public_address_is_walked(app: Flask, client: Browser, house: House) -> None:
    """Each public view answers without it, filled with what the hidden posts would need."""
    slugs = {"lab": "boden", "method": "kor", "author": "amal"}
    values = {
        "short": house.hidden["draft"].short,
        "format": "atom",
        "year": 2019,
        "month": 5,
        "token": house.pictures["draft"],
        "width": 64,
        "stamp": "0",
        "extension": "webp",
        "filename": "css/base.css",
    }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        kind = rule.endpoint.partition(".")[2].removesuffix("_feed")
        slug = slugs.get(kind, house.hidden["withdrawn"].slug)
        named = {name: values.get(name, 1) for name in rule.arguments}
        if "slug" in named:
            named["slug"] = slug
        answer = client.get(adapter.build(rule.endpoint, named))
        assert SECRET.encode() not in answer.data, rule.rule
        assert answer.status_code < 500, rule.rule
        assert kind not in slugs or answer.status_code == 200, rule.rule


def test_addresses_of_hidden_posts(
    client: Browser, log_in: object, bob: Account, house: House
) -> None:
    for browser in visitors(client, log_in, bob):
        for why, post in house.hidden.items():
            gone = 410 if why == "withdrawn" else 404
            assert browser.get(f"/p/{post.short}").status_code == gone, why
            if post.slug:
                assert browser.get(f"/posts/{post.slug}").status_code == 410


def test_pictures_nobody_may_see_yet_or_any_more(
    db: Session, client: Browser, log_in: object, bob: Account, house: House
) -> None:
    for browser in visitors(client, log_in, bob):
        for why, token in house.pictures.items():
            for size in renditions(db, token):
                assert browser.get(size).status_code in {404, 410}, why


def test_the_writer_sees_their_own_pictures_and_none_is_kept_in_between(
    db: Session, log_in: object, alice: Account, house: House
) -> None:
    browser = log_in(alice)  # type: ignore[operator]
    for why, token in house.pictures.items():
        answer = browser.get(renditions(db, token)[0])
        assert answer.status_code == 200, why
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_recalled_picture_is_gone(db: Session, client: Browser, house: House) -> None:
    own = select(Picture).where(Picture.post_id == house.public.id).order_by(Picture.id)
    shown = db.scalars(own.limit(1)).one()
    address = renditions(db, shown.token)[0]
    assert client.get(address).status_code == 200
    shown.recalled_at = NOW
    db.commit()
    assert client.get(address).status_code == 410
    assert shown.token not in client.get(f"/posts/{house.public.slug}").text


def renditions(db: Session, token: str) -> list[str]:
    sizes = db.scalars(select(Rendition).join(Picture).where(Picture.token == token))
    return [picture_path(token, size.width, size.stamp, size.extension) for size in sizes]
