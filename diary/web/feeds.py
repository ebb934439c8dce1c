"""Feeds of everything, of a place, of a way of working, of an author, of a part of the archive."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import uuid5

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Select

from diary.addresses import urn
from diary.domain.errors import NotFound
from diary.feeds import (
    Feed,
    atom,
    json_feed,
    rss,
)
from diary.models import Lab, Method, Person, Post, Revision
from diary.queries import feeds, posts, search, site, taxonomy
from diary.queries.journey import NO_LAB, Filters, filtered
from diary.text.stem import query
from diary.web import journey
from diary.web import search as searching
from diary.web.cache import present, tag_by_content
from diary.web.entries import entries, tombstone
from diary.web.guards import Access, access
from diary.web.moved import led_on
from diary.web.opened import answer, opened
from diary.web.reading import cursor
from diary.web.rendering import absolute, day, diary_site
from diary.web.session import now, release, services
from diary.web.session import reading as db
from diary.web.words import KINDS, voice_word

blueprint = Blueprint("feeds", __name__)

FORMATS = {"atom": atom, "rss": rss, "json": json_feed}


WHOLE = "feeds.feed"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a feed follows: a uid that stays, a name, the page it belongs to and its posts.

    `endpoint` and `where` are its own address.
    """

    uid: str
    name: str
    home: str
    chosen: feeds.Chosen
    endpoint: str
    where: Mapping[str, Any]

    def address(self, kind: str, before: int | str | None = None) -> str:
        """Where it stands in a format, or a page of it with what is older."""
        return absolute(url_for(self.endpoint, **self.where, format=kind, before=before))


@blueprint.get("/feed.<any(atom, rss, json):format>")
@access(Access.PUBLIC)
def feed(format: str) -> ResponseReturnValue:  # noqa: A002 (the address's own word)
    """The newest posts of the whole diary."""
    return _newest(_everything(), format)


@blueprint.get("/feed/archive/<int:number>.<any(atom, rss):format>")
@access(Access.PUBLIC)
def archive(number: int, format: str) -> ResponseReturnValue:  # noqa: A002
    """One of the documents that together hold the whole journey (RFC 5005, section 4).

    A full one names the next, even while that is empty: so it does not change when the next post
    comes.
    """
    last, everything = present().sequence, _everything()
    if not 1 <= number <= last // feeds.SIZE + 1:
        raise NotFound
    links = [("current", everything.address(format))]
    if number > 1:
        links.append(("prev-archive", _archive(number - 1, format)))
    if feeds.SIZE * number <= last:
        links.append(("next-archive", _archive(number + 1, format)))
    found = feeds.archived(db(), number, now(), diary_site().main_language)
    # Not even the time of a change elsewhere may change what stands here.
    changed, own = found.updated or datetime.fromtimestamp(0, UTC), _archive(number, format)
    response = _answer(everything, format, found, own, links, changed, archive=True)
    if not opened():
        tag_by_content(response)
    return response


def _archive(number: int, kind: str) -> str:
    return absolute(url_for("feeds.archive", number=number, format=kind))


def _everything() -> Scope:
    home = url_for("reading.home")
    return Scope(urn(present().uid), "", home, lambda among: among(), WHOLE, {})


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


VIEWS = {Lab: "lab", Method: "method", Person: "author"}


def _of(
    found: Lab | Method | Person,
    chosen: Callable[[int, posts.Among], Select[Post, Revision]],
    kind: str,
) -> Response:
    view = VIEWS[type(found)]
    where = {"slug": found.slug}
    home = url_for(f"reading.{view}", slug=found.slug)
    theirs = partial(chosen, found.id)
    scope = Scope(urn(found.uid), found.name, home, theirs, f"feeds.{view}_feed", where)
    return _newest(scope, kind)


@blueprint.get("/archive/feed.<any(atom, rss, json):format>")
@access(Access.PUBLIC)
def archive_feed(format: str) -> ResponseReturnValue:  # noqa: A002
    """The newest posts that a filter of the archive lets through; raises NotFound if none can."""
    asked = journey.asked()
    filters = journey.with_present_addresses(asked)
    where: dict[str, Any] = {**journey.chosen(filters)}
    if not filters:
        return _newest(_everything(), format)
    if filters != asked:
        onward = url_for("feeds.archive_feed", **where, format=format, before=cursor())
        return redirect(onward, 301)
    with force_locale(diary_site().main_language):
        parts = _parts(filters)
    home = url_for("journey.archive", **where)
    # By the uids of what it names: addresses may change.
    uid = urn(uuid5(present().uid, urlencode([(key, uid) for key, uid, _name in parts])))
    name = " · ".join(name for _key, _uid, name in parts)
    chosen = partial(filtered, filters)
    return _newest(Scope(uid, name, home, chosen, "feeds.archive_feed", where), format)


@blueprint.get("/search/feed.<any(atom, rss, json):format>")
@access(Access.PUBLIC)
def search_feed(format: str) -> ResponseReturnValue:  # noqa: A002
    """The newest posts that a search finds; raises NotFound for a search without a word."""
    asked, filters = searching.asked_for()
    terms = query(asked)
    if not terms:
        raise NotFound
    home = searching.address(asked, filters)
    uid = urn(uuid5(present().uid, home))
    chosen = partial(search.matching, db(), terms, filters)
    where = searching.chosen(asked, filters)
    return _newest(Scope(uid, asked, home, chosen, "feeds.search_feed", where), format)


def _parts(filters: Filters) -> list[tuple[str, str, str]]:
    """What a filter names: which, something that stays, a name; raises NotFound for the unknown."""
    lab = taxonomy.lab(db(), filters.lab)
    method = taxonomy.method(db(), filters.method)
    known = {
        "lab": (str(lab.uid), lab.name) if lab else (NO_LAB, _("The whole project")),
        "method": (str(method.uid), method.name) if method else ("", ""),
        "voice": (filters.voice, voice_word(filters.voice)),
        "kind": (filters.kind, str(KINDS.get(filters.kind, ""))),
    }
    if not lab and filters.lab != NO_LAB:
        known["lab"] = ("", "")
    parts = [(key, *known[key]) for key in journey.chosen(filters)]
    if not all(name for _key, _uid, name in parts):
        raise NotFound
    return parts


def _newest(scope: Scope, kind: str) -> Response:
    before = cursor()
    found = feeds.document(db(), scope.chosen, before, now(), diary_site().main_language)
    if scope.endpoint == WHOLE and kind != "json" and before is None:
        full, begun = divmod(present().sequence, feeds.SIZE)
        number = full + bool(begun)
        links = [("prev-archive", _archive(number, kind))] if number else []
    else:
        links = _pages(scope, kind, before, found.after)
    return _answer(scope, kind, found, scope.address(kind, before), links, present().changed_at)


def _pages(scope: Scope, kind: str, before: int | None, after: str | None) -> list[tuple[str, str]]:
    """Where to go from one page of a feed (RFC 5005, section 3); the last is not looked for."""
    links = []
    if before is not None:
        newer = feeds.newer(db(), scope.chosen, before)
        links += [("first", scope.address(kind)), ("previous", scope.address(kind, newer))]
    if after:
        links.append(("next", scope.address(kind, after)))
    return links


def _answer(
    scope: Scope,
    kind: str,
    found: feeds.Document,
    self_url: str,
    links: list[tuple[str, str]],
    changed: datetime,
    *,
    archive: bool = False,
) -> Response:
    settings = diary_site()
    release()
    # A feed speaks the diary's main language, whoever fetches it.
    with force_locale(settings.main_language):
        told = entries(found.posts, settings)
        tombstones = tuple(map(tombstone, found.gone))
        subtitle = _subtitle(settings)
    feed = Feed(
        uid=scope.uid,
        title=f"{scope.name} – {settings.title}" if scope.name else settings.title,
        subtitle=subtitle,
        lang=settings.main_language,
        home_url=absolute(scope.home),
        self_url=self_url,
        icon=absolute(url_for("static", filename="img/touch-icon.png")),
        rights=settings.licence,
        updated=found.updated or changed,
        entries=told,
        hub_url=_hub(scope, newest=self_url == scope.address(kind)),
        tombstones=tombstones,
        links=tuple(links),
        archive=archive,
    )
    response = answer(feed, kind, FORMATS[kind], changed)
    if feed.hub_url:  # WebSub, section 4: also for what is no XML
        ways = f'<{feed.hub_url}>; rel="hub", <{feed.self_url}>; rel="self"'
        response.headers["Link"] = ways
    return response


def _subtitle(settings: site.Site) -> str:
    """Who writes here, and that the journey has ended once it has."""
    said = [settings.said(settings.sentence, settings.main_language)]
    if settings.ended_at:
        ended = settings.ended_at.astimezone(services().settings.zone).date()
        said.append(_("The journey ended on %(day)s.", day=day(ended)))
    return " ".join(filter(None, said))


def _hub(scope: Scope, *, newest: bool) -> str:
    """The hub that is told of a feed's newest document (domain/pings.py), if one is set."""
    told = newest and scope.endpoint != "feeds.archive_feed"
    return (services().settings.hub_url or "") if told else ""
