"""Finished pages: kept for visitors alone, for what they asked, until something changes."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from diary.app import create_app
from diary.config import Settings
from diary.domain.due import expect
from diary.domain.journal import show_change
from diary.models import Account, Post, Status, begin_writing
from diary.web import page_cache
from diary.web.session import FROZEN
from tests.builders import NOW, a_post
from tests.conftest import Browser, Clock, browser_of
from tests.web.test_admin_settings import SETTINGS


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the app itself was asked, by path."""
    cache: Any = app.wsgi_app
    counted: Counter[str] = Counter()
    answer = cache._make

    def count(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        counted[environ["PATH_INFO"]] += 1
        return answer(environ, start)

    monkeypatch.setattr(cache, "_make", count)
    return counted


@pytest.fixture
def post(db: Session, alice: Account) -> Post:
    """What visitors can read."""
    made = a_post(db, alice, title="Första dagen")
    db.commit()
    return made


def test_a_page_is_made_once(client: Browser, post: Post, made: Counter[str]) -> None:
    first, second = client.get("/"), client.get("/")
    assert (first.data, list(first.headers)) == (second.data, list(second.headers))
    assert "Första dagen" in second.text
    assert made["/"] == 1


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/archive", "/privacy", "/labs.css"])
def test_a_kept_answer_is_the_apps_own(
    app: Flask, settings: Settings, post: Post, path: str
) -> None:
    kept = browser_of(app)
    kept.get(path)
    plain = browser_of(create_app(replace(settings, cache_mb=0), lambda: NOW))
    for method in ("GET", "HEAD"):
        ours, theirs = (one.open(path, method=method) for one in (kept, plain))
        assert (ours.status, ours.data) == (theirs.status, theirs.data)
        assert sorted(ours.headers) == sorted(theirs.headers)
    seen = {"If-None-Match": plain.get(path).headers["ETag"]}
    ours, theirs = (one.get(path, headers=seen) for one in (kept, plain))
    assert ours.status_code == theirs.status_code == 304
    assert ours.data == b""
    assert ours.headers["Content-Security-Policy"] == theirs.headers["Content-Security-Policy"]
    assert ours.headers["ETag"] == theirs.headers["ETag"]
    assert "Content-Type" not in ours.headers


def test_nothing_is_kept_for_somebody_signed_in(
    client: Browser, as_author: Browser, post: Post, made: Counter[str]
) -> None:
    assert "/mine" in as_author.get("/").text
    assert "/mine" not in client.get("/").text
    assert "/mine" in as_author.get("/").text
    assert made["/"] == 3


@pytest.mark.parametrize("name", page_cache.PERSONAL)
def test_a_cookie_that_tells_who_somebody_is_goes_past_it(
    client: Browser, post: Post, made: Counter[str], name: str
) -> None:
    client.get("/")
    client.set_cookie(name, "whatever")
    client.get("/")
    assert made["/"] == 2


def test_cookies_of_other_sites_do_not_matter(
    client: Browser, post: Post, made: Counter[str]
) -> None:
    for number in range(3):
        client.set_cookie("_ga", f"GA1.2.{number}")
        client.get("/")
    assert made["/"] == 1


def test_each_language_is_a_page_of_its_own(client: Browser, post: Post) -> None:
    def lang_of(**headers: str) -> str:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get("/", headers=sent).text.partition('<html lang="')[2][:2]

    for _ in range(2):
        assert lang_of(Accept_Language="ar, en;q=0.5") == "ar"
        assert lang_of(Accept_Language="en-GB") == "en"
        assert lang_of() == "sv"
        client.set_cookie("language", "sv")
        assert lang_of(Accept_Language="en-GB") == "sv"
        client.delete_cookie("language")


def test_browsers_that_mean_the_same_share_a_page(
    client: Browser, post: Post, made: Counter[str]
) -> None:
    for lang in ("sv", "sv-SE,sv;q=0.9,en;q=0.8", "sv-FI"):
        for coding in ("gzip", "gzip, deflate"):
            client.get("/", headers={"Accept-Language": lang, "Accept-Encoding": coding})
    assert made["/"] == 1


def test_each_coding_is_kept_for_itself(client: Browser, post: Post, made: Counter[str]) -> None:
    for _ in range(2):
        for coding in ("gzip", "br", "zstd"):
            answer = client.get("/", headers={"Accept-Encoding": coding})
            assert answer.content_encoding == coding
        assert client.get("/").content_encoding is None
    assert made["/"] == 4


def test_a_feed_looked_at_in_a_browser_is_a_page(client: Browser, post: Post) -> None:
    for _ in range(2):
        assert client.get("/feed.atom").mimetype == "application/atom+xml"
        looked = client.get("/feed.atom", headers={"Sec-Fetch-Dest": "document"})
        assert looked.mimetype == "text/html"


def test_what_has_changed_is_shown(client: Browser, post: Post, db: Session, bob: Account) -> None:
    client.get("/")
    begin_writing(db)
    a_post(db, bob, title="Andra dagen")
    db.commit()
    assert "Andra dagen" in client.get("/").text


def test_what_is_due_is_let_out(
    client: Browser, db: Session, bob: Account, clock: Clock, made: Counter[str]
) -> None:
    client.get("/")
    waiting = a_post(db, bob, Status.SUBMITTED, title="Om en dag")
    waiting.status, waiting.publish_at = Status.SCHEDULED, NOW + timedelta(days=1)
    expect(db, waiting.publish_at)
    db.commit()
    assert "Om en dag" not in client.get("/").text
    assert made["/"] == 1
    clock.pass_by(days=1)
    assert "Om en dag" in client.get("/").text
    before = made["/"]
    assert "Om en dag" in client.get("/").text
    assert "Om en dag" in client.get("/").text
    assert made["/"] == before + 1


def test_another_day_is_another_page(
    client: Browser, post: Post, clock: Clock, made: Counter[str]
) -> None:
    client.get("/archive")
    clock.pass_by(days=1)
    client.get("/archive")
    assert made["/archive"] == 2


# ---------------------------------------------------------------- who may have it


def test_another_host_gets_no_page_and_leaves_none(
    client: Browser, post: Post, made: Counter[str]
) -> None:
    for _ in range(2):
        assert client.get("/", base_url="http://evil.example").status_code == 400
        assert client.get("/").status_code == 200
    assert made["/"] == 3


def test_addresses_are_those_of_the_host_that_was_asked(client: Browser, post: Post) -> None:
    for _ in range(2):
        for home in ("http://localhost:8000", "http://127.0.0.1:9000"):
            text = client.get(f"/posts/{post.slug}", base_url=home).text
            assert f'rel="canonical" href="{home}/' in text


def test_what_a_proxy_says_counts_only_behind_one(settings: Settings, post: Post) -> None:
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "127.0.0.1"}
    forged = {**said, "X-Forwarded-Host": "evil.example"}
    for proxies, home in ((0, "http://localhost"), (1, "https://127.0.0.1")):
        app = create_app(replace(settings, proxies=proxies), lambda: NOW)
        app.config["TESTING"] = True
        visitor = browser_of(app)
        for _ in range(2):
            assert f'href="{home}/' in visitor.get("/about", headers=said).text
            assert 'href="http://localhost/' in visitor.get("/about").text
            assert (visitor.get("/about", headers=forged).status_code == 400) == (proxies == 1)


def test_a_frozen_page_is_not_kept(client: Browser, post: Post, made: Counter[str]) -> None:
    client.get("/")
    client.get("/", environ_overrides={FROZEN: NOW.date()})
    client.get("/", environ_overrides={FROZEN: NOW.date()})
    assert made["/"] == 3


@pytest.mark.parametrize(
    "path",
    [
        "/posts/none",
        "/nothing/here",
        "/login",
        "/subscribe",
        "/healthz",
        "/archive/download",
        "/me",
    ],
)
def test_refusals_forms_and_probes_are_not_kept(
    client: Browser, post: Post, made: Counter[str], path: str
) -> None:
    client.get(path)
    client.get(path)
    assert made[path] == 2


# ---------------------------------------------------------------- conditions and queries


def test_whoever_has_it_is_told_so(client: Browser, post: Post, made: Counter[str]) -> None:
    tag = client.get("/").headers["ETag"]
    for seen in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        assert client.get("/", headers={"If-None-Match": seen}).status_code == 304
    assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200
    assert made["/"] == 1


def test_a_feed_is_known_by_its_day_too(client: Browser, post: Post, made: Counter[str]) -> None:
    changed = client.get("/feed.atom").headers["Last-Modified"]
    for _ in range(2):
        same = client.get("/feed.atom", headers={"If-Modified-Since": changed})
        assert same.status_code == 304
        earlier = {"If-Modified-Since": "Mon, 01 Jan 2018 00:00:00 GMT"}
        assert client.get("/feed.atom", headers=earlier).status_code == 200
    assert made["/feed.atom"] == 1


def test_what_other_sites_add_to_a_link_makes_no_other_page(
    client: Browser, post: Post, made: Counter[str]
) -> None:
    path = f"/posts/{post.slug}"
    texts = {client.get(f"{path}?fbclid={number}&utm_source=x").text for number in range(3)}
    assert len(texts) == 1
    assert "fbclid" not in texts.pop()
    assert made[path] == 1


def test_a_query_nobody_knows_is_not_kept(client: Browser, post: Post, made: Counter[str]) -> None:
    client.get("/?colour=red")
    client.get("/?colour=red")
    assert made["/"] == 2


def test_made_up_queries_take_no_more_than_there_is(post: Post, app: Flask) -> None:
    visitor, cache = browser_of(app), app.wsgi_app
    assert isinstance(cache, page_cache.PageCache)
    for number in range(30):
        visitor.get(f"/?before={number}", headers={"Accept-Language": "x" * 990})
    assert cache._kept is not None
    assert cache._kept._size <= cache._limit
    assert len(cache._kept.requests) == 0  # too long to be known word for word


# ---------------------------------------------------------------- many at once


def test_many_who_ask_at_once_wait_for_one(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache: Any = app.wsgi_app
    answer, asked, gate = cache._make, [], Barrier(8)

    def slowly(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        asked.append(environ["PATH_INFO"])
        sleep(0.3)
        return answer(environ, start)

    def ask(_number: int) -> str:
        gate.wait()
        return browser_of(app).get("/").text

    monkeypatch.setattr(cache, "_make", slowly)
    with ThreadPoolExecutor(8) as pool:
        texts = set(pool.map(ask, range(8)))
    assert len(texts) == 1
    assert asked == ["/"]


def test_whoever_waits_for_a_page_that_fails_goes_on(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache: Any = app.wsgi_app
    answer, asked, gate = cache._make, [], Barrier(4)

    def fail_once(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        asked.append(environ["PATH_INFO"])
        if len(asked) == 1:
            sleep(0.3)
            raise RuntimeError
        return answer(environ, start)

    def ask(_number: int) -> int:
        gate.wait()
        try:
            return browser_of(app).get("/").status_code
        except RuntimeError:
            return 500

    monkeypatch.setattr(cache, "_make", fail_once)
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, range(4))) == [200, 200, 200, 500]
    assert cache._being_made == {}


# ---------------------------------------------------------------- as it runs


@pytest.fixture
def running(app: Flask, made: Counter[str], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app as it serves: the version is read only now and then."""
    monkeypatch.setitem(app.config, "TESTING", False)
    return app


def test_the_version_is_read_a_few_times_a_second(
    running: Flask, post: Post, made: Counter[str]
) -> None:
    visitor, asked = browser_of(running), []
    visitor.get("/")
    engine = running.extensions["diary"].sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    begun = monotonic()
    pages = 100
    for before in range(1, pages):
        visitor.get("/")
        visitor.get(f"/?before={before}")
    looks = sum("FROM state" in statement for statement in asked)
    assert looks <= (monotonic() - begun) / page_cache.LOOKS_EVERY + 1
    assert made["/"] == pages


def test_a_change_elsewhere_is_seen_within_a_second(
    running: Flask, db: Session, post: Post
) -> None:
    visitor = browser_of(running)
    before = visitor.get("/").headers["ETag"]
    begin_writing(db)
    show_change(db, NOW)
    db.commit()
    until = monotonic() + 1
    while visitor.get("/").headers["ETag"] == before:
        assert monotonic() < until
        sleep(0.02)


def test_what_is_written_here_is_seen_here_at_once(
    running: Flask, post: Post, log_in: Callable[[Account], Browser], lea: Account
) -> None:
    visitor, lead = browser_of(running), log_in(lea)
    before = visitor.get("/").headers["ETag"]
    assert lead.post("/settings", data={**SETTINGS, "title": "Ett nytt namn"}).status_code == 303
    assert visitor.get("/").headers["ETag"] != before


def test_without_room_nothing_is_kept(settings: Settings, post: Post) -> None:
    app = create_app(replace(settings, cache_mb=0), lambda: NOW)
    made: list[str] = []
    app.before_request(lambda: made.append("once more"))
    browser = browser_of(app)
    assert [browser.get("/").status_code for _ in range(3)] == [200] * 3
    assert len(made) == 3
