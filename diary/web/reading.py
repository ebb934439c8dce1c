"""Reading: the home page, posts, places, ways of working and authors."""

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn
from urllib.parse import urlsplit

from flask import Blueprint, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Row, Select

from diary.media import qr
from diary.models import Lab, Method, Person, Post, Revision, Status, Voice
from diary.queries import aliases, cards, chosen, named, posts, taxonomy, timeline
from diary.queries.post_page import post_page
from diary.queries.rows import PostCard, Slice, by_day
from diary.web import walks
from diary.web.guards import Access, access
from diary.web.moved import led_on
from diary.web.rendering import (
    absolute,
    canonical,
    diary_site,
    in_language,
    in_words,
    language,
    page,
    page_once,
)
from diary.web.session import reading as db

blueprint = Blueprint("reading", __name__)

FEED_BOX_AFTER = 6
LEARNT = 4
"""How many posts a method's page quotes of what was learnt with it."""


def cursor() -> int | None:
    """The value of `?before=`; an unreadable one begins at the beginning."""
    text = request.args.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def stream_of(chosen: Select[Post, Revision]) -> dict[str, Any]:
    """A keyset-paged stream as templates want it."""
    part = cards.stream(db(), chosen, before=cursor(), lang=language())
    return {"days": by_day(part.posts), "older": older_address(part)}


def older_address(part: Slice) -> str | None:
    """Where the list goes on."""
    if part.after is None or request.endpoint is None:
        return None
    return url_for(request.endpoint, **(request.view_args or {}), before=part.after)


@blueprint.get("/")
@access(Access.PUBLIC)
def home() -> ResponseReturnValue:
    """Who we are, one chosen post, the stream."""
    before, lang = cursor(), language()
    first_page = before is None
    if first_page:
        chosen, part = cards.stream_with(db(), diary_site().chosen, lang)
        chosen = chosen or _newest_pictured(part)
    else:
        chosen, part = None, cards.stream(db(), posts.published(), before=before, lang=lang)
    rest = tuple(post for post in part.posts if chosen is None or post.id != chosen.id)
    return page_once(
        "reading/home.html",
        chosen=chosen,
        days=by_day(rest),
        older=older_address(part),
        first_page=first_page,
        first_day=first_page and not part.posts,
        feed_box_after=min(FEED_BOX_AFTER, len(rest)),
    )


def _newest_pictured(part: Slice) -> PostCard | None:
    return next((post for post in part.posts if post.html and post.picture), None)


@blueprint.get("/posts/<slug>")
@access(Access.PUBLIC)
def post(slug: str) -> ResponseReturnValue:
    """One post."""
    lang = language()
    found = found_at(slug)
    walk = walks.walk(found, lang)
    shown = post_page(db(), found, walk.filters, lang)
    card = shown.card
    original = card.source_url if card.mirrored else ""
    return page_once(
        "reading/post.html",
        post=card,
        canonical=original or canonical(),
        noimageindex=any(picture.people for picture in card.pictures),
        source_host=urlsplit(card.source_url).hostname,
        walk=walk,
        around=shown.around,
        more=shown.more,
        of_one_place=all(one.lab == card.lab for one in shown.more),
        inspired=named.inspired(db(), card.id) if shown.is_named else (),
    )


@blueprint.get("/p/<short>")
@access(Access.PUBLIC)
def short(short: str) -> ResponseReturnValue:
    """The short address, as in QR codes."""
    slug = posts.slug_of(db(), short)
    if slug is None:
        _missing(short=short)
    return redirect(url_for("reading.post", slug=slug), 301)


def found_at(slug: str) -> Row[Any]:
    """The published post at an address; ends the request where there is none."""
    return cards.row_at(db(), slug) or _moved(slug)


def card_at(slug: str) -> PostCard:
    """The same as a card."""
    return cards.cards(db(), [found_at(slug)], language())[0]


def _moved(slug: str) -> NoReturn:
    """An imported address leads on; what was taken down says so there too."""
    target = aliases.target(db(), Post, slug)
    if target is not None and target.status is Status.PUBLISHED:
        abort(make_response(led_on(Post, slug)))
    _missing(slug=slug if target is None or target.slug is None else target.slug)


def _missing(**where: str) -> NoReturn:
    """410 if a post stood there and was taken down, else 404."""
    abort(410 if posts.was_public(db(), **where) else 404)


@blueprint.get("/labs")
@access(Access.PUBLIC)
def labs() -> ResponseReturnValue:
    """All places."""
    found = taxonomy.labs_in_use(db())
    return page(
        "reading/labs.html",
        labs=[TaxonPage(lab) for lab in taxonomy.lab_pages(db(), found, language())],
        pictures=chosen.leading(db(), found),
    )


@blueprint.get("/labs/<slug>")
@access(Access.PUBLIC)
def lab(slug: str) -> ResponseReturnValue:
    """A place and its posts."""
    found = taxonomy.lab(db(), slug)
    if found is None:
        return led_on(Lab, slug)
    view = TaxonPage(taxonomy.lab_page(db(), found, language()))
    pictures = _pictures_of(found)
    contacts = taxonomy.coordinators(db(), [found.id])
    return page(
        "reading/lab.html",
        lab=view,
        pictures=pictures,
        contacts=contacts,
        timeline=timeline.timeline(db(), found, language()) if cursor() is None else (),
        **stream_of(posts.in_lab(found.id)),
    )


@blueprint.get("/methods")
@access(Access.PUBLIC)
def methods() -> ResponseReturnValue:
    """All ways of working."""
    found = taxonomy.methods(db())
    pages = [TaxonPage(method) for method in taxonomy.method_pages(db(), found, language())]
    return page(
        "reading/methods.html",
        core=[method for method in pages if method.core],
        other=[method for method in pages if not method.core],
        pictures=chosen.leading(db(), [method for method in found if method.core]),
    )


@blueprint.get("/methods/<slug>")
@access(Access.PUBLIC)
def method(slug: str) -> ResponseReturnValue:
    """A way of working, where it was tried, and its posts."""
    found = taxonomy.method(db(), slug)
    if found is None:
        return led_on(Method, slug)
    (view,) = taxonomy.method_pages(db(), [found], language())
    learnt = posts.with_method(found.id).where(Revision.voice.in_((Voice.LESSON, Voice.INSIGHT)))
    address = absolute(url_for(".method", slug=slug))
    return page(
        "reading/method.html",
        method=TaxonPage(view),
        pictures=_pictures_of(found),
        learnt=cards.stream(db(), learnt, size=LEARNT, lang=language()).posts,
        contacts=taxonomy.coordinators(db(), [one.lab.id for one in view.labs]),
        code_picture=Markup(qr.svg(address)),  # noqa: S704 (drawn here)
        address=address.partition("://")[2],
        **stream_of(posts.with_method(found.id)),
    )


def _pictures_of(found: Lab | Method) -> tuple[chosen.Shown, ...]:
    """On the first page of its posts the pictures chosen for a lab or method, else the newest."""
    if cursor() is not None:
        return ()
    return chosen.pictures(db(), found) or chosen.newest_of(db(), found)


class TaxonPage:
    """A lab's or method's page, its texts in the reader's language as soon as they are shown."""

    TOLD: ClassVar[dict[str, Callable[[Any], Any]]] = {
        "description": lambda row: in_language(row.descriptions),
        "summary": lambda row: in_words(row.summaries),
        "results": lambda row: in_language(row.results),
        "steps": lambda row: in_language(row.steps),
        "needs": lambda row: in_language(row.needs),
        "focus_areas": lambda row: [in_words(names) for names in row.focus_areas],
    }

    def __init__(self, row: taxonomy.LabPage | taxonomy.MethodPage) -> None:
        self._row: Any = row

    def __getattr__(self, name: str) -> Any:
        if name in self.TOLD:
            value = self.TOLD[name](self._row)
        else:
            value = getattr(self._row if hasattr(self._row, name) else self._row.ref, name)
        setattr(self, name, value)
        return value


@blueprint.get("/authors/<slug>")
@access(Access.PUBLIC)
def author(slug: str) -> ResponseReturnValue:
    """The page of a person who asked for one."""
    person = taxonomy.person_at(db(), slug)
    if person is None:
        return led_on(Person, slug)
    return page(
        "reading/author.html",
        name=person.name,
        role=person.role,
        noindex=person.kind == "resident",
        **stream_of(posts.by_person(person.id)),
    )
