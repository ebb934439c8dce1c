"""Feeds of everything, of a place, of a way of working and of an author."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Select

from diary.addresses import picture_path, post_path, urn
from diary.domain.errors import NotFound
from diary.feeds import (
    MEDIA_TYPES,
    Category,
    Entry,
    Feed,
    FeedAuthor,
    FeedPicture,
    SecondText,
    atom,
    json_feed,
    rss,
)
from diary.feeds import absolute as absolute_within
from diary.models import Lab, Method, Origin, Person, Post, Revision
from diary.queries import posts, search, site, taxonomy
from diary.queries.rows import PictureView, PostCard
from diary.text.films import host
from diary.text.stem import query
from diary.web.cache import last_modified
from diary.web.guards import Access, access
from diary.web.moved import led_on
from diary.web.rendering import absolute, diary_site, language, page
from diary.web.search import address, asked_for
from diary.web.session import reading as db
from diary.web.session import release
from diary.web.texts import corrected, second_word, written_for
from diary.web.words import named, voice_word

blueprint = Blueprint("feeds", __name__)

FORMATS = {"atom": atom, "rss": rss, "json": json_feed}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a feed follows: a uid that stays, a name, the page it belongs to and its posts."""

    uid: str
    name: str
    home: str
    chosen: Select[Post, Revision]


@blueprint.get("/feed.<any(atom, rss, json):format>")
@access(Access.PUBLIC)
def feed(format: str) -> ResponseReturnValue:  # noqa: A002 (the address's own word)
    """The newest posts of the whole diary."""
    everything = Scope(urn(site.uid(db())), "", url_for("reading.home"), posts.published())
    return _answer(everything, format)


@blueprint.get("/labs/<slug>/feed.<any(atom, rss, json):format>")
@access(Access.PUBLIC)
def lab_feed(slug: str, format: str) -> ResponseReturnValue:  # noqa: A002
    """The newest posts of a place."""
    found = taxonomy.lab(db(), slug)
    return _of(found, posts.in_lab, format) if found else led_on(Lab, slug)


@blueprint.get("/methods/<slug>/feed.<any(atom, rss, json):format>")
@access(Access.PUBLIC)
def method_feed(slug: str, format: str) -> ResponseReturnValue:  # noqa: A002
    """The newest posts of a way of working."""
    found = taxonomy.method(db(), slug)
    return _of(found, posts.with_method, format) if found else led_on(Method, slug)


@blueprint.get("/authors/<slug>/feed.<any(atom, rss, json):format>")
@access(Access.PUBLIC)
def author_feed(slug: str, format: str) -> ResponseReturnValue:  # noqa: A002
    """The newest posts of a person who asked for a page."""
    found = taxonomy.person_at(db(), slug)
    return _of(found, posts.by_person, format) if found else led_on(Person, slug)


@blueprint.get("/search/feed.<any(atom, rss, json):format>")
@access(Access.PUBLIC)
def search_feed(format: str) -> ResponseReturnValue:  # noqa: A002
    """The newest posts that a search finds."""
    asked, filters = asked_for()
    terms = query(asked)
    if not terms:
        raise NotFound
    home = address(asked, filters)
    uid = urn(uuid5(site.uid(db()), home))
    return _answer(Scope(uid, asked, home, search.matching(db(), terms, filters)), format)


HOMES = {Lab: "reading.lab", Method: "reading.method", Person: "reading.author"}


def _of(
    found: Lab | Method | Person, chosen: Callable[[int], Select[Post, Revision]], kind: str
) -> Response:
    home = url_for(HOMES[type(found)], slug=found.slug)
    return _answer(Scope(urn(found.uid), found.name, home, chosen(found.id)), kind)


@blueprint.get("/feeds")
@access(Access.PUBLIC)
def index() -> ResponseReturnValue:
    """How to follow, and every feed there is."""
    lang = language()
    rows = [(_("All posts"), _addresses("feed"))]
    rows += [(lab.name, _addresses("lab_feed", lab.slug)) for lab in site.labs(db(), lang)]
    ways = site.methods(db(), lang, retired=True)
    rows += [(way.name, _addresses("method_feed", way.slug)) for way in ways]
    return page("feeds/index.html", feeds=[(label, *addresses) for label, addresses in rows])


def _addresses(endpoint: str, slug: str | None = None) -> tuple[str, ...]:
    where: dict[str, Any] = {"slug": slug} if slug else {}
    return tuple(absolute(url_for(f"feeds.{endpoint}", format=f, **where)) for f in FORMATS)


def _answer(scope: Scope, kind: str) -> Response:
    settings = diary_site()
    cards = posts.stream(db(), scope.chosen, lang=settings.main_language).posts
    changed = last_modified()
    release()
    # A feed speaks the diary's main language, whoever fetches it.
    with force_locale(settings.main_language):
        entries = tuple(_entry(card, settings) for card in cards)
    feed = Feed(
        uid=scope.uid,
        title=f"{scope.name} – {settings.title}" if scope.name else settings.title,
        subtitle=settings.said(settings.sentence, settings.main_language),
        lang=settings.main_language,
        home_url=absolute(scope.home),
        self_url=absolute(_feed_of(scope.home, kind)),
        icon=absolute(url_for("static", filename="img/touch-icon.png")),
        rights=settings.licence,
        updated=max((entry.updated for entry in entries), default=changed),
        entries=entries,
    )
    response = Response(FORMATS[kind](feed), content_type=f"{MEDIA_TYPES[kind]}; charset=utf-8")
    response.last_modified = changed
    return response


def _feed_of(home: str, kind: str) -> str:
    path, mark, asked = home.partition("?")
    return f"{path.rstrip('/')}/feed.{kind}{mark}{asked}"


def _entry(card: PostCard, settings: site.Site) -> Entry:
    url = absolute(post_path(card.slug))
    published = card.published_at or datetime.min.replace(tzinfo=UTC)
    return Entry(
        uid=card.uid,
        url=url,
        title=card.heading,
        html=absolute_within(card.html, url) + str(_provenance(card)),
        summary=card.gist or card.opening,
        lang=card.lang,
        published=published,
        updated=card.updated_at or published,
        authors=tuple(
            FeedAuthor(
                named(one.name),
                one.role,
                absolute(url_for("reading.author", slug=one.page)) if one.page else None,
            )
            for one in card.bylines
        ),
        categories=tuple(_categories(card)),
        pictures=tuple(_picture(picture) for picture in card.pictures),
        rights=settings.licence,
        gist=card.gist if card.lang != settings.main_language else "",
        second=_second(card),
        written_for=written_for(card).striptags(),
        corrections=tuple(corrected(one).striptags() for one in card.corrections),
        feed_lang=settings.main_language,
    )


def _second(card: PostCard) -> SecondText | None:
    if not (card.second_kind and card.second_html):
        return None
    return SecondText(second_word(card), card.second_lang, card.second_html)


def _provenance(card: PostCard) -> Markup:
    """Where a post that was not written here comes from: plain in feeds, too."""
    if card.provenance == Origin.WRITTEN:
        return Markup()
    if card.provenance == Origin.EXAMPLE:
        return Markup("<p><small>{}</small></p>").format(_("Example text"))
    facts = "" if card.html else _("Only facts about this post are kept here, not its text.") + " "
    return Markup('<p><small>{}{}: <a href="{}">{}</a></small></p>').format(
        facts, _("Recovered from public traces"), card.source_url, card.source_url
    )


def _categories(card: PostCard) -> list[Category]:
    found = [Category(absolute("/methods"), way.slug, way.name) for way in card.methods]
    if card.lab:
        found.insert(0, Category(absolute("/labs"), card.lab.slug, card.lab.name))
    if card.voice:
        found.append(Category(absolute("/archive"), card.voice, voice_word(card.voice)))
    return found


def _picture(picture: PictureView) -> FeedPicture:
    size = picture.jpeg
    path = picture_path(picture.token, size.width, size.stamp, size.extension)
    return FeedPicture(
        url=absolute(path),
        media_type=size.media_type,
        length=size.bytes,
        width=size.width,
        height=size.height,
        alt=picture.alt,
        caption=picture.caption,
        credit=picture.credit,
        link=picture.link,
        host=host(picture.link),
    )
