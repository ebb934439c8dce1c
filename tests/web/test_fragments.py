"""What is kept by what it is made of: never another page's, language's or day's words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from flask import render_template_string
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.app import create_app
from diary.config import Settings
from diary.demo import loader
from diary.demo.loader import Workshop, build
from diary.media.storage import Storage
from diary.models import Post
from diary.queries import cards
from diary.web.fragments import LONGEST, Fragments
from tests.builders import NOW
from tests.conftest import Browser, browser_of
from tests.web.test_every_feed import undrawn

PATHS = (
    *("/", "/?before=150", "/archive", "/archive/2019", "/archive/2019/05", "/archive?lab=boden"),
    *("/labs", "/labs/boden", "/methods", "/methods/integrationskor", "/search?q=boden"),
    *("/feed.atom", "/feed.rss", "/feed.json", "/labs/boden/feed.atom", "/feed/archive/2.atom"),
)
Pages = dict[tuple[str, str], bytes]


def pages(settings: Settings, posts: list[str]) -> Pages:
    """Many public pages in all languages; each is asked for once more when all are known."""
    browser = browser_of(create_app(replace(settings, cache_mb=0), lambda: NOW))
    asked = list(product((*PATHS, *posts), ("sv", "en", "ar")))

    def all_of_them() -> Pages:
        return {
            (path, lang): browser.get(path, headers={"Accept-Language": lang}).data
            for path, lang in asked
        }

    all_of_them()
    return all_of_them()


def test_pages_say_what_they_would_say_if_nothing_were_kept(
    settings: Settings,
    sessions: sessionmaker[Session],
    store: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loader, "_drawn", undrawn)
    build(Workshop(sessions, store, NOW, lambda _done, _total: None))
    with sessions() as db:
        slugs = db.scalars(select(Post.slug).where(Post.slug.is_not(None)).order_by(Post.id)).all()
    some = [f"/posts/{slug}" for slug in slugs[::12]]
    posts = [*some, *(f"{path}?lab=boden" for path in some)]
    kept = pages(settings, posts)

    def anew(_self: Any, _where: Any, _made_of: Any, caller: Callable[[], str]) -> str:
        return caller()

    def whole(_self: Any, _made_of: Any, make: Callable[[], str]) -> bytes:
        return make().encode()

    monkeypatch.setattr(Fragments, "_kept", anew)
    monkeypatch.setattr(Fragments, "whole", whole)
    monkeypatch.setattr(cards, "remember", lambda *_: None)
    made = pages(settings, posts)
    assert [asked for asked in made if made[asked] != kept[asked]] == []


@pytest.fixture
def counted(settings: Settings) -> Iterator[Callable[..., str]]:
    """Renders a kept part that tells how often it was made."""
    app = create_app(settings)
    made: list[str] = []
    template = "{% kept key, about %}{{ about }}{{ make() }}{% endkept %}"

    def render(about: object, key: object = "key", words: str = "!") -> str:
        def make() -> str:
            made.append(words)
            return f"{len(made)}{words}"

        return render_template_string(template, key=key, about=about, make=make)

    with app.test_request_context():
        yield render


def test_a_part_is_made_once_for_the_same_values(counted: Callable[..., str]) -> None:
    assert counted("a") == counted("a") == "a1!"
    assert counted("b") == "b2!"
    assert counted("a", key="another") == "a3!"
    assert counted("a") == "a1!"


def test_nothing_is_kept_without_a_key(counted: Callable[..., str]) -> None:
    assert (counted("a", key=None), counted("a", key=None)) == ("a1!", "a2!")


def test_what_is_very_long_is_not_kept(counted: Callable[..., str]) -> None:
    long = "x" * LONGEST
    assert counted("a", words=long) != counted("a", words=long)


def test_what_is_kept_is_escaped_once(counted: Callable[..., str]) -> None:
    assert counted("<b>") == counted("<b>") == "&lt;b&gt;1!"


def test_nothing_is_kept_of_what_a_member_sees(client: Browser, as_author: Browser) -> None:
    """A feed is the same for all, but the page that says there is none is not."""
    for browser in (as_author, client):
        answer = browser.get("/feed/archive/99.atom")
        assert answer.status_code == 404
        assert ('href="/me"' in answer.text) is (browser is as_author)
