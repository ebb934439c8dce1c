"""How to follow the diary: a page in plain words, and a file that lists every feed."""

from collections.abc import Iterable

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.feeds import Followed, opml
from diary.models import Person
from diary.queries import site, taxonomy
from diary.queries.rows import LabRef, MethodRef
from diary.web.cache import present
from diary.web.guards import Access, access
from diary.web.rendering import absolute, called, diary_site, language, page
from diary.web.session import reading as db

blueprint = Blueprint("following", __name__)


@blueprint.get("/feeds")
@access(Access.PUBLIC)
def index() -> ResponseReturnValue:
    """How to follow: by mail, in an app, and every place, way of working and author alone."""
    return page("feeds/index.html", whole=_whole(), parts=_parts())


@blueprint.get("/feeds.opml")
@access(Access.PUBLIC)
def listed() -> ResponseReturnValue:
    """All feeds in one file, for an app to take over."""
    title = diary_site().title
    document = opml(title, [("", [_whole()]), *_parts()], present().changed_at)
    response = Response(document, content_type="text/x-opml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="feeds.opml"'
    return response


def _whole() -> Followed:
    return _followed(diary_site().title, url_for("reading.home"))


def _parts() -> list[tuple[str, list[Followed]]]:
    """Every feed of a part of the diary, below what the parts are called."""
    lang = language()
    parts = [
        (called("labs"), _each("lab", site.labs(db(), lang))),
        (called("methods"), _each("method", site.methods(db(), lang, retired=True))),
        (_("Authors"), _each("author", taxonomy.authors(db()))),
    ]
    return [(name, feeds) for name, feeds in parts if feeds]


def _each(view: str, found: Iterable[LabRef | MethodRef | Person]) -> list[Followed]:
    return [_followed(one.name, url_for(f"reading.{view}", slug=one.slug)) for one in found]


def _followed(name: str, path: str) -> Followed:
    return Followed(name, absolute(path), absolute(path.rstrip("/") + "/feed"))
