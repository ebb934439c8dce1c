"""oEmbed 1.0 (oembed.com): how a post is shown inside pages elsewhere, without scripts."""

from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from lxml import etree

from diary.media.preview import HEIGHT as HEIGHT_OF_CARD
from diary.media.preview import WIDTH as WIDTH_OF_CARD
from diary.queries import cards, posts, site
from diary.queries.rows import PostCard, RenditionView
from diary.web.guards import Access, access
from diary.web.previews import preview_of
from diary.web.rendering import SiteView, absolute, diary_site, language, picture_address
from diary.web.session import base_url, reading, release
from diary.web.words import named

blueprint = Blueprint("oembed", __name__)

WIDTH, HEIGHT = 600, 320
"""What the quotation takes where nobody asks for less."""
FORMATS = ("json", "xml")


@blueprint.get("/oembed")
@access(Access.PUBLIC)
def oembed() -> ResponseReturnValue:
    """A post as a quotation with its card; 404 for any other address, 501 for other formats."""
    wished = request.args.get("format", "json")
    if wished not in FORMATS:
        return _sentence(_("Ask for format=json or format=xml."), 501)
    post = _post_at(request.args.get("url", ""))
    if post is None:
        return _sentence(_("This is no post's address. Copy it from the post's page."), 404)
    diary = SiteView(diary_site(), site.labs(reading(), language()))
    release()
    said = _said(diary, post)
    return jsonify(said) if wished == "json" else _as_xml(said)


def _post_at(address: str) -> PostCard | None:
    """The published post at one of the diary's addresses, long or short."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.netloc != urlsplit(base_url()).netloc:
        return None
    place, _slash, name = unquote(parts.path).removeprefix("/").partition("/")
    if place not in {"posts", "p"} or "\0" in name:
        return None
    slug = posts.slug_of(reading(), name) if place == "p" else name
    return cards.at(reading(), slug or "", language())


def _said(diary: Any, post: PostCard) -> dict[str, Any]:
    width, height = _most("maxwidth", WIDTH), _most("maxheight", HEIGHT)
    return {
        "version": "1.0",
        "type": "rich",
        "title": post.heading,
        "author_name": ", ".join(named(one.name) for one in post.bylines) or diary.title,
        "author_url": absolute(url_for("reading.home")),
        "provider_name": diary.title,
        "provider_url": absolute(url_for("reading.home")),
        "html": _quoted(diary, post),
        "width": width,
        "height": height,
        **_thumbnail(diary, post),
    }


def _most(name: str, usual: int) -> int:
    """The size asked for; an unreadable one counts as none."""
    text = request.args.get(name, "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    return min(number, usual) if number else usual


def _quoted(diary: Any, post: PostCard) -> str:
    """A quotation that needs no script; its languages are said."""
    address = escape(absolute(url_for("reading.post", slug=post.slug)))
    words = escape(post.opening) if post.title else ""
    names = ", ".join(f"<bdi>{escape(named(one.name))}</bdi>" for one in post.bylines)
    return (
        f'<blockquote cite="{address}" lang="{escape(post.lang)}" dir="{post.dir}">'
        f'<p><a href="{address}">{escape(post.heading)}</a></p>'
        + (f"<p>{words}</p>" if words else "")
        + f"<footer>{' · '.join(filter(None, (names, escape(diary.title))))}</footer></blockquote>"
    )


def _thumbnail(diary: Any, post: PostCard) -> dict[str, Any]:
    """The card; where less was asked for, the largest picture that fits, if any does."""
    card = preview_of(diary, post)
    sizes = [(card.address, WIDTH_OF_CARD, HEIGHT_OF_CARD)]
    if post.picture:
        piece = post.picture.piece
        sizes += [(_path(piece.token, size), size.width, size.height) for size in piece.webp[::-1]]
    most = _most("maxwidth", WIDTH_OF_CARD), _most("maxheight", HEIGHT_OF_CARD)
    for address, width, height in sizes:
        if width <= most[0] and height <= most[1]:
            return {
                "thumbnail_url": address,
                "thumbnail_width": width,
                "thumbnail_height": height,
            }
    return {}


def _path(token: str, size: RenditionView) -> str:
    return absolute(picture_address(token, size))


def _as_xml(said: dict[str, Any]) -> Response:
    root = etree.Element("oembed")
    for name, value in said.items():
        etree.SubElement(root, name).text = str(value)
    data = etree.tostring(root, encoding="utf-8", xml_declaration=True, standalone=True)
    return Response(data, mimetype="text/xml")


def _sentence(words: str, status: int) -> Response:
    return Response(words + "\n", status, mimetype="text/plain")
