"""Every feed there is, of the demonstration and of words nobody wished for, keeps the rules.

The addresses come from the URL map, so that a new feed is looked at by itself.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, url_for
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.routing import Rule

from diary.demo import loader
from diary.demo.content import Source
from diary.demo.loader import Workshop, build
from diary.domain.content import BylineContent
from diary.domain.settings import put
from diary.media.images import Prepared
from diary.media.storage import Storage
from diary.models import (
    Lab,
    Method,
    Person,
    Revision,
    SecondKind,
    begin_writing,
)
from diary.text.markdown import render
from tests.builders import NOW, a_method, a_post, a_prepared, an_account
from tests.conftest import browser_of
from tests.feeds.rules import faults

NAUGHTY = (
    "<script>alert('x')</script>",
    "<img src=x onerror=alert(1)>",
    "]]> <![CDATA[ & &amp; &#x1b; &nbsp;",
    "\x1b[31m \x0b \x7f \x85 \ufffe \ufffd",
    "   \u200b\u2028\u2029 ",
    "\u202eesrever \u2066isolated",
    "👩‍👩‍👧 🇸🇪 𝒯𝓇𝒾𝒸𝓀𝓎 Z̷̡a̸l̵g̷o̴",
    "مرحبا <b>بكم</b> ﷽ ﷺ",
    "../../etc/passwd %00 %s {0} {{ 7*7 }} ${x}",
    '" onmouseover="x" \' ; DROP TABLE posts; --',
    "[länk](javascript:alert(1)) ![](data:text/html,x) <https://exempel.se/å ä>",
    "[trasig](http://[) [//](//) [#](#x) ![bild](../bild.jpg)",
    "a" * 300,
    "\r\n\t1\r2",
)


@pytest.fixture
def demonstration(
    app: Flask,
    sessions: sessionmaker[Session],
    store: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> Flask:
    """The whole demonstration, with one small picture for all it draws, and naughty words."""
    monkeypatch.setattr(loader, "_drawn", undrawn)
    build(Workshop(sessions, store, NOW, lambda _done, _total: None))
    with sessions() as db:
        begin_writing(db)
        write_naughty_posts(db, store)
        db.commit()
    return app


def undrawn(sources: list[Source]) -> Iterator[tuple[Source, list[Prepared]]]:
    for source in sources:
        yield source, [a_prepared() for _ in source.drawings]


def write_naughty_posts(db: Session, store: Storage) -> None:
    """Each string wherever words can stand, as an import would bring it past the forms."""
    put(db, {"title": "Vår <b>dagbok</b> & er", "sentence": {"sv": NAUGHTY[2]}})
    naughty = an_account(db, "naughty", trusted=True)
    naughty.person.slug = "naughty"
    a_method(db, "naughty", NAUGHTY[0])
    byline = BylineContent("x", person_id=naughty.person.id)
    for number, words in enumerate(NAUGHTY):
        lang = "ar" if number % 2 else "sv"
        post = a_post(
            db, naughty, store=store, pictures=2, lang=lang, lab="boden", methods=("naughty",),
            bylines=(byline,), second_kind=SecondKind.EASY, second_body="x",
        )  # fmt: skip
        revision = db.get_one(Revision, post.live_id)
        overwrite(revision, words)


def overwrite(revision: Revision, words: str) -> None:
    revision.title = revision.heading = revision.opening = revision.body = words
    revision.gist = revision.scribe = words
    revision.html = revision.second_html = render(words)
    for byline in revision.bylines:
        byline.name = byline.role = words
    for shown in revision.pictures:
        shown.alt = shown.caption = shown.credit = words


def feeds(app: Flask) -> list[Rule]:
    """The addresses of feeds: they alone say a format."""
    return [rule for rule in app.url_map.iter_rules() if "format" in rule.arguments]


def beginnings(app: Flask, kind: str) -> Iterator[str]:
    """Every feed of a kind: of each place, way of working and author; of what is numbered, one."""
    with app.extensions["diary"].sessions() as db:
        scopes: dict[str, Any] = {"labs": Lab, "methods": Method, "authors": Person}
        slugs = {name: [*filter(None, db.scalars(select(of.slug)))] for name, of in scopes.items()}
    for rule in feeds(app):
        if kind not in rule._converters["format"].items:  # type: ignore[attr-defined]
            continue
        numbers: dict[str, Any] = dict.fromkeys(rule.arguments - {"format", "slug"}, 1)
        for slug in slugs.get(rule.rule.split("/")[1], [""]):
            named = {"slug": slug} if slug else {}
            named |= {"q": "kör"} if rule.endpoint == "feeds.search_feed" else {}
            with app.test_request_context():
                yield url_for(rule.endpoint, format=kind, **named, **numbers)


def onward(kind: str, document: bytes) -> list[str]:
    """The documents that this one leads to."""
    if kind == "json":
        following = json.loads(document).get("next_url")
        return [following] if following else []
    links = etree.fromstring(document).iter("{http://www.w3.org/2005/Atom}link")
    ways = {"next", "prev-archive", "next-archive", "current"}
    return [link.get("href") for link in links if link.get("rel") in ways]


def test_every_feed_keeps_the_rules(demonstration: Flask) -> None:
    browser, wrong = browser_of(demonstration), {}
    items = json.loads(browser.get("/feed.json").data)["items"]
    assert len([item for item in items if item["title"] in NAUGHTY]) >= 8
    for kind in ("atom", "rss", "json"):
        waiting, seen = [*beginnings(demonstration, kind)], set()
        assert len(waiting) > 30
        while waiting:
            address = waiting.pop().removeprefix("http://localhost")
            if address in seen:
                continue
            seen.add(address)
            answer = browser.get(address)
            assert answer.status_code == 200, address
            waiting += onward(kind, answer.data)
            if found := faults(kind, answer.data):
                wrong[address] = found
    assert wrong == {}
