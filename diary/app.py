"""The roof: puts the rooms together."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from diary.config import Settings, load
from diary.media import memory
from diary.media.storage import open_storage
from diary.models import make_engine, make_sessions
from diary.web import (
    accounts,
    admin,
    blurring,
    cache,
    cards,
    deputies,
    devices,
    downloads,
    errors,
    feeds,
    following,
    forgotten,
    frozen,
    guards,
    handouts,
    headers,
    history,
    joining,
    journal,
    journey,
    linked_data,
    live,
    matrix,
    mine,
    moderation,
    moved,
    never_shown,
    objections,
    oembed,
    own,
    pages,
    passkeys,
    phone,
    pictures,
    previews,
    question,
    readers,
    reading,
    rendering,
    report,
    search,
    sent_in,
    session,
    sharing,
    sitemap,
    standing,
    subscriptions,
    telling,
    undecided,
    watching,
    writing,
)
from diary.web.composing import Desk
from diary.web.page_cache import PageCache, Wsgi

ROOMS = (
    reading,
    sharing,
    journey,
    downloads,
    matrix,
    search,
    sent_in,
    writing,
    live,
    mine,
    moderation,
    history,
    telling,
    readers,
    blurring,
    standing,
    never_shown,
    undecided,
    journal,
    handouts,
    deputies,
    report,
    question,
    objections,
    accounts,
    joining,
    forgotten,
    passkeys,
    cards,
    devices,
    own,
    admin,
    feeds,
    following,
    subscriptions,
    pictures,
    previews,
    linked_data,
    oembed,
    sitemap,
    pages,
    frozen,
    phone,
)
REQUEST_BYTES = 500 * 1024**2
"""Twelve pictures of 40 MB and the words with them."""


def create_app(
    settings: Settings | None = None, clock: Callable[[], datetime] = session.system_clock
) -> Flask:
    """The diary as a WSGI application; `clock` gives the time, in UTC."""
    settings = settings or load()
    app = Flask("diary", static_folder="static", template_folder="templates")
    app.extensions["diary"] = session.Services(
        settings=settings,
        sessions=make_sessions(make_engine(settings.database_url), hub=bool(settings.hub_url)),
        store=open_storage(settings.storage_url),
        clock=clock,
    )
    memory.wait_at(settings.instance / "pictures.lock")
    _configure(app, settings)
    app.request_class = guards.ClosingRequest
    app.url_map.converters["int"] = guards.Id
    # Answers pass these in reverse: the commit comes first, the headers last.
    headers.init_app(app)
    app.after_request(cache.same_without_cookie)
    rendering.init_app(app)
    guards.init_app(app)
    cache.init_app(app)
    session.init_app(app)
    moved.init_app(app)
    errors.init_app(app)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    watching.init_app(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="diary",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        # Set once, on logging in: else pictures and style sheets would carry it, too.
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=session.A_YEAR,
        MAX_CONTENT_LENGTH=REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=guards.FORM_BYTES,
        MAX_FORM_PARTS=2_000,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=1),
        TRUSTED_HOSTS=_trusted_hosts(settings),
    )

    def behind_proxies(answer: Wsgi) -> Wsgi:
        count = settings.proxies
        return ProxyFix(answer, count, count, count) if count else answer

    app.wsgi_app = PageCache(app, settings.cache_mb, behind_proxies)  # type: ignore[assignment,method-assign]


def _trusted_hosts(settings: Settings) -> list[str]:
    """The hosts the diary answers for: its own, and this machine's own names."""
    own = urlsplit(settings.base_url or "").hostname
    return [*([own] if own else []), "localhost", "127.0.0.1", "[::1]"]


def create_desk(settings: Settings) -> Desk:
    """The diary at work without a visitor: it composes letters."""
    return Desk(create_app(settings))


def create_demo() -> Flask:
    """The demonstration as a WSGI application."""
    return create_app(load(demo=True))
