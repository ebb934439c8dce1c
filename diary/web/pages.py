"""The lead's own pages, the labs' colours, and what machines ask for."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import frontmatter
from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from diary.domain import policy
from diary.domain.settings import COLOURS, RANGES
from diary.domain.upgrade import is_current
from diary.queries import posts, site
from diary.queries import press as queries
from diary.queries.journey import EVERYTHING
from diary.queries.missing import examples
from diary.queries.rows import LabRef
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
        newest=posts.stream(db, posts.published(), size=5, lang=lang).posts,
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
    return Markup(one_way(fill(body, _facts())))  # noqa: S704 (sanitised)


def _facts() -> dict[str, str]:
    found = diary_site()
    licence, phone = found.licence, found.contact_phone
    return {
        "title": found.title,
        "contact_name": ", ".join(filter(None, (found.contact_name, found.contact_role))),
        "contact_phone": phone and f"[{phone}](tel:{re.sub('[ -]', '', phone)})",
        "contact_email": found.contact_email,
        "partners": ", ".join(found.partners),
        "controller": found.controller,
        "protection_officer": found.protection_officer,
        "funder": found.funder,
        "answer_days": str(found.answer_days),
        **{name: str(getattr(found, name)) for name in RANGES if name.startswith("keep_")},
        "licence": f"[{licence}]({found.licence_url})" if found.licence_url else licence,
    }


_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_HEADING = re.compile("(?m)^(?=#+ )")


def fill(body: str, facts: Mapping[str, str]) -> str:
    """Put facts for `{placeholders}`; lines without their fact go, and headings left alone."""
    sections = (_fill_section(section, facts) for section in _HEADING.split(body))
    return "\n\n".join(filter(None, sections))


def _fill_section(section: str, facts: Mapping[str, str]) -> str:
    lines = section.splitlines()
    kept = [line for line in lines if all(facts.get(n, n) for n in _PLACEHOLDER.findall(line))]
    alone = len(kept) < len(lines) and not any(line.strip() for line in kept[1:])
    if alone and kept and kept[0].startswith("#"):
        return ""
    text = "\n".join(kept).strip()
    return _PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text)


# ---------------------------------------------------------------- the labs' colours

PALETTE = {
    "blue": ("#1f4e79", "#93bce3"),
    "red": ("#9a3324", "#f0a08e"),
    "plum": ("#6b2d5c", "#d9a6cd"),
    "green": ("#2c5e3b", "#92c79e"),
    "ochre": ("#7a5707", "#dfb968"),
    "teal": ("#125e63", "#7cc5c6"),
    "rose": ("#a02d5c", "#f29fbc"),
    "slate": ("#465362", "#b4c0cd"),
}
"""Each colour on light and on dark paper: text in it reads at 4.5:1 (WCAG 2.2, 1.4.3), and so
does the paper's own colour on it."""
INKS = ("#fffdf8", "#1a1714")
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


def colours(labs: Iterable[LabRef]) -> dict[str, str]:
    """What each lab's colour is called, by its slug: its own, else one by its place."""
    return {
        lab.slug: lab.colour if lab.colour in PALETTE else COLOURS[place % len(COLOURS)]
        for place, lab in enumerate(labs)
    }


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
    """Whether the diary can be read: its database answers and stands at this program's version."""
    try:
        ready = is_current(services().sessions.kw["bind"])
    except SQLAlchemyError:
        ready = False
    return _text("ok\n" if ready else "not ready\n", 200 if ready else 503)


def _text(words: str, status: int = 200) -> Response:
    return Response(words, status, mimetype="text/plain")
