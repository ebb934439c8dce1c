"""The lead's own pages, the labs' colours, and what machines ask for."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import frontmatter
from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from diary.domain import policy
from diary.domain.colours import INKS, PALETTE, colours
from diary.domain.filling import facts, fill
from diary.domain.settings import COLOURS
from diary.domain.upgrade import is_current
from diary.media.storage import StorageError, content_key
from diary.queries import cards, posts, site
from diary.queries import press as queries
from diary.queries.journey import EVERYTHING
from diary.queries.missing import examples
from diary.web.guards import Access, access, actor
from diary.web.rendering import diary_site, language, one_way, page
from diary.web.session import base_url, reading, services, today

blueprint = Blueprint("pages", __name__)

DEFAULTS = Path(__file__).resolve().parent.parent / "defaults" / "pages"

# ---------------------------------------------------------------- pages of text


@blueprint.get("/about")
@access(Access.PUBLIC)
def about() -> ResponseReturnValue:
    """What the diary is, who writes, and how to use its texts and pictures."""
    return _text_page("about")


@blueprint.get("/help")
@access(Access.PUBLIC)
def help() -> ResponseReturnValue:  # noqa: A001 (the endpoint is called what it is)
    """How to write and read."""
    return _text_page("help")


@blueprint.get("/press")
@access(Access.PUBLIC)
def press() -> ResponseReturnValue:
    """For journalists: whom to call, facts, pictures they may use, the newest posts."""
    db, lang, licensed = reading(), language(), bool(diary_site().licence)
    return _text_page(
        "press",
        "pages/press.html",
        span=queries.span(db),
        examples=examples(db, EVERYTHING) if diary_site().journey_posts else 0,
        ways=site.methods(db, lang, retired=True),
        free=queries.free_pictures(db, today(), lang, licensed=licensed),
        newest=cards.stream(db, posts.published(), size=5, lang=lang).posts,
    )


@blueprint.get("/privacy")
@access(Access.PUBLIC)
def privacy() -> ResponseReturnValue:
    """What the diary knows about anybody, and what they can do about it."""
    return _text_page("privacy")


@blueprint.get("/accessibility")
@access(Access.PUBLIC)
def accessibility() -> ResponseReturnValue:
    """For whom the diary works, and whom to tell where it does not."""
    return _text_page("accessibility")


def _text_page(slug: str, template: str = "pages/page.html", **context: Any) -> Response:
    title, default = default_text(slug, language())
    written = site.page_body(reading(), slug, language())
    return page(
        template,
        title=title,
        slug=slug,
        html=as_html(written or default),
        may_edit=policy.administers(actor()),
        **context,
    )


@cache
def default_text(slug: str, lang: str) -> tuple[str, str]:
    """A page's title and the text it has until the lead writes another."""
    text = frontmatter.load(str(DEFAULTS / f"{slug}.{lang}.md"))
    return str(text["title"]), text.content


def as_html(body: str) -> Markup:
    """A page's text with the diary's own names in it."""
    return Markup(one_way(fill(body, facts(diary_site()))))  # noqa: S704 (sanitised)


# ---------------------------------------------------------------- the labs' colours

NIGHT = "@media screen and (prefers-color-scheme: dark)"


@blueprint.get("/labs.css")
@access(Access.PUBLIC)
def labs_css() -> ResponseReturnValue:
    """The labs' colours; for the lead, who chooses among them, all there are."""
    labs = site.labs(reading(), language())
    chosen = [(f"lab-{slug}", name) for slug, name in colours(labs).items()]
    if policy.administers(actor()):
        chosen += [(f"ink-{name}", name) for name in COLOURS]
    day, night = _rules(chosen, 0), _rules(chosen, 1)
    return Response(f"{day}\n{NIGHT} {{\n{night}\n}}\n", mimetype="text/css")


def _rules(chosen: Iterable[tuple[str, str]], paper: int) -> str:
    return "\n".join(
        f".{name} {{ --lab: {PALETTE[colour][paper]}; --lab-ink: {INKS[paper]}; }}"
        for name, colour in chosen
    )


# ---------------------------------------------------------------- for machines

MEMBERS_PAGES = (
    *("/login", "/join", "/card", "/write", "/mine$", "/me$", "/moderation"),
    *("/overview", "/people", "/names", "/places", "/ways", "/invitations", "/settings"),
)
"""`$` ends an address (RFC 9309, section 2.2.3), or `/me` would hide `/methods`."""
WALKS = ("/posts/*?", "/archive/beginning")
"""The same posts once more, turned by a filter: each stands at its own address already."""


@blueprint.get("/robots.txt")
@access(Access.PUBLIC)
def robots() -> ResponseReturnValue:
    """What search engines may read; of a demonstration nothing (RFC 9309)."""
    if services().settings.demo:
        return _text("User-agent: *\nDisallow: /\n")
    closed = "".join(f"Disallow: {path}\n" for path in (*MEMBERS_PAGES, *WALKS))
    return _text(f"User-agent: *\n{closed}\nSitemap: {base_url()}/sitemap.xml\n")


@blueprint.get("/healthz")
@access(Access.FORM)
def healthz() -> ResponseReturnValue:
    """Whether the process answers; asks nobody else."""
    return _text("ok\n")


@blueprint.get("/readyz")
@access(Access.FORM)
def readyz() -> ResponseReturnValue:
    """Whether the diary can be read: its database answers and stands at this program's version.

    A store that is away costs pictures, not pages: it is said, and requests go on coming here.
    """
    try:
        ready = is_current(services().sessions.kw["bind"])
    except SQLAlchemyError:
        ready = False
    if not ready:
        return _text("not ready\n", 503)
    return _text("ok\n" if _has_store() else "ok, but without pictures: the store is away\n")


def _has_store() -> bool:
    """Whether the store answers, to the cheapest question there is."""
    try:
        services().store.exists(content_key("originals", b"", "jpg"))
    except (StorageError, OSError):
        return False
    return True


def _text(words: str, status: int = 200) -> Response:
    return Response(words, status, mimetype="text/plain")
