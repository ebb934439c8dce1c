"""Taking the diary along: the table and the folder, made ahead, with licence and how to cite."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import IO, cast

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from werkzeug.wsgi import FileWrapper

from diary.domain.errors import NotFound
from diary.media.pieced import PieceReader, Pieces
from diary.models import Edition
from diary.portability.downloads import DIARY, MEDIA_TYPES
from diary.portability.table import FIELDS, WITHDRAWN, Field
from diary.portability.whole import years
from diary.queries import downloads, press
from diary.text.plain import slug
from diary.web.guards import Access, access
from diary.web.rendering import absolute, diary_site, page
from diary.web.session import reading, release, services

blueprint = Blueprint("downloads", __name__)

LOOK_AGAIN_SECONDS = 120
STEPS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


@dataclass(frozen=True, slots=True)
class File:
    """A file that lies ready: its name in the address, its size in words."""

    name: str
    size: str


@blueprint.get("/archive/download")
@access(Access.FORM)
def index() -> ResponseReturnValue:
    """What anybody may take along, and on what terms."""
    return _page(HTTPStatus.OK)


@blueprint.get("/archive/download/<name>")
@access(Access.FORM)
def file(name: str) -> ResponseReturnValue:
    """A file that was made ahead."""
    if name not in MEDIA_TYPES:
        raise NotFound
    edition = downloads.newest(reading())
    if edition is None or name not in edition.files:
        return _not_yet()
    return sent(edition, name, MEDIA_TYPES[name])


def sent(edition: Edition, name: str, media_type: str) -> Response:
    """A file of an edition, in parts where they are asked for (RFC 9110, section 14)."""
    pieces, made = Pieces(**edition.files[name]), edition.made_at
    release()
    reader = PieceReader(services().store, pieces)
    answer = Response(
        FileWrapper(cast("IO[bytes]", reader), 64 * 1024),
        mimetype=media_type,
        direct_passthrough=True,
    )
    answer.headers.set("Content-Disposition", "attachment", filename=_saved_as(name, made))
    # Kept by nobody unasked: what is taken down is not to be had any longer.
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.set_etag(pieces.sha256)
    answer.content_length = pieces.size
    answer.make_conditional(request, accept_ranges=True, complete_length=pieces.size)
    return answer


def _not_yet() -> Response:
    """It is being made, unless there is nothing to make it of (RFC 9110, section 15.6.4)."""
    if not press.span(reading()).posts:
        return _page(HTTPStatus.NOT_FOUND)
    answer = _page(HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(LOOK_AGAIN_SECONDS)
    return answer


def _saved_as(name: str, made: datetime | None) -> str:
    stem, _, ending = name.rpartition(".")
    parts = [slug(diary_site().title, 40) or "diary", *([] if name == DIARY else [stem])]
    return f"{'-'.join(parts)}-{made:%Y-%m-%d}.{ending}"


def _page(status: HTTPStatus) -> Response:
    edition, span = downloads.newest(reading()), press.span(reading())
    files = {} if edition is None else edition.files
    return page(
        "downloads/index.html",
        status_code=status,
        files={name: File(name, size_of(Pieces(**told).size)) for name, told in files.items()},
        made=edition and edition.made_at and _day(edition.made_at),
        canonical=absolute(url_for(".index")) if status is HTTPStatus.OK else "",
        span=span,
        years=years([day for day in (span.first, span.last) if day]),
        fields=_columns(FIELDS),
        withdrawn=_columns(WITHDRAWN),
    )


def _columns(fields: tuple[Field, ...]) -> list[tuple[str, str]]:
    return [(field.name, gettext(field.meaning)) for field in fields]


def _day(moment: datetime) -> date:
    return moment.astimezone(services().settings.zone).date()


def size_of(size: int) -> str:
    """A number of bytes in words, by thousands as file managers of today count."""
    step, unit = next((one for one in STEPS if size >= one[0]), STEPS[-1])
    return f"{format_decimal(max(1, round(size / step)))} {unit}"
