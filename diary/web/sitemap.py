"""What search engines may find (sitemaps.org 0.9), with pictures and languages.

Up to 10,000 posts it is one file. With more it is an index of parts that do not move when new
posts come: part *n* holds the sequences 10,000(n−1)+1 … 10,000n.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from diary.domain.errors import NotFound
from diary.domain.settings import PAGES
from diary.queries import sitemap as queries
from diary.queries.sitemap import PART, Address
from diary.web.cache import present
from diary.web.guards import Access, access
from diary.web.rendering import absolute, picture_address
from diary.web.session import reading

blueprint = Blueprint("sitemap", __name__)

_NAMES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
LISTS = (
    "reading.home",
    "reading.labs",
    "reading.methods",
    "journey.archive",
    "matrix.index",
    "downloads.index",
    "following.index",
)


@blueprint.get("/sitemap.xml")
@access(Access.PUBLIC)
def whole() -> ResponseReturnValue:
    """All public addresses, or where their parts are."""
    parts = queries.parts(reading())
    if sum(part.count for part in parts) > PART:
        pages = _where("sitemap.pages"), present().changed_at
        return _index([pages, *((_where("sitemap.part", n=p.number), p.changed) for p in parts)])
    last = parts[-1].number if parts else 0
    return _urls([*_pages(), *map(_post, queries.addresses(reading(), 1, last))])


@blueprint.get("/sitemap-pages.xml")
@access(Access.PUBLIC)
def pages() -> ResponseReturnValue:
    """The pages that are no posts."""
    return _urls(_pages())


@blueprint.get("/sitemap-<int:n>.xml")
@access(Access.PUBLIC)
def part(n: int) -> ResponseReturnValue:
    """One part's posts."""
    found = queries.addresses(reading(), n, n) if n < 2**31 // PART else []
    if not found:
        raise NotFound
    return _urls(map(_post, found))


def _pages() -> Iterator[str]:
    changed = present().changed_at
    for endpoint in LISTS:
        yield _url(_where(endpoint), changed)
    for slug in PAGES:
        yield _url(_where(f"pages.{slug}"))
    places = queries.places(reading())
    for slug, newest in places.labs.items():
        yield _url(_where("reading.lab", slug=slug), newest)
    for slug, newest in places.methods.items():
        yield _url(_where("reading.method", slug=slug), newest)
    for slug in places.authors:
        yield _url(_where("reading.author", slug=slug))
    yield from _chapters()


def _chapters() -> Iterator[str]:
    months = sorted({(day.year, day.month) for day in queries.days(reading())})
    for year in sorted({year for year, _month in months}):
        yield _url(_where("journey.year", year=year))
    for year, month in months:
        yield _url(_where("journey.month", year=year, month=month))


def _post(one: Address) -> str:
    """A post's page is in its own languages: there is no other address for each of them."""
    address = _where("reading.post", slug=one.slug)
    tongues = (
        f'<xhtml:link rel="alternate" hreflang={quoteattr(lang)} href={quoteattr(address)}/>'
        for lang in one.languages
    )
    images = (
        f"<image:image><image:loc>{escape(absolute(path))}</image:loc></image:image>"
        for path in (picture_address(*image) for image in one.images)
    )
    return _url(address, one.changed, "".join((*tongues, *images)))


def _where(endpoint: str, **values: Any) -> str:
    return absolute(url_for(endpoint, **values))


def _url(address: str, changed: datetime | None = None, more: str = "") -> str:
    return f"<url>{_entry(address, changed)}{more}</url>"


def _entry(address: str, changed: datetime | None) -> str:
    when = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return f"<loc>{escape(address)}</loc>{when}"


def _urls(lines: Iterable[str]) -> Response:
    return _xml("urlset", lines)


def _index(files: Iterable[tuple[str, datetime | None]]) -> Response:
    return _xml("sitemapindex", (f"<sitemap>{_entry(*file)}</sitemap>" for file in files))


def _xml(root: str, lines: Iterable[str]) -> Response:
    text = "\n".join(
        ('<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {_NAMES}>", *lines, f"</{root}>\n")
    )
    return Response(text, mimetype="application/xml")
